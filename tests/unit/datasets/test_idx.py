import gzip

import numpy as np
import pytest

from bigdl_gan.datasets.idx import parse_idx

# two images of 1 x 3, by hand from the format's description: zeros, type 8 = uint8, 3 axes, lengths, bytes
IMAGES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 250, 251, 252])


@pytest.mark.parametrize("content", [IMAGES, gzip.compress(IMAGES)], ids=["plain", "gzipped"])
def test_parse(content):
    np.testing.assert_array_equal(parse_idx(content, n_axes=3, origin="f"), [[[1, 2, 3]], [[250, 251, 252]]])


def test_labels():
    labels = parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]), n_axes=1, origin="f")
    assert labels.dtype == np.uint8
    assert labels.tolist() == [7, 9]


@pytest.mark.parametrize(
    "content, received", [(b"", r"0x\."), (b"\x00\x00\x08\x01", "0x00000801"), (b"PNG", "0x504e47")]
)
def test_magic_number(content, received):
    with pytest.raises(ValueError, match=f"/d/f must be an idx file .* 3 axes.*0x00000803. Received: {received}"):
        parse_idx(content, n_axes=3, origin="/d/f")


@pytest.mark.parametrize("content", [IMAGES[:-1], IMAGES + b"\x00", IMAGES[:16]])
def test_length(content):
    with pytest.raises(ValueError, match=rf"f must hold 22 bytes.*\(2, 1, 3\).*Received: {len(content)} bytes"):
        parse_idx(content, n_axes=3, origin="f")


def test_header_cut():
    with pytest.raises(ValueError, match=r"Received: 10 bytes"):
        parse_idx(IMAGES[:10], n_axes=3, origin="f")


def test_gzip_cut():
    with pytest.raises(ValueError, match=r"f must be a whole gzip file"):
        parse_idx(gzip.compress(IMAGES)[:-9], n_axes=3, origin="f")
