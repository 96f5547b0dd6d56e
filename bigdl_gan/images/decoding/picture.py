"""Turns one picture (encoded bytes, numbers or an image struct) into the target's pixels; without Spark."""

import io
import warnings
from typing import NamedTuple, Sequence, Tuple, Union

from PIL import Image, UnidentifiedImageError

from bigdl_gan.images.decoding.convert import to_eight_bits
from bigdl_gan.images.decoding.crop import InvalidImage, crop_box
from bigdl_gan.images.decoding.spelling import Spelling, as_argument

MOST_PIXELS = 178_956_970  # Pillow refuses to open larger files
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
RESAMPLES = {"box": 4, "bilinear": 2, "hamming": 5, "bicubic": 3, "lanczos": 1}  # Pillow's codes
_ORIENTATION = 0x0112  # of EXIF: 1 is upright
_UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # EXIF orientation -> Pillow's code for the transposition
_FROM_THE_RIGHT, _FROM_BELOW = (2, 3, 6, 7), (3, 4, 7, 8)  # orientations with upright x or y reversed in the file
# A JPEG is decoded at 1/2, 1/4 or 1/8 if each side then still has this many times the target's pixels. Over 600
# photographs at 64x64, 3 changes a pixel by 0.04 levels of 255 on average and 12 at most (2: by 0.4 and 22, in 0.6 of
# the time; 1: by 1.5 and 45, in 0.4); at 32x32 by 0.25 and 13 (2: by 0.55 and 24, in 0.7).
_DRAFT_GAP = 3


class Target(NamedTuple):
    """What to turn a picture into; `images.prepare` explains each field."""

    height: int
    width: int
    channels: int
    crop: Union[str, int]
    resample: str
    min_side: int
    max_pixels: int
    spelling: Spelling = as_argument


def decode(data: bytes, target: Target, box: Sequence[float] = ()) -> Image.Image:
    """The picture in a file in one of FORMATS, upright, cropped, resized, in mode L or RGB.

    An animation gives its first frame.

    Raises:
        InvalidImage: the bytes are not such a file, are damaged, or break the target's limits."""
    if not data:
        raise InvalidImage("no bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about damage it tolerates, and about sizes that we check
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _decode(image, target, box)
        except (InvalidImage, MemoryError):
            raise
        except Image.DecompressionBombError:
            raise InvalidImage(f"more than {MOST_PIXELS} pixels") from None
        except UnidentifiedImageError:
            raise InvalidImage(f"not {', '.join(FORMATS)}: starts with {bytes(data[:12])!r}") from None
        except Exception as error:  # damage surfaces as OSError, SyntaxError, struct.error, IndexError and others
            cause = (str(error) or type(error).__name__).splitlines()[0]
            raise InvalidImage(f"damaged: {cause}") from error


def fit(image: Image.Image, target: Target, box: Sequence[float] = ()) -> Image.Image:
    """A picture in memory, cropped, resized, in mode L or RGB.

    Raises:
        InvalidImage: it breaks the target's limits."""
    _check_area(image, target)
    return _crop_and_resize(image, _part(image.size, target, box), target)


def to_data(image: Image.Image) -> bytes:
    """The pixels of a picture in mode L or RGB, in the image struct's order: grey, or blue, green, red."""
    return image.tobytes() if image.mode == "L" else image.tobytes("raw", "BGR")


def _decode(image: Image.Image, target: Target, box: Sequence[float]) -> Image.Image:
    _check_area(image, target)
    scalable = image.format in ("JPEG", "MPO")
    if not scalable:  # load before getexif, whose errors do not mean damage; loading turns a TIFF upright
        image.load()
    orientation = _orientation(image)
    width, height = image.size
    upright = (height, width) if orientation >= 5 else (width, height)
    part = _part(upright, target, box)
    fraction = 1.0
    if scalable:
        scale = _DRAFT_GAP * max(target.height / (part[3] - part[1]), target.width / (part[2] - part[0]))
        drafted = image.draft(None, (max(1, int(width * scale)), max(1, int(height * scale))))
        fraction = drafted[1][2] / width if drafted else 1.0
    image.load()
    turned = image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image  # type: ignore[arg-type]
    shrunk = _shrunk(part, upright, size=turned.size, fraction=fraction, orientation=orientation)
    return _crop_and_resize(turned, shrunk, target)


def _shrunk(
    part: Sequence[float], upright: Tuple[int, int], *, size: Tuple[int, int], fraction: float, orientation: int
) -> Tuple[float, ...]:
    """The part to keep, in the coordinates of the decoded picture, turned upright.

    libjpeg gives whole pixels: 1/8 of 377 is 47.125, so only an eighth of the 48th column is picture. That column is
    the last one in the file, and the first one after a turn or flip."""
    more = tuple(given - exact * fraction for given, exact in zip(size, upright))
    offset = (more[0] * (orientation in _FROM_THE_RIGHT), more[1] * (orientation in _FROM_BELOW))
    return tuple(edge * fraction + offset[i % 2] for i, edge in enumerate(part))


def _check_area(image: Image.Image, target: Target) -> None:
    width, height = image.size
    if width * height > target.max_pixels:
        name = target.spelling("max_pixels")
        raise InvalidImage(f"{width}x{height} pixels, more than {name}={target.max_pixels}")


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # the picture is readable despite a damaged EXIF block; Pillow has no single error for it
        return 1
    return value if value in _UPRIGHT else 1


def _part(size: Tuple[int, int], target: Target, box: Sequence[float]) -> Tuple[int, int, int, int]:
    """The crop in a picture with this size (width, height). Raises InvalidImage if it is too small."""
    left, top, right, bottom = crop_box((size[1], size[0]), target[:2], target.crop, box)
    if min(right - left, bottom - top) < target.min_side:
        raise InvalidImage(
            f"{size[0]}x{size[1]} pixels, {right - left}x{bottom - top} after the crop, less than "
            f"{target.spelling('min_side')}={target.min_side}"
        )
    return left, top, right, bottom


def _crop_and_resize(image: Image.Image, part: Sequence[float], target: Target) -> Image.Image:
    """`part` may end between two pixels if a JPEG was decoded at a fraction of its size."""
    left, top, right, bottom = part
    outer = (int(left), int(top), min(-int(-right // 1), image.size[0]), min(-int(-bottom // 1), image.size[1]))
    image = image.crop(outer) if outer != (0, 0, *image.size) else image
    image = to_eight_bits(image, target.channels)
    size = (target.width, target.height)
    inner = (left - outer[0], top - outer[1], min(right, outer[2]) - outer[0], min(bottom, outer[3]) - outer[1])
    if image.size == size and inner == (0, 0, *size):
        return image.copy()
    return image.resize(size, RESAMPLES[target.resample], inner)
