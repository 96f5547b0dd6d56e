"""NumPy arrays as a DataFrame of images: the driver sends bytes, and no Python object stands for a pixel."""

import io
import math
from typing import Any, Iterable, List, Optional, Sequence, Union

import numpy as np
import pandas as pd
import pyarrow as pa
from PIL import Image
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import IntegerType, LongType, StructField, StructType

from bigdl_gan.images.decoding.convert import to_eight_bits
from bigdl_gan.images.schema import CV_MODES, IMAGE_SCHEMA, image_column, uint8_remedy

Arrays = Union[np.ndarray, Sequence[np.ndarray]]  # uint8 (N, H, W), (N, H, W, C), or one array for each image

_CHANNELS = (1, 3, 4)
_ROWS = 1024  # images in a batch of Arrow's: its binary columns hold at most 2 GB each


def from_numpy(spark: SparkSession, arrays: Any, *, origins: Optional[Sequence[str]] = None) -> DataFrame:
    """A DataFrame(id: long, image: Spark's image struct) of NumPy arrays, in their order: the inverse of `to_numpy`.

    The driver sends the pixels to the executors once; the rows are built there, lazily.

    Args:
        arrays: uint8 (N, H, W) or (N, H, W, C), or a list (or a pandas Series) of (H, W) and (H, W, C) of any sizes.
            C = 1 grey, 3 red, green, blue, 4 with alpha: transparent parts are put on white, as in `prepare`.
        origins: where each image comes from. If None, "arrays[0]", "arrays[1]" and so on.
    Returns:
        `id`: 0 to N - 1; `image`: grey, or blue, green, red.
    Raises:
        TypeError: the arrays are not uint8, or this is no SparkSession.
        ValueError: another shape, no image, or not an origin for each."""
    if not isinstance(spark, SparkSession):
        raise TypeError(
            f"`spark` must be a SparkSession. Received: {type(spark).__name__}. Write images.from_numpy(spark, arrays)."
        )
    images = _checked(arrays)
    names = [f"arrays[{i}]" for i in range(len(images))] if origins is None else [str(origin) for origin in origins]
    if len(names) != len(images):
        raise ValueError(f"`origins` must name each of the {len(images)} images. Received: {len(names)} origins.")
    return to_frame(spark, images, origins=names).select("id", "image")


