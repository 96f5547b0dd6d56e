"""Spark's image struct: its type, and the pixels in it."""

from typing import Any, Mapping, Union

import numpy as np
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql.functions import struct
from pyspark.sql.types import ArrayType, BinaryType, DataType, IntegerType, StringType, StructField, StructType

CV_8UC1 = 0  # OpenCV's codes, which Spark uses: 8 bits, grey
CV_8UC3 = 16  # 8 bits, three channels in the order blue, green, red
CV_MODES = {1: CV_8UC1, 3: CV_8UC3}

IMAGE_SCHEMA = StructType(
    [
        StructField("origin", StringType()),
        StructField("height", IntegerType()),
        StructField("width", IntegerType()),
        StructField("nChannels", IntegerType()),
        StructField("mode", IntegerType()),
        StructField("data", BinaryType()),
    ]
)
"""The type of the column that spark.read.format("image") gives."""


def quoted(name: str) -> str:
    """A column's name in backquotes, so that Spark SQL accepts any characters in it."""
    return "`" + name.replace("`", "``") + "`"


def is_image_type(data_type: DataType) -> bool:
    """Whether a column's type is Spark's image struct: same names, types and order; nullability does not matter."""
    if not isinstance(data_type, StructType):
        return False
    return [(field.name, field.dataType) for field in data_type] == [
        (field.name, field.dataType) for field in IMAGE_SCHEMA
    ]


def image_column(name: str = "image") -> Column:
    """The image struct, built from six columns named as its fields: mapInArrow returns no structs in Spark 3.4."""
    return struct(*IMAGE_SCHEMA.names).alias(name)


def to_array(image: Union[Row, Mapping[str, Any]]) -> np.ndarray:
    """The pixels of an image struct.

    Args:
        image: Spark's image struct, mode CV_8UC1 or CV_8UC3.
    Returns:
        uint8 (H, W, C), C = 1 grey or C = 3 in the order red, green, blue; read-only.
    Raises:
        ValueError: the image is null, has another mode, or its data is not height x width x nChannels bytes."""
    if image is None:
        raise ValueError('An image must not be null. Received: null. Drop such rows: .where("image is not null").')
    height, width, channels = image["height"], image["width"], image["nChannels"]
    if CV_MODES.get(channels) != image["mode"]:
        raise ValueError(
            "`mode` must be 0 (CV_8UC1, 1 channel) or 16 (CV_8UC3, 3 channels). "
            f"Received: mode={image['mode']}, nChannels={channels}, origin={image['origin']}. "
            "Convert it to grey or RGB."
        )
    if len(image["data"]) != height * width * channels:
        raise ValueError(
            f"`data` must hold height x width x nChannels = {height * width * channels} bytes. "
            f"Received: {len(image['data'])} bytes, origin={image['origin']}."
        )
    pixels = np.frombuffer(bytes(image["data"]), np.uint8).reshape(height, width, channels)
    return pixels[:, :, ::-1]  # BGR to RGB; leaves one channel unchanged


def from_array(pixels: np.ndarray, *, origin: str = "") -> Row:
    """An image struct from pixels: the inverse of `to_array`.

    Args:
        pixels: uint8 (H, W, C), C = 1 grey or C = 3 in the order red, green, blue; or (H, W), grey.
        origin: where the image comes from.
    Raises:
        TypeError: the pixels are not uint8.
        ValueError: they have another shape."""
    if pixels.dtype != np.uint8:
        remedy = uint8_remedy("pixels", pixels)
        raise TypeError(f"`pixels` must be uint8, 0 to 255. Received: {pixels.dtype}. {remedy}")
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    if pixels.ndim != 3 or pixels.shape[2] not in CV_MODES:
        is_turned = pixels.ndim == 3 and pixels.shape[0] in CV_MODES
        remedy = " Channels come last: pixels.transpose(1, 2, 0)." if is_turned else ""
        raise ValueError(f"`pixels` must have shape (height, width, 1 or 3). Received: {pixels.shape}.{remedy}")
    height, width, channels = pixels.shape
    data = bytearray(pixels[:, :, ::-1].tobytes())
    return Row(*IMAGE_SCHEMA.names)(origin, height, width, channels, CV_MODES[channels], data)


def uint8_remedy(name: str, array: np.ndarray) -> str:
    """How to make bytes of an array of other numbers, as its range suggests."""
    if array.dtype == bool:
        return f"Convert them: {name}.astype('uint8') * 255."
    if not array.size or not np.issubdtype(array.dtype, np.number) or np.issubdtype(array.dtype, np.complexfloating):
        return "Convert them to uint8."
    low, high = array.min(), array.max()
    if np.issubdtype(array.dtype, np.integer):
        simple = f"{name}.astype('uint8')"
        return f"Convert them: {simple}." if 0 <= low and high <= 255 else f"They go from {low} to {high}: scale them."
    for least, most, bytes_of in ((0, 1, f"{name} * 255"), (-1, 1, f"({name} + 1) * 127.5"), (0, 255, name)):
        if least <= low and high <= most:
            rounded = f"({bytes_of}).round()" if " " in bytes_of else f"{bytes_of}.round()"
            return f"They go from {low:g} to {high:g}. Convert them: {rounded}.astype('uint8')."
    return f"They go from {low:g} to {high:g}. Scale them to 0 to 255, then convert them: .round().astype('uint8')."


def check_image_column(df: DataFrame, image_col: str, *, name: str = "image_col") -> None:
    """Check that a DataFrame has a column of image structs.

    Args:
        name: the argument or Param that names the column, for the message.
    Raises:
        ValueError: there is no such column.
        TypeError: it holds something else."""
    if image_col not in df.columns:
        raise ValueError(
            f"`{name}` must name a column of the DataFrame. Received: {name}={image_col!r}, "
            f"columns: {', '.join(df.columns)}."
        )
    data_type = df.schema[image_col].dataType
    if not is_image_type(data_type):
        raise TypeError(
            f"`{image_col}` must hold Spark's image struct, as from spark.read.format('image'). "
            f"Received: {data_type.simpleString()}. {_remedy(image_col, data_type)}".rstrip()
        )


def inferred_remedy(column: str, data_type: DataType) -> str:
    """What to do with image structs whose types Spark has inferred from Python's values, or "" for another type."""
    if not isinstance(data_type, StructType) or data_type.names != IMAGE_SCHEMA.names:
        return ""
    return (
        "Spark infers bigint from Python's numbers: use images.from_numpy(spark, arrays), or "
        f"df.withColumn({column!r}, df[{quoted(column)!r}].cast(images.IMAGE_SCHEMA))."
    )


def _remedy(column: str, data_type: DataType) -> str:
    if isinstance(data_type, (BinaryType, StringType, ArrayType)):
        return f"images.prepare(df, size, input_col={column!r}) makes image structs of it."
    return inferred_remedy(column, data_type)
