"""What `prepare` may be asked for: checks on the driver, before any Spark job."""

from numbers import Integral
from typing import Any, Sequence, Tuple, Union

from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, BinaryType, DataType, NumericType, StringType

from bigdl_gan.images.crop import CROPS
from bigdl_gan.images.decode import MOST_PIXELS, RESAMPLES, Target
from bigdl_gan.images.schema import is_image_type

HANDLE_INVALID = ("error", "skip", "keep")


def make_target(
    size: Union[int, Sequence[int]], *, channels: int, crop: Union[str, int], resample: str, minSide: int,
    maxPixels: int,
) -> Target:  # fmt: skip
    """The arguments as one value.

    Raises:
        ValueError: one breaks its rule."""
    height, width = _pair(size)
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 (grey) or 3 (colour). Received: channels={channels!r}.")
    check_one_of("resample", resample, RESAMPLES)
    _check_at_least_one("minSide", minSide)
    _check_at_least_one("maxPixels", maxPixels)
    if maxPixels > MOST_PIXELS:
        raise ValueError(
            f"`maxPixels` must be at most {MOST_PIXELS}: Pillow opens no larger pictures. Received: {maxPixels}."
        )
    if not (crop in CROPS if isinstance(crop, str) else _is_count(crop)):
        raise ValueError(
            f"`crop` must be one of {', '.join(CROPS)}, or a number of pixels. Received: crop={crop!r}."
        )
    if not isinstance(crop, str):
        if height != width:
            raise ValueError(
                f"`crop` of a number of pixels is square, and `size` must be too. Received: crop={crop}, "
                f'size=({height}, {width}). Use crop="center".'
            )
        if crop < minSide:
            raise ValueError(
                f"`crop` must not be below `minSide` ({minSide}), or no picture passes. Received: crop={crop}. "
                f"Set minSide={crop}."
            )
    return Target(height, width, channels, crop, resample, minSide, maxPixels)


def check_columns(df: DataFrame, *, inputCol: str, outputCol: str, boxCol: str, crop: Union[str, int]) -> DataType:
    """The input column's type.

    Raises:
        ValueError: a column is missing, of another type, or would be overwritten."""
    if inputCol not in df.columns:
        hint = ' For files read with format("binaryFile"): inputCol="content".' if "content" in df.columns else ""
        raise ValueError(
            f"`inputCol` must name a column of the DataFrame. Received: inputCol={inputCol!r}, columns: "
            f"{', '.join(df.columns)}.{hint}"
        )
    data_type = df.schema[inputCol].dataType
    numbers = isinstance(data_type, ArrayType) and isinstance(data_type.elementType, NumericType)
    if not (numbers or is_image_type(data_type) or isinstance(data_type, (BinaryType, StringType))):
        raise ValueError(
            "`inputCol` must hold image structs, encoded bytes, paths or arrays of numbers. "
            f"Received: {inputCol} of type {data_type.simpleString()}. Flatten nested arrays; convert vectors with "
            "pyspark.ml.functions.vector_to_array."
        )
    check_new("outputCol", outputCol, df, but=inputCol)
    if crop == "box":
        _check_box(df, boxCol)
    return data_type


def check_new(name: str, column: str, df: DataFrame, *, but: str = "") -> None:
    """Raise ValueError where the DataFrame has such a column; Spark's names ignore case."""
    if column.lower() in [have.lower() for have in df.columns if have != but]:
        raise ValueError(f"`{name}` must be a new column. Received: {name}={column!r}, which the DataFrame has.")


def check_numbers(shape: Sequence[int], value_range: Sequence[float]) -> None:
    """Raise ValueError unless these describe arrays: (height, width, 1, 3 or 4) and (low, high)."""
    if not (len(shape) == 3 and all(_is_count(n) for n in shape) and shape[2] in (1, 3, 4)):
        raise ValueError(
            "`arrayShape` must be (height, width, channels) with 1, 3 or 4 channels where `inputCol` holds arrays. "
            f"Received: arrayShape={tuple(shape)}. For example: arrayShape=(28, 28, 1)."
        )
    if len(value_range) != 2 or not float("-inf") < value_range[0] < value_range[1] < float("inf"):
        raise ValueError(
            "`arrayRange` must be the lowest and the highest value, which become 0 and 255. "
            f"Received: arrayRange={tuple(value_range)}. For example: arrayRange=(0.0, 1.0)."
        )


def check_one_of(name: str, value: Any, allowed: Any) -> None:
    if value not in allowed:
        raise ValueError(f"`{name}` must be one of {', '.join(allowed)}. Received: {name}={value!r}.")


def _pair(size: Union[int, Sequence[int]]) -> Tuple[int, int]:
    pair = (size, size) if isinstance(size, Integral) else tuple(size) if isinstance(size, (list, tuple)) else ()
    if not (len(pair) == 2 and all(_is_count(n) for n in pair)):
        raise ValueError(f"`size` must be pixels, as 64 or (height, width), from 1 on. Received: size={size!r}.")
    return int(pair[0]), int(pair[1])


def _check_at_least_one(name: str, value: Any) -> None:
    if not _is_count(value):
        raise ValueError(f"`{name}` must be an integer from 1 on. Received: {name}={value!r}.")


def _is_count(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= 1


def _check_box(df: DataFrame, boxCol: str) -> None:
    kind = df.schema[boxCol].dataType if boxCol in df.columns else None
    if not (isinstance(kind, ArrayType) and isinstance(kind.elementType, NumericType)):
        received = f"of type {kind.simpleString()}" if kind is not None else f"columns: {', '.join(df.columns)}"
        raise ValueError(
            "`boxCol` must name a column of arrays of four numbers (left, top, right, bottom) where crop=\"box\". "
            f"Received: boxCol={boxCol!r}, {received}."
        )
