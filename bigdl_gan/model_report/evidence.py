"""What a report measures: metrics of generated against real images, and the pairs that look like copies."""

from typing import Any, List, Mapping, NamedTuple, Optional

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.metrics import evaluate
from bigdl_gan.metrics.copies import worst_pairs
from bigdl_gan.metrics.evaluation import METRICS
from bigdl_gan.report.picture_sections import Pair

_N_PAIRS = 12


class Evidence(NamedTuple):
    """What was measured.

    Attributes:
        results: by name, as `metrics.evaluate` returns them.
        pairs: the generated images most like a training image, the worst first; None if no metric looked for them, or
            the real images are not there."""

    results: Mapping[str, Any]
    pairs: Optional[List[Pair]]


def need_features(metrics: Any) -> bool:
    """Whether one of the metrics needs an extractor; what names no metric, `metrics.evaluate` refuses."""
    named = [metrics] if isinstance(metrics, str) or not hasattr(metrics, "__iter__") else list(metrics)
    made = [METRICS[one](metricName=one) if isinstance(one, str) and one in METRICS else one for one in named]
    return any(getattr(one, "needs_features", False) for one in made)


def measured(model: Any, reals: Any, metrics: Any, *, features: Any, held_out: Any, n: int, seed: int) -> Evidence:
    """Metrics of n generated images.

    Args:
        reals: DataFrame, or statistics of one.
    Raises:
        ValueError, TypeError: as `metrics.evaluate`."""
    image_col, id_col = model.getImageCol(), model.getIdCol()
    fakes = model.generate(n, seed).select(F.col("id").alias(id_col), F.col("image").alias(image_col))
    if isinstance(reals, DataFrame) and id_col not in reals.columns:
        reals = reals.withColumn(id_col, F.monotonically_increasing_id())
    results = evaluate(
        fakes, reals, metrics, features=features, seed=seed, image_col=image_col, id_col=id_col, held_out=held_out
    )
    with_table = [result for result in results.values() if "nearest" in result.tables]
    if not with_table or not isinstance(reals, DataFrame):
        return Evidence(results, None)
    worst = worst_pairs(with_table[0], fakes, reals, n=_N_PAIRS, image_col=image_col, id_col=id_col)
    return Evidence(results, [
        Pair(pair.fake, pair.nearest, pair.id, pair.nearest_id, pair.distance, pair.remoteness) for pair in worst
    ])  # fmt: skip
