"""What a report measures: metrics of generated against real images, and the pairs that look like copies."""

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images import to_array
from bigdl_gan.images.schema import quoted
from bigdl_gan.metrics import evaluate
from bigdl_gan.report.picture_sections import Pair

_N_PAIRS = 12


class Evidence(NamedTuple):
    """What was measured.

    Attributes:
        results: by name, as `metrics.evaluate` returns them.
        pairs: the generated images most like a training image, the worst first; None if no metric found neighbours, or
            the real images are not there."""

    results: Mapping[str, Any]
    pairs: Optional[List[Pair]]


def measured(model: Any, reals: Any, metrics: Sequence[Any], *, features: Any, n: int, seed: int) -> Evidence:
    """Metrics of n generated images.

    Args:
        reals: DataFrame, or statistics of one.
    Raises:
        ValueError, TypeError: as `metrics.evaluate`."""
    image_col, id_col = model.getImageCol(), model.getIdCol()
    fakes = model.generate(n, seed).select(F.col("id").alias(id_col), F.col("image").alias(image_col))
    if isinstance(reals, DataFrame) and id_col not in reals.columns:
        reals = reals.withColumn(id_col, F.monotonically_increasing_id())
    results = evaluate(fakes, reals, metrics, features=features, seed=seed, image_col=image_col, id_col=id_col)
    found = neighbours_in(results)
    if found is None or not isinstance(reals, DataFrame):
        return Evidence(results, None)
    worst = _worst(found)
    pictures = [
        _pictures(df, id_col, image_col, [row[name] for row in worst])
        for df, name in ((fakes, "id"), (reals, "nearest_id"))
    ]
    return Evidence(results, [_pair(row, *pictures) for row in worst])


def neighbours_in(results: Mapping[str, Any]) -> Optional[DataFrame]:
    """The table of generated images and their nearest training rows that one of the results has; None if none has."""
    for result in results.values():
        for table in result.tables.values():
            if isinstance(table, DataFrame) and {"id", "nearest_id", "distance"} <= set(table.columns):
                return table
    return None


def _worst(neighbours: DataFrame) -> List[Any]:
    """The rows with the smallest remoteness, or distance if there is none, each generated image once."""
    if "rank" in neighbours.columns:
        neighbours = neighbours.where("rank = 1")
    order = [name for name in ("remoteness", "distance", "id") if name in neighbours.columns]
    return list(neighbours.orderBy(*order).limit(_N_PAIRS).collect())


def _pictures(df: DataFrame, id_col: str, image_col: str, ids: Sequence[Any]) -> Dict[Any, np.ndarray]:
    number, image = F.col(quoted(id_col)), F.col(quoted(image_col))
    rows: Sequence[Tuple[Any, Any]] = df.select(number, image).where(number.isin(list(set(ids)))).collect()
    return {row[0]: to_array(row[1]) for row in rows}


def _pair(row: Any, fakes: Mapping[Any, np.ndarray], reals: Mapping[Any, np.ndarray]) -> Pair:
    remoteness = row["remoteness"] if "remoteness" in row else None
    return Pair(fakes[row["id"]], reals[row["nearest_id"]], row["id"], row["nearest_id"], row["distance"], remoteness)
