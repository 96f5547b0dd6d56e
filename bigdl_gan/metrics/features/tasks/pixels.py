"""The pixels of image structs, in the channels and the size that an extractor takes."""

from typing import Any, Optional, Sequence, Tuple

import numpy as np
from PIL import Image

FILTERS = {"bicubic": 3, "bilinear": 2, "lanczos": 1, "box": 4}  # Pillow's codes
_MODES = {1: 0, 3: 16}  # channels -> Spark's code of the image struct: 8 bits, grey or BGR


def unpacked(data: Optional[bytes], numbers: Optional[Sequence[int]], origin: Optional[str]) -> np.ndarray:
    """The pixels of an image struct: uint8 (H, W, C), C = 1 grey or C = 3 in the order red, green, blue.

    Args:
        numbers: height, width, nChannels, mode; None if the struct is null.
    Raises:
        ValueError: null, another mode, or another number of bytes."""
    if data is None or numbers is None or any(number != number for number in numbers):  # NaN stands for null
        raise ValueError(
            f'An image must not be null. Received: null{_of(origin)}. Drop it: .where("image is not null")'
        )
    height, width, channels, mode = (int(number) for number in numbers)
    if _MODES.get(channels) != mode:
        raise ValueError(
            f"An image must have mode 0 with 1 channel or mode 16 with 3. Received: mode {mode} with {channels}"
            f"{_of(origin)}. images.prepare converts it."
        )
    if len(data) != height * width * channels or not len(data):
        raise ValueError(
            f"An image's data must be height x width x nChannels = {height * width * channels} bytes. Received: "
            f"{len(data)}{_of(origin)}."
        )
    return np.frombuffer(data, np.uint8).reshape(height, width, channels)[:, :, ::-1]  # BGR to RGB


def _of(origin: Optional[str]) -> str:
    return f", origin {origin!r}" if origin else ""


def with_channels(pixels: np.ndarray, channels: int) -> np.ndarray:
    """The image with 1 or 3 channels: grey is repeated, colour becomes luma (ITU-R 601-2, as Pillow's mode L).

    Args:
        pixels: uint8 (H, W, C).
        channels: 1, 3, or 0 for the image's own."""
    if channels in (0, pixels.shape[2]):
        return np.ascontiguousarray(pixels)
    if channels == 3:
        return np.repeat(pixels, 3, axis=2)
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).convert("L"))[:, :, None]


def resized(pixels: np.ndarray, size: Tuple[int, int], resize: str) -> np.ndarray:
    """The image in another size, float32 (H, W, C), 0 to 255.

    Each channel is resized as float32, antialiased, and clipped to 0..255, but not rounded. Proportions may change.
    Source: Parmar et al. 2022, "On Aliased Resizing and Surprising Subtleties in GAN Evaluation", arXiv:2104.11222;
    with "bicubic" the same numbers as clean-fid's mode "clean".

    Args:
        pixels: uint8 (H, W, C).
        size: height, width.
        resize: a key of FILTERS, or "none" if the image must have the size already.
    Raises:
        ValueError: it does not, with "none"."""
    if resize == "none":
        if pixels.shape[:2] != tuple(size):
            raise ValueError(
                f'With resize="none" an image must have {size[0]} x {size[1]} pixels (height x width). Received: '
                f'{pixels.shape[0]} x {pixels.shape[1]}. Use resize="bicubic", or images.prepare.'
            )
        return pixels.astype(np.float32)
    planes = [_plane(pixels[:, :, channel], size, resize) for channel in range(pixels.shape[2])]
    return np.stack(planes, axis=2)


def _plane(levels: np.ndarray, size: Tuple[int, int], resize: str) -> Any:
    image: Any = Image.fromarray(np.ascontiguousarray(levels, np.float32))  # mode F
    return np.asarray(image.resize((size[1], size[0]), FILTERS[resize])).clip(0, 255)
