"""`Repeated`: the same metrics of one generator after the other, against reals whose features are extracted once."""

from typing import Any, Dict, Optional, Sequence, Union

from pyspark.sql import DataFrame

from bigdl_gan.metrics.evaluation import as_evaluators, check_inputs, held_out_of
from bigdl_gan.metrics.evaluators import KID
from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.measuring import Sources, extract, measure
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator
from bigdl_gan.metrics.results import Results


class Repeated:
    """Measures generated images against real ones, as often as asked.

    Args:
        metrics: as for `evaluate`, but "kid" without its random subsets, which are for comparison with papers.
        reals, held_out, features, image_col: as for `evaluate`.
    Attributes:
        metrics: by name, whether a larger value is better.
    Raises:
        ValueError, TypeError: as `evaluate`; no Spark job."""

    def __init__(
        self, reals: Any, metrics: Sequence[Union[str, MetricEvaluator]], *, features: Any, seed: int, image_col: str,
        held_out: Any,
    ) -> None:  # fmt: skip
        given = [metrics] if isinstance(metrics, (str, MetricEvaluator)) else metrics
        self._evaluators = as_evaluators([KID(nSubsets=0) if metric == "kid" else metric for metric in given])
        held_out = held_out_of(self._evaluators, held_out)
        check_inputs(self._evaluators, features, {"reals": reals, "held_out": held_out}, image_col, label_col="")
        self._reals, self._held_out, self._image_col = reals, held_out, image_col
        self._extractor, self._seed = features, seed
        self._kept: Dict[str, FeatureSet] = {}
        self.metrics = {evaluator.name: evaluator.isLargerBetter() for evaluator in self._evaluators}

    def check_enough(self, name: str, n: int) -> None:
        """Raise ValueError if n generated images are too few for a metric."""
        for evaluator in self._evaluators:
            least = evaluator.most_refused() + 1
            if n < least:
                raise ValueError(f"`{name}` must be at least {least} for {evaluator.name}. Received: {name}={n}.")

    def prepare(self) -> None:
        """Extract the real images' features, if they are not kept.

        Raises:
            ValueError: there are no images, or their features cannot be used."""
        extract(self._evaluators, self._sources(None), self._extractor, self._kept)

    def measure(self, fakes: DataFrame) -> Results:
        """The metrics of generated images, DataFrame(id, image).

        Raises:
            ValueError: as `evaluate`."""
        self.prepare()
        sources = self._sources(fakes.withColumnRenamed("image", self._image_col))
        return measure(self._evaluators, sources, self._extractor, self._seed, kept=self._kept)

    def _sources(self, fakes: Optional[DataFrame]) -> Sources:
        return Sources(fakes, self._reals, self._held_out, image_col=self._image_col, id_col="", label_col="")

    def release(self) -> None:
        """Let Spark forget the real images' features; `prepare` extracts them again."""
        for feature_set in self._kept.values():
            feature_set.release()
        self._kept = {}
