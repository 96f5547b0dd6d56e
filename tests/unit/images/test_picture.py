"""One picture of each kind; the oracle is its painted colour, or Pillow's plain crop and resize."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from bigdl_gan.images.decoding.convert import numbers_to_image, struct_to_image
from bigdl_gan.images.decoding.crop import InvalidImage
from bigdl_gan.images.decoding.picture import RESAMPLES, Target, decode, fit, to_data

ANY = Target(16, 16, 3, "center", "lanczos", 1, 10_000_000)
GREY = ANY._replace(channels=1)
ORANGE = (200, 100, 50)
TURNS = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF orientation -> how the camera turns the picture


def encoded(image: Image.Image, kind: str, **settings) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return stream.getvalue()


def colours(n: int = 32) -> Image.Image:
    """Smooth, so that JPEG loses little; no two quarters are alike."""
    y, x = np.mgrid[0:n, 0:n] * (255 / (n - 1))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=2).astype(np.uint8))


def pixel(data: bytes, target: Target = ANY) -> tuple:
    """The middle pixel, after a check of mode and size."""
    image = decode(data, target)
    assert (image.mode, image.size) == ("L" if target.channels == 1 else "RGB", (target.width, target.height))
    return image.getpixel((8, 8))


def plain(image: Image.Image, size: int = 16) -> np.ndarray:
    return np.asarray(image.resize((size, size), Image.LANCZOS), int)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_formats(kind):
    data = encoded(Image.new("RGB", (20, 20), ORANGE), kind)
    np.testing.assert_allclose(pixel(data), ORANGE, atol=3)  # the lossy ones
    assert pixel(data, GREY) == pytest.approx(0.299 * 200 + 0.587 * 100 + 0.114 * 50, abs=2)  # ITU-R 601


def test_other_formats_are_not_opened():
    with pytest.raises(InvalidImage, match="not JPEG, PNG, WEBP, GIF, BMP, TIFF: starts with b'P6"):
        decode(encoded(colours(), "PPM"), ANY)


@pytest.mark.parametrize("mode, colour, expected", [
    ("1", 1, (255, 255, 255)),
    ("L", 77, (77, 77, 77)),
    ("LA", (77, 0), (255, 255, 255)),  # transparent: the white behind
    ("LA", (77, 255), (77, 77, 77)),
    ("RGBA", (200, 100, 50, 255), ORANGE),
    ("RGBA", (200, 100, 50, 0), (255, 255, 255)),
    ("RGBA", (200, 100, 50, 51), (244, 224, 214)),  # 255 - (255 - c) / 5
    ("I;16", 257 * 77, (77, 77, 77)),  # Pillow's own conversion gives 255
])  # fmt: skip
def test_modes(mode, colour, expected):
    assert pixel(encoded(Image.new(mode, (20, 20), colour), "PNG")) == expected


def test_sixteen_bits_are_rounded():
    image = Image.fromarray(np.array([[0, 128, 129, 65535]], np.uint16))
    row = decode(encoded(image, "PNG"), Target(1, 4, 1, "none", "lanczos", 1, 100))
    assert list(np.asarray(row)[0]) == [0, 0, 1, 255]


def test_cmyk():
    data = encoded(Image.new("CMYK", (20, 20), (0, 128, 255, 0)), "JPEG", quality=95)
    np.testing.assert_allclose(pixel(data), (255, 127, 0), atol=3)


def test_palette():
    image = Image.new("P", (20, 20), 1)
    image.putpalette([0, 0, 0, *ORANGE])
    assert pixel(encoded(image, "PNG")) == ORANGE
    assert pixel(encoded(image, "PNG", transparency=1)) == (255, 255, 255)
    assert pixel(encoded(image, "PNG", transparency=0)) == ORANGE


def test_palettes_are_not_resized_as_numbers():
    image = Image.fromarray(np.tile(np.array([0, 2], np.uint8), (32, 16)), "L")
    image.putpalette([0, 0, 0, 255, 0, 0, 100, 100, 100])  # the mean of indices 0 and 2 is red, of colours grey
    red, green, blue = pixel(encoded(image, "PNG"))
    assert red == green == blue == pytest.approx(50, abs=2)


def test_a_colour_of_rgb_may_be_transparent():
    assert pixel(encoded(Image.new("RGB", (20, 20), ORANGE), "PNG", transparency=ORANGE)) == (255, 255, 255)


def test_the_first_frame():
    frames = [Image.new("RGB", (20, 20), c) for c in (ORANGE, (0, 0, 255))]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(pixel(data), ORANGE, atol=3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(kind, orientation):
    upright = colours().crop((0, 0, 32, 24))
    stored = upright.transpose(TURNS[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decode(encoded(stored, kind, exif=exif, quality=95), ANY._replace(crop="none"))
    difference = np.abs(np.asarray(image, int) - plain(upright))
    assert difference.mean() < 5  # with any other turn: 33 and more


def test_damaged_exif_is_no_damage():
    data = encoded(Image.new("RGB", (20, 20), ORANGE), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    np.testing.assert_allclose(pixel(data), ORANGE, atol=3)


@pytest.mark.parametrize("resample", RESAMPLES)
def test_resizing_is_antialiased(resample):
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (64, 32)))
    grey = np.asarray(decode(encoded(stripes, "PNG"), GREY._replace(resample=resample)), int)
    assert grey[2:-2, 2:-2].min() >= 115 and grey[2:-2, 2:-2].max() <= 140  # a point sample gives 0 or 255


def test_crop_and_resize_equal_pillows():
    image = colours(60)
    got = decode(encoded(image, "PNG"), ANY._replace(crop=40))
    np.testing.assert_array_equal(np.asarray(got), plain(image.crop((10, 10, 50, 50))))


def test_as_large_as_asked_for():
    image = colours(16)
    np.testing.assert_array_equal(np.asarray(decode(encoded(image, "PNG"), ANY)), np.asarray(image))


def test_height_before_width():
    image = decode(encoded(colours(40), "PNG"), ANY._replace(height=8, width=24))
    assert image.size == (24, 8)


@pytest.mark.parametrize("crop, box", [("center", ()), ("box", (301, 203, 501, 399)), (333, ())])
def test_large_jpegs_are_decoded_small(crop, box):
    image = colours(640).crop((0, 0, 640, 427))
    data = encoded(image, "JPEG", quality=95)
    small = decode(data, ANY._replace(crop=crop), box)
    whole = fit(Image.open(io.BytesIO(data)), ANY._replace(crop=crop), box)
    np.testing.assert_allclose(np.asarray(small, int), np.asarray(whole, int), atol=3)


def waves(width: int, height: int, orientation: int = 1, kind: str = "JPEG") -> bytes:
    """A picture whose parts all differ, smooth enough for JPEG; an MPO holds two."""
    x, y = (np.linspace(0, 8 * np.pi, n) for n in (width, height))
    levels = 127.5 + 60 * np.sin(x)[None] + 60 * np.cos(1.3 * y)[:, None]
    upright = Image.fromarray(levels.astype(np.uint8)).convert("RGB")
    stored = upright.transpose(TURNS[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    more = {"save_all": True, "append_images": [stored]} if kind == "MPO" else {}
    return encoded(stored, kind, quality=95, exif=exif, **more)


def differences(data: bytes, orientation: int, target: Target, box: tuple) -> tuple:
    """Differences from the picture decoded at full size: the largest inside the outermost pixels, and the mean."""
    image = Image.open(io.BytesIO(data))
    back = {6: 4, 8: 2}.get(orientation, TURNS[orientation])
    whole = fit(image if back is None else image.transpose(back), target, box)
    difference = np.abs(np.asarray(decode(data, target, box), int) - np.asarray(whole, int))
    return difference[1:-1, 1:-1].max(), difference.mean()


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("size, crop, box", [
    ((377, 301), "center", ()), ((377, 377), "none", ()), ((383, 295), "none", ()),
    ((400, 329), "box", (10, 110, 190, 329)), ((329, 401), 257, ()),
])  # fmt: skip
def test_jpegs_decoded_small_keep_their_geometry(size, crop, box, orientation):
    """The size is not a multiple of 8, so at 1/8 the picture ends within its last pixel."""
    target = ANY._replace(crop=crop)
    inner, mean = differences(waves(*size, orientation), orientation, target, box)
    assert inner <= 3 and mean < 1  # stretched as 48 / 47.125: 8 to 28, and 2.3 to 7.4


@pytest.mark.parametrize("orientation", [1, 6])
def test_pairs_of_pictures_keep_their_geometry(orientation):
    data = waves(377, 301, orientation, "MPO")
    assert Image.open(io.BytesIO(data)).format == "MPO"
    inner, mean = differences(data, orientation, ANY, ())
    assert inner <= 3 and mean < 1


def bomb(side: int) -> bytes:
    """A 70-byte PNG whose header claims this many pixels on each side."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
