"""Columns of labels: as users have them, and as the core takes them."""

from typing import List, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.schema import quoted
from bigdl_gan.params.labels import Labels, Name

CLASS_TYPES = ("tinyint", "smallint", "int", "bigint", "string")
FLAG_TYPES = ("boolean", "tinyint", "smallint", "int", "bigint")


def check_label_columns(df: DataFrame, name: str, columns: Sequence[str], types: Sequence[str]) -> None:
    """Check that columns are there and have one of some types; no Spark job.

    Args:
        name: the Param's.
    Raises:
        ValueError: one is missing, or has another type."""
    for column in columns:
        if column not in df.columns:
            raise ValueError(
                f"`{name}` must name columns of the DataFrame. Received: {name}={column!r}, columns: "
                f"{', '.join(df.columns)}."
            )
        kind = df.schema[column].dataType.simpleString()
        if kind not in types:
            raise ValueError(f"`{name}` must have type {', '.join(types)}. Received: {column} of type {kind}.")


def class_of(column: str, names: Sequence[Name]) -> Column:
    """The number of a row's class among the names, from 0 on; -1 if it is none of them, null for null."""
    value = F.col(quoted(column))
    places = F.transform(F.array(*map(F.lit, names)), lambda name, i: F.when(name == value, i))
    return F.when(value.isNotNull(), F.coalesce(F.array_max(places), F.lit(-1)))


def flag_of(df: DataFrame, column: str) -> Column:
    """A row's attribute as 0 or 1, from True and False, 1 and 0, or 1 and -1; null for anything else."""
    value = F.col(quoted(column))
    if df.schema[column].dataType.simpleString() == "boolean":
        return value.cast("int")
    return F.when(value == 1, 1).when(value.isin(0, -1), 0)


def vector_of(df: DataFrame, labels: Labels, columns: Sequence[str]) -> Column:
    """A row's label vector, array<float>. A row with another label fails when it is computed.

    Args:
        columns: the DataFrame's, in the order of `labels.columns`."""
    if not labels.is_one_hot:
        flags = [F.coalesce(flag_of(df, column), _refusal(column, "0 or 1, -1 or 1, or boolean")) for column in columns]
        return F.array(*(flag.cast("float") for flag in flags))
    (column,) = columns
    place = class_of(column, labels.names)
    one_hot = F.transform(F.sequence(F.lit(0), F.lit(len(labels.names) - 1)), lambda i: (i == place).cast("float"))
    return F.when(place >= 0, one_hot).otherwise(_refusal(column, f"among the model's labels: {labels.listed()}"))


def _refusal(column: str, rule: str) -> Column:
    value = F.coalesce(F.col(quoted(column)).cast("string"), F.lit("null"))
    return F.raise_error(F.concat(F.lit(f"The labels in `{column}` must be {rule}. Received: "), value, F.lit(".")))


def told_by(vector: Column, labels: Labels, columns: Sequence[str]) -> List[Column]:
    """Columns that tell users of label vectors: the class, null for a mix; or each attribute's number."""
    if not labels.is_one_hot:
        return [vector[i].alias(column) for i, column in enumerate(columns)]
    names = F.array(*map(F.lit, labels.names))
    is_pure = (F.array_max(vector) == 1) & (F.size(F.filter(vector, lambda x: x != 0)) == 1)
    found = F.array_max(F.transform(names, lambda name, i: F.when(vector[i] == 1, name)))
    return [F.when(is_pure, found).alias(columns[0])]
