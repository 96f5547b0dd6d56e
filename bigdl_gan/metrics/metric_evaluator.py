"""`MetricEvaluator`: what all metrics share as evaluators of Spark ML."""

from typing import Any, ClassVar, Dict, FrozenSet, Mapping, Sequence

from pyspark.ml.evaluation import Evaluator
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.schema import check_image_column, quoted
from bigdl_gan.jvm import bridge
from bigdl_gan.metrics.evaluator_params import EvaluatorParams
from bigdl_gan.metrics.evaluator_table import COMMON, EVALUATOR_TABLES
from bigdl_gan.metrics.measuring import Sources, measure
from bigdl_gan.metrics.results import Figure
from bigdl_gan.metrics.sides import Sides


class MetricEvaluator(Evaluator, EvaluatorParams):
    """An evaluator that compares generated images with real ones.

    `evaluate(dataset)` takes what `model.transform(test)` returned: generated images in `fakesCol`, real ones in
    `imageCol`, unless the Param `reals` has others. So it works in CrossValidator and TrainValidationSplit with a
    `GANEstimator`, and then compares with the held-out rows. For several metrics at once, `metrics.evaluate` extracts
    the features once, and says more."""

    larger_is_better: ClassVar[FrozenSet[str]] = frozenset()
    needs_probabilities: ClassVar[bool] = False
    uses_held_out: ClassVar[bool] = False
    metricName: Any

    def figure(self, sides: Sides) -> Figure:
        """The figure that `metricName` chooses, of two sides."""
        raise NotImplementedError

    @property
    def needs_features(self) -> bool:
        """Whether it looks at features, and not at pixels."""
        return True

    @property
    def needs_held_out(self) -> bool:
        """Whether there is no figure without images that were not trained on."""
        return False

    @property
    def is_per_class(self) -> bool:
        """Whether `metrics.evaluate` also measures single classes."""
        return self.needs_features

    def label_col(self) -> str:
        """The column of labels in all DataFrames of an evaluator by itself; "" if it takes none."""
        return ""

    def check_frames(self, frames: Mapping[str, Any], image_col: str, label_col: str) -> None:
        """Check what else this metric wants of the sides; no Spark job. Raises ValueError or TypeError.

        Args:
            frames: by name: `fakes` (unless there are none yet), `reals`, and `held_out`, which may be None."""

    def most_refused(self) -> int:
        """So many images of a side are too few for any figure."""
        return 1

    def check_settings(self) -> None:
        """Check the Params by their rules; no Spark job. Raises ValueError or TypeError."""
        EVALUATOR_TABLES[type(self).__name__].check(self)

    def settings(self) -> Dict[str, Any]:
        """The Params of this metric alone."""
        shared = {row.name for row in COMMON} | {"metricName"}
        table = EVALUATOR_TABLES[type(self).__name__]
        return {
            row.name: self.getOrDefault(row.name) for row in table
            if row.name not in shared and row.rule.is_plain
        }  # fmt: skip

    @property
    def name(self) -> str:
        """The metric's name, as in `metrics.evaluate`."""
        name: str = self.getOrDefault(self.metricName)
        return name

    def isLargerBetter(self) -> bool:
        """Whether a larger value of `metricName` is better: what a cross-validation looks for."""
        return self.name in self.larger_is_better

    def _evaluate(self, dataset: DataFrame) -> float:
        bridge.check_frame(dataset, "evaluate")
        self.check_settings()
        check_image_column(dataset, self.getFakesCol(), name="fakesCol")
        if self.isDefined(self.reals):
            return self._against(dataset, self.getReals())
        check_image_column(dataset, self.getImageCol(), name="imageCol")
        used = filter(None, (self.getFakesCol(), self.getImageCol(), self.label_col()))
        both = dataset.select(*dict.fromkeys(map(quoted, used))).persist()
        try:  # otherwise images would be generated again for the reals beside them
            return self._against(both, both)
        finally:
            both.unpersist()

    def _against(self, dataset: DataFrame, source: Any) -> float:
        fakes = self._columns(dataset, self.getFakesCol())
        reals, extractor = self._as_images(source), self.extractor()
        held_out = self._as_images(self.held_out())
        if self.needs_held_out and held_out is None:
            raise ValueError(
                f"`heldOut` must be set for {self.name}: real images that were not trained on. Received: nothing."
            )
        label_col = "label" if self.label_col() else ""
        self.check_frames({"fakes": fakes, "reals": reals, "held_out": held_out}, "image", label_col)
        sources = Sources(fakes, reals, held_out, image_col="image", id_col="", label_col=label_col)
        return measure([self], sources, extractor, self.getSeed())[self.name].value

    def _as_images(self, source: Any) -> Any:
        """A DataFrame's images alone; statistics, and None, as they are."""
        if not isinstance(source, DataFrame):
            return source
        check_image_column(source, self.getImageCol(), name="imageCol")
        return self._columns(source, self.getImageCol())

    def _columns(self, df: DataFrame, image_col: str) -> DataFrame:
        """A column of images as `image`, and labels as `label` if the metric takes them."""
        label_col = self.label_col()
        labels = [F.col(quoted(label_col)).alias("label")] if label_col in df.columns else []
        return df.select(F.col(quoted(image_col)).alias("image"), *labels)

    def held_out(self) -> Any:
        """Real images that were not trained on; None if the metric takes none, or has none."""
        return None

    def extractor(self) -> Any:
        """The feature extractor, or None for a metric of pixels. Raises ValueError if it is needed and unset."""
        if self.isDefined(self.features):
            return self.getFeatures()
        if self.needs_features:
            raise ValueError(
                "`features` must be set. Received: nothing. Pass a feature extractor: "
                f"metrics.{type(self).__name__}(features=...)."
            )
        return None


def check_evaluators(evaluators: Sequence[Any]) -> None:
    """Check what is to be measured; no Spark job.

    Raises:
        TypeError: something is not an evaluator of `metrics`.
        ValueError: none, or two of one name, or a Param breaks its rule."""
    if not evaluators:
        raise ValueError("`metrics` must name a metric at least. Received: none.")
    names = []
    for evaluator in evaluators:
        evaluator.check_settings()
        names.append(evaluator.name)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"`metrics` must name each metric once. Received: {', '.join(twice)} more than once.")