def to_frame(spark: SparkSession, images: Arrays, *, origins: Sequence[str], labels: Any = ()) -> DataFrame:
    """A lazy DataFrame(id, image, label: int) of arrays; null labels if none are given.

    Sends one table to each executor, as bytes: pyspark 3.4 cannot broadcast arrays if spark.io.encryption.enabled is
    set."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, _arrow_schema()) as stream:
        for start in range(0, len(images), _ROWS):
            part = slice(start, start + _ROWS)
            stream.write_batch(_batch(images[part], origins[part], labels[part], start))
    table = spark.sparkContext.broadcast(sink.getvalue())
    n_partitions = max(1, min(spark.sparkContext.defaultParallelism, len(images)))

    def take(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        # A closure is sent by value, so the executors do not need this package
        rows = pa.ipc.open_stream(pa.py_buffer(table.value)).read_all()
        for batch in batches:
            if batch.num_rows:  # a partition of a range is one piece of it
                yield from rows.slice(batch.column(0)[0].as_py(), batch.num_rows).to_batches()

    fields = [StructField("id", LongType()), *IMAGE_SCHEMA, StructField("label", IntegerType())]
    flat = spark.range(0, len(images), 1, n_partitions).mapInArrow(take, StructType(fields))
    return flat.select("id", image_column(), "label")


def _arrow_schema() -> pa.Schema:
    numbers = [(name, pa.int32()) for name in ("height", "width", "nChannels", "mode")]
    return pa.schema([
        ("id", pa.int64()), ("origin", pa.string()), *numbers, ("data", pa.binary()), ("label", pa.int32()),
    ])  # fmt: skip


def _batch(images: Arrays, origins: Sequence[str], labels: Any, start: int) -> pa.RecordBatch:
    opaque = [_opaque(image) for image in images]
    sizes = [(*image.shape, 1)[:3] for image in opaque]
    columns = [
        np.arange(start, start + len(opaque)), origins, *zip(*sizes), [CV_MODES[size[2]] for size in sizes],
        [image[..., ::-1].tobytes() if image.ndim == 3 else image.tobytes() for image in opaque],
        labels if len(labels) else [None] * len(opaque),
    ]  # fmt: skip
    schema = _arrow_schema()
    return pa.RecordBatch.from_arrays([pa.array(c, f.type) for c, f in zip(columns, schema)], schema=schema)


def _opaque(image: np.ndarray) -> np.ndarray:
    """The image without its alpha channel, if it has one: on white."""
    if image.shape[2:] != (4,):
        return image
    return np.asarray(to_eight_bits(Image.fromarray(np.ascontiguousarray(image)), 3))


def _checked(arrays: Any) -> Arrays:
    """The images one by one, uint8 (H, W) or (H, W, C). Raises TypeError or ValueError if they are something else."""
    if isinstance(arrays, pd.DataFrame):
        raise TypeError(
            "`arrays` must be NumPy arrays, or one column of them. Received: pandas.DataFrame. "
            f"Pass the column: images.from_numpy(spark, df[{str(next(iter(arrays), 'image'))!r}])."
        )
    if isinstance(arrays, np.ndarray) and arrays.dtype != object:
        _check_type("arrays", arrays)
        _check_block(arrays)
        return arrays
    if isinstance(arrays, (str, bytes, dict)) or not hasattr(arrays, "__iter__"):
        raise TypeError(f"`arrays` must be a NumPy array, or a list of them. Received: {type(arrays).__name__}.")
    images: List[np.ndarray] = [np.asarray(image) for image in arrays]
    if not images:
        raise ValueError("`arrays` must hold an image at least. Received: none.")
    for i, image in enumerate(images):
        _check_one(f"arrays[{i}]", image)
    return images


def _check_type(name: str, array: np.ndarray) -> None:
    if array.dtype != np.uint8:
        raise TypeError(f"`{name}` must be uint8, 0 to 255. Received: {array.dtype}. {uint8_remedy(name, array)}")


def _check_block(arrays: np.ndarray) -> None:
    shape = arrays.shape
    remedy = ""
    if len(shape) == 2:
        side = math.isqrt(shape[1])
        flat = f"{side}, {side}" if side * side == shape[1] else "height, width"
        remedy = f"For one image: arrays[None]. For flattened ones: arrays.reshape(-1, {flat})."
    elif len(shape) == 3 and shape[2] in _CHANNELS and shape[1] != shape[2]:
        remedy = f"For one image: arrays[None]. For images {shape[2]} pixels wide: arrays[..., None]."
    elif len(shape) == 4 and shape[3] not in _CHANNELS and shape[1] in _CHANNELS:
        remedy = "Channels come last: arrays.transpose(0, 2, 3, 1)."
    elif (len(shape) == 3 or len(shape) == 4 and shape[3] in _CHANNELS) and arrays.size:
        return
    raise ValueError(
        "`arrays` must be (images, height, width), or (images, height, width, channels) with 1, 3 or 4 channels. "
        f"Received: shape {shape}. {remedy}".rstrip()
    )


def _check_one(name: str, image: np.ndarray) -> None:
    shape = image.shape
    if not (len(shape) == 2 or len(shape) == 3 and shape[2] in _CHANNELS) or not image.size:
        first = len(shape) == 3 and shape[0] in _CHANNELS
        remedy = f"Channels come last: {name}.transpose(1, 2, 0)." if first else ""
        raise ValueError(
            f"`{name}` must be (height, width), or (height, width, channels) with 1, 3 or 4 channels. "
            f"Received: shape {shape}. {remedy}".rstrip()
        )
    _check_type(name, image)
