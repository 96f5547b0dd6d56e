"""Converts pictures in any of Pillow's modes to 8-bit grey or 8-bit red, green and blue."""

import numpy as np
from PIL import Image

from bigdl_gan.images.decoding.crop import InvalidImage

_MODES = {1: "L", 3: "RGB"}


def to_eight_bits(image: Image.Image, channels: int) -> Image.Image:
    """The picture in mode L (1 channel) or RGB (3 channels).

    Scales 16 bits, puts transparent parts on white, resolves palettes and CMYK, and ignores colour profiles.

    Raises:
        InvalidImage: floating-point or 32-bit pixels; no file states their range."""
    if image.mode.startswith("I"):
        image = _sixteen_to_eight(image)
    elif image.mode == "F":
        raise InvalidImage("floating-point pixels, whose range is not stated")
    elif image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if image.mode == _MODES[channels]:
        return image
    colours = image if image.mode in ("L", "RGB", "1") else image.convert("RGB")
    return colours if colours.mode == _MODES[channels] else colours.convert(_MODES[channels])


def _sixteen_to_eight(image: Image.Image) -> Image.Image:
    """Modes I;16 and its variants, and I: some versions of Pillow open 16-bit files in it."""
    levels = np.asarray(image).astype(np.int64)
    if levels.min() < 0 or levels.max() > 0xFFFF:
        raise InvalidImage(f"32-bit pixels from {levels.min()} to {levels.max()}, whose range is not stated")
    return Image.fromarray(((levels + 128) // 257).astype(np.uint8))


def numbers_to_image(values: np.ndarray, shape: tuple, low: float, high: float) -> Image.Image:
    """The picture in an array of numbers.

    Args:
        values: (H x W x C,), in the order of `shape`; null as NaN.
        shape: (height, width, channels): 1 grey, 3 red, green, blue, 4 with alpha.
        low, high: the values that become 0 and 255.
    Raises:
        InvalidImage: the wrong number of values, or values out of the range."""
    height, width, channels = shape
    if values.size != height * width * channels:
        raise InvalidImage(f"{values.size} numbers, not {height} x {width} x {channels}")
    values = values.astype(np.float64)
    if not (values.min() >= low and values.max() <= high):  # written with `not` to refuse a NaN too
        raise InvalidImage(f"numbers from {values.min():g} to {values.max():g}, not within {low:g} to {high:g}")
    levels = np.rint((values - low) * (255 / (high - low))).astype(np.uint8).reshape(shape)
    return Image.fromarray(levels[:, :, 0] if channels == 1 else levels)


def struct_to_image(data: bytes, height: int, width: int, channels: int, mode: int) -> Image.Image:
    """The picture in Spark's image struct: grey, BGR or BGRA, 8 bits.

    Raises:
        InvalidImage: another mode, which is also how Spark's reader marks what it could not decode, or the wrong number
            of bytes."""
    if mode == -1:
        raise InvalidImage("not decoded by Spark's image source")
    if {1: 0, 3: 16, 4: 24}.get(channels) != mode:
        raise InvalidImage(f"mode {mode} with {channels} channels, not 0 (grey), 16 (BGR) or 24 (BGRA)")
    if height < 1 or width < 1 or len(data) != height * width * channels:
        raise InvalidImage(f"{len(data)} bytes of data, not {height} x {width} x {channels}")
    if channels == 1:
        return Image.frombytes("L", (width, height), data)
    if channels == 3:
        return Image.frombytes("RGB", (width, height), data, "raw", "BGR")
    return Image.frombytes("RGBA", (width, height), data, "raw", "BGRA")
