"""Adds columns of features to a DataFrame; Python workers compute them."""

import pickle
from typing import Any, Callable, Iterator, Sequence, Tuple

import pandas as pd
from pyspark.broadcast import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images import check_image_column
from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm import bridge
from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.metrics.features import tasks

FEATURES, PROBABILITIES = "features", "probabilities"
_RESULT = "__bigdl_gan_features"


def output_names(probabilities: bool) -> Tuple[str, ...]:
    """The columns that an extractor adds."""
    return (FEATURES, PROBABILITIES) if probabilities else (FEATURES,)


def check_columns(df: DataFrame, image_col: str, keep: Sequence[str], names: Sequence[str]) -> None:
    """Check the arguments of `extract`, before any Spark job.

    Raises:
        ValueError: a column is missing, or would have the name of a column of features; a stream.
        TypeError: no DataFrame, no image structs, or a string in place of a list of names."""
    bridge.check_frame(df, "extract")
    bridge.refuse_stream(df, "Take its batches, in writeStream.foreachBatch(...).")
    check_image_column(df, image_col)
    if isinstance(keep, str):
        raise TypeError(f"`keep` must be a list of columns. Received: keep={keep!r}. Write keep=[{keep!r}].")
    missing = [column for column in keep if column not in df.columns]
    if missing:
        raise ValueError(
            f"`keep` must name columns of the DataFrame. Received: keep={list(keep)}, without {', '.join(missing)}; "
            f"columns: {', '.join(df.columns)}."
        )
    taken = [name for name in keep if name in names]
    if taken:
        raise ValueError(
            f"`keep` must not name {' or '.join(names)}: extract adds them. Received: keep={list(keep)}. Rename them."
        )


def with_outputs(
    df: DataFrame, image_col: str, keep: Sequence[str], *, names: Sequence[str], make: Callable[..., Any],
    attachment: Any = None,
) -> DataFrame:  # fmt: skip
    """The columns in `keep`, then an array of floats for each of `names`.

    The images go to Python as columns of their own, and all other columns stay in the JVM: in Spark 3.4 Arrow carries
    neither structs nor vectors back. The function is marked nondeterministic, or Spark would call it for each use.

    Args:
        make: makes a `tasks.windows.Runner` in each task; sent by value.
        attachment: a broadcast of bytes; if there is one, `make` gets a function that returns them, as `read`."""
    check_columns(df, image_col, keep, names)
    payload = by_value(make, tasks)
    function = _function(payload, attachment, ", ".join(f"{name} array<float>" for name in names))
    image = F.col(quoted(image_col))
    numbers = F.array(*(image[name] for name in ("height", "width", "nChannels", "mode")))
    result = function(image["data"], F.when(image.isNotNull(), numbers), image["origin"])
    computed = df.withColumn(_RESULT, result)
    return computed.select(*(quoted(name) for name in keep), *(F.col(_RESULT)[name].alias(name) for name in names))


def _function(payload: bytes, attachment: "Broadcast[bytes]", schema: str) -> Any:
    def compute(batches: Iterator[Tuple[pd.Series, ...]]) -> Iterator[pd.DataFrame]:
        make = pickle.loads(payload)
        runner = make() if attachment is None else make(read=lambda: attachment.value)
        yield from runner.run(batches)

    return F.pandas_udf(compute, schema).asNondeterministic()  # type: ignore[call-overload]
