"""What is computed of images themselves, without features: on the executors, by Arrow."""

import pickle
from typing import Any, Callable, Iterable, NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, FloatType, StructField, StructType

from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.metrics import tasks
from bigdl_gan.metrics.feature_set import FeatureSet, from_frame
from bigdl_gan.metrics.tasks.brightness import as_features, weave_sums

_PIXELS = ("data", "height", "width", "nChannels")


def _mapped(df: DataFrame, task: Callable[..., Any], schema: Any) -> DataFrame:
    sent = by_value(task, tasks)

    def run(batches: Iterable[Any]) -> Iterable[Any]:
        yield from pickle.loads(sent)(batches)

    return df.mapInArrow(run, schema)


class Powers(NamedTuple):
    """Of one side's images.

    Attributes:
        n: images.
        mean: power.
        variance: of the mean."""

    n: int
    mean: float
    variance: float
    size: int


def powers_of(side: str, images: DataFrame) -> Powers:
    """The mean power at the Nyquist frequency. Partitions' sums are added in their order.

    Raises:
        ValueError: no image, or images of several sizes."""
    pixels = images.select(*(F.col("image")[name].alias(name) for name in _PIXELS))
    schema = "partition long, n long, total double, squares double, least long, most long"
    rows = sorted(tuple(row) for row in _mapped(pixels, weave_sums, schema).collect())
    if not rows:
        raise ValueError(f"`{side}` must have an image at least. Received: an empty DataFrame.")
    _, counts, totals, squares, least, most = zip(*rows)
    if min(least) != max(most):
        raise ValueError(f"`{side}` must have images of one size for weave. Received: several. See images.prepare.")
    n, mean = sum(counts), sum(totals) / sum(counts)
    variance = max(sum(squares) / n - mean**2, 0.0) / max(n - 1, 1)
    return Powers(n, mean, variance, least[0])


def pixel_set(side: str, images: DataFrame, *, most: int, seed: int) -> FeatureSet:
    """The pixels of images, from 0 to 1, as features: of `most` images at most, drawn by a hash of their ids.

    The caller releases it.

    Raises:
        ValueError: no image, or images of several sizes."""
    drawn = images.orderBy(F.xxhash64(F.col("id"), F.lit(seed)), F.col("id")).limit(most)
    label = F.lit(None).cast("string").alias("label")
    pixels = drawn.select(*(F.col("image")[name].alias(name) for name in _PIXELS), "id", label)
    kept = [StructField(name, pixels.schema[name].dataType) for name in ("id", "label")]
    frame = _mapped(pixels, as_features, StructType([*kept, StructField("features", ArrayType(FloatType()))]))
    return from_frame(side, frame, id_type=kept[0].dataType, label_type=kept[1].dataType)