JPEG, PNG = encoded(NOISE, "JPEG"), encoded(NOISE, "PNG")


@pytest.mark.parametrize("data, cause", [
    (b"", "no bytes"),
    (JPEG[:len(JPEG) // 2], "damaged: image file is truncated"),
    (JPEG[:30], "damaged: |starts with"),
    (PNG[:len(PNG) // 2], "damaged: "),
    (PNG[:41] + b"\0" * 8 + PNG[49:], "damaged: "),
    (b"<!DOCTYPE html><html>404</html>", "starts with b'<!DOCTYPE ht'"),
    (b"\0" * 1000, "starts with"),
    (bomb(12_000), "12000x12000 pixels, more than max_pixels=10000000"),
    (encoded(Image.new("RGB", (1, 1)), "PNG"), "1x1 pixels, 1x1 after the crop, less than min_side=16"),
    (encoded(Image.new("L", (20_000, 10)), "PNG"), "20000x10 pixels, 10x10 after the crop, less than min_side=16"),
    (encoded(Image.fromarray(np.full((20, 20), 0.5, np.float32)), "TIFF"), "floating-point pixels"),
    (encoded(Image.fromarray(np.full((20, 20), 70_000, np.int32)), "TIFF"), "32-bit pixels from 70000 to 70000"),
])  # fmt: skip
def test_bad_files(data, cause):
    with pytest.raises(InvalidImage, match=cause):
        decode(data, ANY._replace(min_side=16))


@pytest.mark.parametrize("size, target", [((100, 40), (32, 8)), ((40, 100), (8, 32))])
def test_the_least_side_is_that_of_the_part_kept(size, target):
    """A part of 10 x 40 pixels, further from the picture's edges than it is wide."""
    data = encoded(Image.new("RGB", size), "PNG")
    narrow = ANY._replace(height=target[0], width=target[1])
    with pytest.raises(InvalidImage, match="after the crop, less than min_side=11"):
        decode(data, narrow._replace(min_side=11))
    assert decode(data, narrow._replace(min_side=10)).size == target[::-1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("part", [0.3, 0.7])
def test_truncated(kind, part):
    data = encoded(NOISE, kind)
    with pytest.raises(InvalidImage, match="damaged: |starts with"):
        decode(data[:int(len(data) * part)], ANY)


def test_the_widest_bomb_pillow_itself_refuses():
    with pytest.raises(InvalidImage, match="^more than 178956970 pixels"):
        decode(bomb(60_000), ANY)


def test_numbers():
    values = np.array([0, 0.5, 1, 0.25, 0, 1, 1, 0, 0, 0.5, 0.5, 0.5])
    image = numbers_to_image(values, (2, 2, 3), 0, 1)
    np.testing.assert_array_equal(np.asarray(image)[0], [[0, 128, 255], [64, 0, 255]])  # rint(127.5) and rint(63.75)
    assert numbers_to_image(np.array([-1.0, 1.0]), (1, 2, 1), -1, 1).getpixel((1, 0)) == 255


@pytest.mark.parametrize("values, cause", [
    ([0.0], "1 numbers, not 1 x 2 x 1"),
    ([0.0, 1.5], "numbers from 0 to 1.5, not within 0 to 1"),
    ([float("nan"), 0.5], "numbers from nan to nan"),
])  # fmt: skip
def test_bad_numbers(values, cause):
    with pytest.raises(InvalidImage, match=cause):
        numbers_to_image(np.array(values), (1, 2, 1), 0.0, 1.0)


def test_structs():
    assert struct_to_image(bytes([1, 2, 3]), 1, 1, 3, 16).getpixel((0, 0)) == (3, 2, 1)
    assert struct_to_image(bytes([1, 2, 3, 4]), 1, 1, 4, 24).getpixel((0, 0)) == (3, 2, 1, 4)
    assert struct_to_image(bytes([9]), 1, 1, 1, 0).getpixel((0, 0)) == 9


@pytest.mark.parametrize("arguments, cause", [
    ((b"", -1, -1, -1, -1), "not decoded by Spark"),
    ((b"12", 1, 1, 2, 8), "mode 8 with 2 channels"),
    ((b"123", 1, 1, 3, 0), "mode 0 with 3 channels"),
    ((b"12", 1, 1, 3, 16), "2 bytes of data, not 1 x 1 x 3"),
    ((b"", 0, 5, 3, 16), "0 bytes of data, not 0 x 5 x 3"),
])  # fmt: skip
def test_bad_structs(arguments, cause):
    with pytest.raises(InvalidImage, match=cause):
        struct_to_image(*arguments)


def test_data_is_blue_first():
    assert to_data(Image.new("RGB", (1, 1), (1, 2, 3))) == bytes([3, 2, 1])
    assert to_data(Image.new("L", (2, 1), 7)) == bytes([7, 7])
