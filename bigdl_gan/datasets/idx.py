"""The idx format of the MNIST files: a magic number, each axis's length, then the bytes."""

import gzip
import zlib

import numpy as np

_GZIP_MAGIC = b"\x1f\x8b"
_UINT8 = 0x08


def parse_idx(content: bytes, *, n_axes: int, origin: str) -> np.ndarray:
    """The array in an idx file of unsigned bytes.

    Args:
        content: the file, gzipped or not.
        n_axes: the number of axes it must have: 3 for images (N, H, W), 1 for labels (N,).
        origin: the file's name, for messages.
    Returns:
        uint8, read-only.
    Raises:
        ValueError: the magic number is wrong, or the file is shorter or longer than its header says."""
    data = _decompress(content, origin)
    magic = bytes([0, 0, _UINT8, n_axes])
    if data[:4] != magic:
        raise ValueError(
            f"{origin} must be an idx file of unsigned bytes with {n_axes} axes, and start with 0x{magic.hex()}. "
            f"Received: 0x{data[:4].hex()}."
        )
    header = 4 + 4 * n_axes
    shape = tuple(int(length) for length in np.frombuffer(data[4:header][: len(data[4:header]) // 4 * 4], ">u4"))
    expected = header + int(np.prod(shape, dtype=np.int64))
    if len(shape) < n_axes or len(data) != expected:
        raise ValueError(
            f"{origin} must hold {expected} bytes, as its header {shape} says. Received: {len(data)} bytes. "
            "Download it again."
        )
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)


def _decompress(content: bytes, origin: str) -> bytes:
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{origin} must be a whole gzip file. Received: {error}. Download it again.") from error
