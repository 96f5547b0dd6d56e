"""Labels as a classifier's classes: integers or strings, in ascending order."""

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple, Union

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ByteType, DataType, IntegerType, LongType, ShortType, StringType

from bigdl_gan.images import check_image_column
from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm import bridge

Label = Union[int, str]
Shape = Tuple[int, int, int]  # channels, height, width
_WHOLE = (ByteType, ShortType, IntegerType, LongType)
_MOST_CLASSES = 10_000


class Census(NamedTuple):
    """What labelled images there are.

    Args:
        counts: images of each label, in the labels' order.
        shapes: images of each shape."""

    counts: Dict[Label, int]
    shapes: Dict[Shape, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def check_labelled(df: DataFrame, label_col: str, image_col: str, taker: str) -> None:
    """Check the columns of labelled images, before any Spark job.

    Raises:
        ValueError: a column is missing, or the labels are neither integers nor strings; a stream.
        TypeError: no DataFrame, or no image structs."""
    bridge.check_frame(df, taker)
    bridge.refuse_stream(df, "Take its batches, in writeStream.foreachBatch(...).")
    check_image_column(df, image_col)
    if label_col not in df.columns:
        raise ValueError(
            f"`label_col` must name a column of the DataFrame. Received: label_col={label_col!r}, columns: "
            f"{', '.join(df.columns)}."
        )
    kind = df.schema[label_col].dataType
    if not _is_label(kind):
        raise ValueError(
            f"`label_col` must hold integers or strings. Received: {label_col} of type {kind.simpleString()}. Cast it, "
            f"for example to int or string."
        )


def _is_label(kind: DataType) -> bool:
    return isinstance(kind, (*_WHOLE, StringType))


def census(df: DataFrame, label_col: str, image_col: str) -> Census:
    """Counts labels and shapes; one Spark job.

    Raises:
        ValueError: a null image or label, fewer than two labels, or so many that they are no classes."""
    image = F.col(quoted(image_col))
    keys = [
        F.col(quoted(label_col)).alias("label"),
        *(image[name].alias(name) for name in ("nChannels", "height", "width")),
    ]
    rows = df.groupBy(*keys).count().limit(_MOST_CLASSES + 1).collect()
    n_null = sum(row["count"] for row in rows if None in tuple(row))
    if n_null:
        raise ValueError(
            f"Labelled images must have a label and an image in every row. Received: {n_null} rows with a null. Drop "
            f"them: df.dropna(subset=[{label_col!r}, {image_col!r}])."
        )
    if len(rows) > _MOST_CLASSES:
        raise ValueError(
            f"`label_col` must hold at most {_MOST_CLASSES} classes of images of one size. Received: label_col="
            f"{label_col!r} with more. Name the column of classes."
        )
    counts: Dict[Label, int] = {}
    shapes: Dict[Shape, int] = {}
    for row in sorted(rows):
        shape = (row.nChannels, row.height, row.width)
        counts[row.label] = counts.get(row.label, 0) + row["count"]
        shapes[shape] = shapes.get(shape, 0) + row["count"]
    if len(counts) < 2:
        received = ", ".join(map(repr, counts)) or "none, of an empty DataFrame"
        raise ValueError(f"A classifier needs two labels at least. Received: {received}.")
    return Census(counts, shapes)


def class_column(df: DataFrame, label_col: str, labels: Sequence[Label]) -> Column:
    """A row's class, from 0 on; -1 for a label that is not among them, null for null."""
    kind = "string" if isinstance(df.schema[label_col].dataType, StringType) else "long"
    if any(isinstance(label, str) != (kind == "string") for label in labels):
        return F.when(F.col(quoted(label_col)).isNotNull(), F.lit(-1))  # numbers and strings are never equal
    column = F.col(quoted(label_col)).cast(kind)
    known = F.create_map(*(F.lit(value) for i, label in enumerate(labels) for value in (label, i)))
    keyed = known.cast(f"map<{kind},int>")  # a number's own type is int
    return F.coalesce(keyed[column], F.when(column.isNotNull(), F.lit(-1)))


def listed(labels: Sequence[Any]) -> List[Label]:
    """Labels from JSON. Raises ValueError unless they are two or more distinct integers, or strings."""
    kinds = {type(label) for label in labels}
    if len(labels) < 2 or len(set(labels)) != len(labels) or kinds not in ({int}, {str}):
        raise ValueError("labels must be two or more distinct integers or strings")
    return list(labels)
