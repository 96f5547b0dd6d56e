"""What a model's generator is told of labels: from arguments, or from a DataFrame's columns."""

import json
from typing import Any, List, Optional, Tuple

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.label_columns import CLASS_TYPES, FLAG_TYPES, check_label_columns, told_by, vector_of
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.labels import Labels

VECTOR = "__bigdl_gan_label_vector"


def source_of(known: Optional[Labels], wanted: Any) -> str:
    """The core's description of labels for rows with ids; JSON, or "" for a model that takes none.

    Args:
        known: the model's.
        wanted: as `GANModel.generate` takes them.
    Raises:
        TypeError, ValueError: a label is unknown, or the model takes none."""
    if known is None:
        if wanted is not None:
            raise ValueError(
                f"`labels` must be None with a model that takes no labels. Received: {wanted!r}. Train one with the "
                "Param labelCol."
            )
        return ""
    return json.dumps(known.shares() if wanted is None else {"vectors": known.vectors(wanted)})


def at_latents(known: Optional[Labels], wanted: Any, n_latents: int) -> List[List[List[float]]]:
    """A label vector, in a list, for each of some latents; empty lists for a model that takes none.

    Args:
        wanted: one label for all latents, or one for each, as `GANModel.generate` takes them.
    Raises:
        TypeError, ValueError: a label is unknown, there is another number of them, or the model takes none."""
    if known is None:
        source_of(known, wanted)  # refuses any
        return [[]] * n_latents
    vectors = known.vectors(wanted) if wanted is not None else []
    if len(vectors) not in (1, n_latents):
        raise ValueError(
            f"`labels` must be one label, or one for each of the {n_latents} latents. Received: "
            f"{len(vectors) or 'none'}. Pass some of {known.listed()}."
        )
    return [[vector] for vector in (vectors * n_latents if len(vectors) == 1 else vectors)]


def along(known: Optional[Labels], wanted: Any, *, n_latents: int, steps: int) -> List[List[List[float]]]:
    """The same for each image of an interpolation, which goes from label to label in straight lines.

    Args:
        steps: from one latent to the next."""
    ends = at_latents(known, wanted, n_latents)
    n = (n_latents - 1) * steps + 1
    if known is None:
        return [[]] * n
    columns = np.array([vector for (vector,) in ends]).T
    places = np.arange(n) / steps
    return [[[float(np.interp(place, range(n_latents), column)) for column in columns]] for place in places]


def with_vectors(df: DataFrame, known: Optional[Labels], params: GANParams) -> Tuple[DataFrame, str]:
    """The DataFrame with a column VECTOR from its columns of labels, and the core's description of that.

    The Params `labelCol` or `labelCols` name the columns. A model that takes no labels leaves the DataFrame as it is.

    Raises:
        ValueError: a column is missing, or has another type."""
    if known is None:
        return df, ""
    name = "labelCol" if known.is_one_hot else "labelCols"
    columns = params.getOrDefault(name) if params.isDefined(name) else known.columns
    columns = [columns] if isinstance(columns, str) else columns
    if len(columns) != len(known.columns):
        raise ValueError(
            f"`labelCols` must name {len(known.columns)} columns, for {known.listed()}. Received: labelCols={columns}."
        )
    check_label_columns(df, name, columns, CLASS_TYPES if known.is_one_hot else FLAG_TYPES)
    return df.withColumn(VECTOR, vector_of(df, known, columns)), json.dumps({"column": VECTOR})


def told(frame: DataFrame, known: Labels) -> DataFrame:
    """Generated rows (id, VECTOR, image) with columns of labels in VECTOR's place, named as the training's."""
    names = [f"{name}_label" if name in ("id", "image") else name for name in known.columns]
    return frame.select("id", *told_by(F.col(VECTOR), known, names), "image")
