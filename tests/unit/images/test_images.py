import numpy as np
import pytest
from pyspark.sql.types import BinaryType, IntegerType, StringType, StructField, StructType

from bigdl_gan import images

# 1 x 2 pixels: red 1, green 2, blue 3; red 4, green 5, blue 6
RGB = np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)


def test_colour_is_stored_blue_first():
    image = images.from_array(RGB, origin="x")
    assert (image.origin, image.height, image.width, image.nChannels, image.mode) == ("x", 1, 2, 3, 16)
    assert bytes(image.data) == bytes([3, 2, 1, 6, 5, 4])
    np.testing.assert_array_equal(images.to_array(image), RGB)


def test_grey():
    image = images.from_array(np.array([[[7], [8]], [[9], [10]]], np.uint8))
    assert (image.height, image.width, image.nChannels, image.mode) == (2, 2, 1, 0)
    assert bytes(image.data) == bytes([7, 8, 9, 10])
    np.testing.assert_array_equal(images.to_array(image)[:, :, 0], [[7, 8], [9, 10]])


def test_to_array_takes_any_mapping():
    image = images.from_array(RGB).asDict()
    np.testing.assert_array_equal(images.to_array(image), RGB)


def test_to_array_refuses():
    image = images.from_array(RGB, origin="a.png").asDict()
    with pytest.raises(ValueError, match=r"`mode` must be 0 .*Received: mode=24, nChannels=4, origin=a.png"):
        images.to_array({**image, "mode": 24, "nChannels": 4})
    with pytest.raises(ValueError, match=r"`data` must hold .* = 6 bytes. Received: 5 bytes, origin=a.png"):
        images.to_array({**image, "data": b"12345"})


def test_from_array_refuses():
    with pytest.raises(TypeError, match=r"`pixels` must be uint8.*float64.*: \(pixels \* 255\).round\(\).astype"):
        images.from_array(np.zeros((2, 2, 1)))
    with pytest.raises(ValueError, match=r"shape \(height, width, 1 or 3\). Received: \(2, 2, 2\)"):
        images.from_array(np.zeros((2, 2, 2), np.uint8))
    with pytest.raises(ValueError, match=r"Received: \(3, 8, 8\). Channels come last: pixels.transpose\(1, 2, 0\)"):
        images.from_array(np.zeros((3, 8, 8), np.uint8))


def test_from_array_takes_grey_without_channels():
    pixels = np.array([[7, 8, 9]], np.uint8)
    np.testing.assert_array_equal(images.to_array(images.from_array(pixels)), pixels[..., None])


def test_image_type():
    fields = [("origin", StringType()), *[(n, IntegerType()) for n in ("height", "width", "nChannels", "mode")]]
    data = StructField("data", BinaryType(), nullable=False)
    assert images.is_image_type(StructType([StructField(*field) for field in fields] + [data]))
    assert not images.is_image_type(StructType([StructField(*field) for field in fields]))
    assert not images.is_image_type(BinaryType())


def test_grid_by_hand():
    tiles = np.array([[[[1]]], [[[2]]], [[[3]]]], np.uint8)  # three images of one pixel
    picture = images.grid(tiles, rows=2, cols=2, padding=1)[:, :, 0]
    expected = [[0, 0, 0, 0, 0], [0, 1, 0, 2, 0], [0, 0, 0, 0, 0], [0, 3, 0, 0, 0], [0, 0, 0, 0, 0]]
    np.testing.assert_array_equal(picture, expected)


def test_grid_of_colour_without_padding():
    tiles = np.stack([RGB, RGB + 10])
    np.testing.assert_array_equal(images.grid(tiles, rows=1, cols=2, padding=0), np.concatenate([RGB, RGB + 10], 1))


@pytest.mark.parametrize("name, value, error, rule", [
    ("rows", 0, ValueError, "an integer from 1 on"), ("cols", 0, ValueError, "an integer from 1 on"),
    ("padding", -1, ValueError, "an integer from 0 on"), ("rows", 1.0, TypeError, "an integer"),
    ("cols", True, TypeError, "an integer"), ("padding", "2", TypeError, "an integer"),
])  # fmt: skip
def test_grid_bounds(name, value, error, rule):
    arguments = {"rows": 1, "cols": 1, "padding": 0, name: value}
    with pytest.raises(error, match=f"`{name}` must be {rule}.*Received: {name}={value!r}"):
        images.grid(RGB[None], **arguments)


@pytest.mark.parametrize("n_images", [0, 3])
def test_grid_number_of_images(n_images):
    with pytest.raises(ValueError, match=rf"1 to rows x cols = 2 images. Received: \({n_images}, 1, 2, 3\)"):
        images.grid(np.zeros((n_images, 1, 2, 3), np.uint8), rows=1, cols=2)
