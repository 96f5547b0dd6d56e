"""The Params of `ImagePreparer`, which are the arguments of `prepare`. After a change: `make generate`."""

from typing import Any, List

from bigdl_gan.images import options
from bigdl_gan.images.decoding.picture import RESAMPLES
from bigdl_gan.images.preparation import LEAST_SIDE, MAX_PIXELS
from bigdl_gan.params.rules import Choice, Converted, Text
from bigdl_gan.params.table import Row, Table
from bigdl_gan.params.values import to_integer


def _to_size(name: str, value: Any) -> List[int]:
    return list(options.to_pair(value))


def _to_crop(name: str, value: Any) -> Any:
    return options.to_crop(value)


def _to_shape(name: str, value: Any) -> List[int]:
    return list(options.to_integers(name, value))


def _to_range(name: str, value: Any) -> List[float]:
    return list(options.to_numbers(name, value))


def _to_count(name: str, value: Any) -> int:
    return to_integer(name, value, least=1)


_COLUMN, _NEW_COLUMN = Text("a column's name"), Text("a new column's name")
_COUNT = Converted(_to_count, "an integer from 1 on", "int")

PREPARER_TABLE = Table([
    Row("size", Converted(_to_size, "pixels, as 64 or (height, width)", "List[int]", "Union[int, Sequence[int]]"),
        "Height and width of the prepared images in pixels. Must be set."),
    Row("channels", Converted(_to_count, "1 or 3", "int"), "1: grey. 3: colour.", 3),
    Row("inputCol", _COLUMN,
        "Column of image structs, encoded bytes, paths or arrays of numbers.", "image"),
    Row("outputCol", Text("a new column's name, or `inputCol`"), "Column for the prepared images.", "image"),
    Row("crop", Converted(_to_crop, '"center", "none", "box" or pixels', "Union[str, int]"),
        'Which part to keep. "center": the largest centred part of `size`\'s proportions. "none": everything, '
        "stretched. A number: the centred square with that side in pixels. \"box\": the smallest part of `size`'s "
        "proportions around the box in `boxCol`.", "center"),
    Row("resample", Choice(tuple(RESAMPLES)), "Filter for resizing, antialiased.", "lanczos"),
    Row("handleInvalid", Choice(options.HANDLE_INVALID),
        'What to do with a row whose picture cannot be used. "error": fail. "skip": drop the row, and log how many. '
        '"keep": a null image, with the cause in `causeCol`.', "error"),
    Row("boxCol", _COLUMN, 'Column of boxes (left, top, right, bottom) in pixels, for crop="box".', "box"),
    Row("originCol", _COLUMN, "Column with the origin of encoded bytes or arrays, if there is one.", "path"),
    Row("causeCol", _NEW_COLUMN, 'Column for the causes, with handleInvalid="keep".', "cause"),
    Row("arrayShape", Converted(_to_shape, "(height, width, channels)", "List[int]", "Sequence[int]"),
        "Shape of arrays of numbers, flattened in that order, channels red, green, blue.", []),
    Row("arrayRange", Converted(_to_range, "(lowest, highest)", "List[float]", "Sequence[float]"),
        "Values in arrays that become 0 and 255.", [0.0, 255.0]),
    Row("minSide", _COUNT,
        "Fewest pixels on each side of the part that is kept. Smaller pictures count as invalid.", LEAST_SIDE),
    Row("maxPixels", _COUNT,
        "Most pixels of a whole picture, as its header says: a guard against decompression bombs.", MAX_PIXELS),
])  # fmt: skip
