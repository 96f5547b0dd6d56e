"""Finds a training's labels: which there are, and how often."""

from typing import List, Optional

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.label_columns import class_of, flag_of
from bigdl_gan.images.schema import quoted
from bigdl_gan.params.labels import MOST_COMBINATIONS, Labels
from bigdl_gan.training.request import Request

MOST_CLASSES = 1000
_LABEL = "__bigdl_gan_label"


def find_labels(request: Request) -> Optional[Labels]:
    """The labels of a request's images, after one Spark job; None if no column is named.

    Raises:
        ValueError: a label is null or breaks its rule, there are too many, or the networks take another number."""
    params, frame = request.params, request.images
    if params.isDefined("labelCol"):
        labels = _classes(frame, params.getLabelCol())
    elif params.isDefined("labelCols"):
        labels = _attributes(frame, params.getLabelCols())
    else:
        return None
    taken = request.described["generator"]["labels"]
    if taken != len(labels.names):
        raise ValueError(
            f"The networks must take label vectors of {len(labels.names)} numbers, one for each class in "
            f"`{params.getLabelCol()}` ({labels.listed()}). Received: networks that take {taken}. Build them with "
            f"n_labels={len(labels.names)}, or drop the classes that should not be there."
        )
    return labels


def _classes(frame: DataFrame, column: str) -> Labels:
    value = F.col(quoted(column))
    counted = frame.groupBy(value.alias(_LABEL)).count().limit(MOST_CLASSES + 2).collect()
    nulls = sum(row["count"] for row in counted if row[_LABEL] is None)
    if nulls:
        raise ValueError(
            f"`labelCol` must name a column without nulls. Received: {column} with {nulls} of them. Drop such rows: "
            f"df.dropna(subset=['{column}'])."
        )
    if len(counted) > MOST_CLASSES:
        raise ValueError(
            f"`labelCol` must name a column of at most {MOST_CLASSES} classes. Received: {column}, which has more. "
            "Is it a column of ids?"
        )
    counted.sort(key=lambda row: row[_LABEL])
    return Labels(
        [column], [row[_LABEL] for row in counted], True, [[i] for i in range(len(counted))],
        [row["count"] for row in counted],
    )  # fmt: skip


def _attributes(frame: DataFrame, columns: List[str]) -> Labels:
    flags = [flag_of(frame, column).alias(f"{_LABEL}_{i}") for i, column in enumerate(columns)]
    names = [f"{_LABEL}_{i}" for i in range(len(columns))]
    counted = frame.select(*flags).groupBy(*names).count()
    # the most frequent first; equally frequent ones, and rows with a null, in a fixed order
    has_null = F.greatest(*(F.col(name).isNull() for name in names), F.lit(False))
    ordered = counted.orderBy(F.desc(has_null), F.desc("count"), *names).limit(MOST_COMBINATIONS)
    rows = [tuple(row) for row in ordered.collect()]
    odd = next((row for row in rows if None in row), None)
    if odd is not None:
        column = columns[odd.index(None)]
        raise ValueError(
            f"`labelCols` must name columns of attributes: True or False, 1 or 0, 1 or -1. Received: {column} with "
            f"nulls or other values, in {odd[-1]} rows or more. Drop or mend such rows."
        )
    return Labels(
        list(columns), list(columns), False, [[i for i, flag in enumerate(flags) if flag] for *flags, _ in rows],
        [row[-1] for row in rows],
    )  # fmt: skip


def check_transfer(request: Request) -> None:
    """Check that `initialModel`, if it is set, has learned the request's labels.

    Raises:
        ValueError: it has learned others, which have the same places in label vectors."""
    params, labels = request.params, request.labels
    if labels is None or not params.isDefined("initialModel"):
        return
    learned = params.getInitialModel().labels
    if learned is not None and learned.names != labels.names:
        raise ValueError(
            f"`initialModel` must have learned the labels of the images: {labels.listed()}. Received: a model of "
            f"{learned.listed()}. Leave out or rename classes, or begin without initialModel."
        )


def labelled(request: Request) -> DataFrame:
    """The request's images, and their labels as the core packs them: a class's number, or an array of 0 and 1."""
    labels, frame = request.labels, request.images
    image = F.col(quoted(request.params.getImageCol()))
    if labels is None:
        return frame.select(image)
    if labels.is_one_hot:
        return frame.select(image, class_of(labels.columns[0], labels.names).alias(_LABEL))
    return frame.select(image, F.array(*(flag_of(frame, column) for column in labels.columns)).alias(_LABEL))
