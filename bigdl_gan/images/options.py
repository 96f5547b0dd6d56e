"""Checks the options of `prepare` on the driver, before any Spark job.

A `Spelling` names them in messages as the user wrote them."""

from typing import Any, NamedTuple, Sequence, Tuple, Union

from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, BinaryType, DataType, NumericType, StringType

from bigdl_gan.images.decoding.crop import CROPS
from bigdl_gan.images.decoding.picture import MOST_PIXELS, RESAMPLES, Target
from bigdl_gan.images.decoding.spelling import Spelling
from bigdl_gan.images.schema import inferred_remedy, is_image_type
from bigdl_gan.params.values import check_one_of, to_integer, to_number

HANDLE_INVALID = ("error", "skip", "keep")
_MOST_SIDE = 2**15 - 1  # in pixels: a larger square in colour does not fit into a JVM array


class Options(NamedTuple):
    """The arguments of `prepare`, which explains each."""

    size: Union[int, Sequence[int]]
    channels: int
    input_col: str
    output_col: str
    crop: Union[str, int]
    resample: str
    handle_invalid: str
    box_col: str
    origin_col: str
    cause_col: str
    array_shape: Sequence[int]
    array_range: Sequence[float]
    min_side: int
    max_pixels: int


def make_target(options: Options, spelling: Spelling) -> Target:
    """What to turn each picture into.

    Raises:
        ValueError: an option breaks its rule.
        TypeError: one that must be a number is not."""
    height, width = to_pair(options.size)
    channels = to_integer("channels", options.channels)
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 (grey) or 3 (colour). Received: channels={channels!r}.")
    check_one_of("resample", options.resample, RESAMPLES)
    least = spelling("min_side")
    min_side = to_integer(least, options.min_side, least=1)
    max_pixels = to_integer(spelling("max_pixels"), options.max_pixels, least=1, most=MOST_PIXELS)
    crop = to_crop(options.crop)
    if not isinstance(crop, str):
        if height != width:
            raise ValueError(
                f"`size` must be square if `crop` is a number of pixels. Received: crop={crop}, "
                f'size=({height}, {width}). Use crop="center".'
            )
        if crop < min_side:
            raise ValueError(
                f"`crop` must be at least `{least}` ({min_side}), or no picture passes. Received: crop={crop}. "
                f"Set {least}={crop}."
            )
    return Target(height, width, channels, crop, options.resample, min_side, max_pixels, spelling)


def check_columns(df: DataFrame, options: Options, spelling: Spelling) -> DataType:
    """The input column's type.

    Raises:
        ValueError: a column is missing, has another type, or would be overwritten."""
    name, column = spelling("input_col"), options.input_col
    if column not in df.columns:
        hint = f' For files read with format("binaryFile"): {name}="content".' if "content" in df.columns else ""
        raise ValueError(
            f"`{name}` must name a column of the DataFrame. Received: {name}={column!r}, columns: "
            f"{', '.join(df.columns)}.{hint}"
        )
    data_type = df.schema[column].dataType
    numbers = isinstance(data_type, ArrayType) and isinstance(data_type.elementType, NumericType)
    if not (numbers or is_image_type(data_type) or isinstance(data_type, (BinaryType, StringType))):
        others = "Flatten nested arrays; convert vectors with pyspark.ml.functions.vector_to_array."
        raise ValueError(
            f"`{name}` must hold image structs, encoded bytes, paths or arrays of numbers. "
            f"Received: {column} of type {data_type.simpleString()}. {inferred_remedy(column, data_type) or others}"
        )
    _check_new(spelling("output_col"), options.output_col, df, but=column)
    if options.handle_invalid == "keep":
        _check_new(spelling("cause_col"), options.cause_col, df)
    if options.crop == "box":
        _check_box(spelling("box_col"), options.box_col, df)
    return data_type


def _check_new(name: str, column: str, df: DataFrame, *, but: str = "") -> None:
    """Raise ValueError if the DataFrame already has the column. Spark ignores the case of names."""
    if column.lower() in [have.lower() for have in df.columns if have != but]:
        raise ValueError(f"`{name}` must be a new column. Received: {name}={column!r}, which already exists.")


def to_arrays(options: Options, spelling: Spelling) -> Tuple[Tuple[int, ...], Tuple[float, ...]]:
    """The arrays' layout: (height, width, channels) and (low, high).

    Raises:
        ValueError, TypeError: an option breaks its rule."""
    name = spelling("array_shape")
    sizes = to_integers(name, options.array_shape)
    if len(sizes) != 3 or sizes[2] not in (1, 3, 4):
        raise ValueError(
            f"`{name}` must be (height, width, channels) with 1, 3 or 4 channels if "
            f"`{spelling('input_col')}` holds arrays. Received: {name}={sizes}. For example: {name}=(28, 28, 1)."
        )
    name = spelling("array_range")
    ends = to_numbers(name, options.array_range)
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ValueError(
            f"`{name}` must be (low, high), the values that become 0 and 255. "
            f"Received: {name}={ends}. For example: {name}=(0.0, 1.0)."
        )
    return sizes, ends


def to_integers(name: str, values: Sequence[int]) -> Tuple[int, ...]:
    """Integers, at least 1 each. Raises TypeError or ValueError if one is not."""
    return tuple(to_integer(name, value, least=1) for value in _several(name, values))


def to_numbers(name: str, values: Sequence[float]) -> Tuple[float, ...]:
    """Finite numbers. Raises TypeError or ValueError if one is not."""
    return tuple(to_number(name, value) for value in _several(name, values))


def _several(name: str, values: Any) -> Sequence[Any]:
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"`{name}` must be a list or a tuple of numbers. Received: {name}={values!r}.")
    return values


def to_crop(crop: Any) -> Union[str, int]:
    """One of CROPS, or a number of pixels. Raises ValueError or TypeError if it is neither."""
    if isinstance(crop, str) and crop not in CROPS:
        raise ValueError(f"`crop` must be one of {', '.join(CROPS)}, or a number of pixels. Received: crop={crop!r}.")
    return crop if isinstance(crop, str) else to_integer("crop", crop, least=1)


def to_pair(size: Any) -> Tuple[int, int]:
    """One number of pixels or two, as (height, width). Raises ValueError or TypeError for anything else."""
    pair = tuple(size) if isinstance(size, (list, tuple)) else (size, size)
    if len(pair) != 2:
        raise ValueError(f"`size` must be in pixels: 64 or (height, width). Received: size={size!r}.")
    height, width = (to_integer("size", side, least=1, most=_MOST_SIDE) for side in pair)
    return height, width


def _check_box(name: str, column: str, df: DataFrame) -> None:
    kind = df.schema[column].dataType if column in df.columns else None
    if not (isinstance(kind, ArrayType) and isinstance(kind.elementType, NumericType)):
        received = f"of type {kind.simpleString()}" if kind is not None else f"columns: {', '.join(df.columns)}"
        raise ValueError(
            f"`{name}` must name a column of arrays of four numbers (left, top, right, bottom) with crop=\"box\". "
            f"Received: {name}={column!r}, {received}."
        )
