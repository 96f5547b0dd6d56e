"""Pixels on their way to an extractor: unpacking, channels, and clean-fid's resizing."""

import numpy as np
import pytest

from bigdl_gan.metrics.features.tasks.pixels import resized, unpacked, with_channels

PICTURE = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)


def bicubic_weights(source, target):
    """Pillow's filter as a matrix (target, source): Keys' cubic with a = -0.5, stretched when it shrinks."""
    scale = max(source / target, 1.0)
    centres = (np.arange(target)[:, None] + 0.5) * source / target
    x = np.abs((np.arange(source)[None] + 0.5 - centres) / scale)
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    weights = np.where(x < 1, near, np.where(x < 2, far, 0))
    return weights / weights.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("size", [(3, 2), (11, 16), (5, 3)], ids=["smaller", "larger", "narrower"])
def test_bicubic_is_the_filter_by_hand(size):
    by_hand = np.einsum("hy,yxc,wx->hwc", bicubic_weights(5, size[0]), PICTURE, bicubic_weights(7, size[1]))
    found = resized(PICTURE, size, "bicubic")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, by_hand.clip(0, 255), atol=1e-3)


def test_values_are_clipped_and_not_rounded():
    edge = np.zeros((8, 8, 1), np.uint8)
    edge[:, 4:] = 255  # bicubic overshoots on both sides
    found = resized(edge, (16, 16), "bicubic")
    assert found.min() == 0 and found.max() == 255 and len(np.unique(found)) > 2
    assert (found != np.rint(found)).any()


@pytest.mark.parametrize("resize", ["bilinear", "lanczos", "box"])
def test_other_filters_average_when_they_shrink(resize):
    """A checkerboard becomes its mean; without antialiasing, single pixels would remain."""
    board = (np.indices((32, 32)).sum(axis=0) % 2 * 255).astype(np.uint8)[:, :, None]
    np.testing.assert_allclose(resized(board, (4, 4), resize), 127.5, atol=8)


def test_none_takes_only_the_size():
    np.testing.assert_array_equal(resized(PICTURE, (5, 7), "none"), PICTURE)
    with pytest.raises(ValueError, match='resize="none" an image must have 7 x 5 pixels.*Received: 5 x 7'):
        resized(PICTURE, (7, 5), "none")


def test_channels():
    grey = PICTURE[:, :, :1]
    np.testing.assert_array_equal(with_channels(grey, 3), np.concatenate([grey] * 3, axis=2))
    luma = PICTURE @ np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(with_channels(PICTURE, 1)[:, :, 0], luma, atol=1)
    np.testing.assert_array_equal(with_channels(PICTURE, 0), PICTURE)
    np.testing.assert_array_equal(with_channels(grey, 0), grey)


def test_the_struct_is_bgr():
    pixels = unpacked(bytes([10, 20, 30, 40, 50, 60]), [1, 2, 3, 16], "")
    np.testing.assert_array_equal(pixels, [[[30, 20, 10], [60, 50, 40]]])


@pytest.mark.parametrize("data, numbers, message", [
    (None, None, "must not be null.*origin 'a.png'"),
    (b"\0", [float("nan"), 1, 1, 0], "must not be null"),
    (b"\0" * 4, [1, 1, 4, 24], "mode 0 with 1 channel or mode 16 with 3. Received: mode 24 with 4, origin 'a.png'"),
    (b"\0" * 4, [1, 1, 1, 5], "Received: mode 5 with 1"),
    (b"\0" * 4, [1, 1, 3, 16], "= 3 bytes. Received: 4, origin 'a.png'"),
    (b"", [0, 0, 1, 0], "Received: 0"),
])  # fmt: skip
def test_bad_images(data, numbers, message):
    with pytest.raises(ValueError, match=message):
        unpacked(data, numbers, "a.png")
