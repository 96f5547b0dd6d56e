"""`ClassificationAccuracy`: what generated labelled images are worth as training data, as an evaluator of Spark ML."""

from typing import Any, Mapping

from bigdl_gan.metrics.classification_score import classification_accuracy
from bigdl_gan.metrics.evaluator_params import ClassificationAccuracyParams
from bigdl_gan.metrics.features.label_values import check_labelled
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator
from bigdl_gan.metrics.results import Figure, with_error
from bigdl_gan.metrics.sides import Sides


class ClassificationAccuracy(MetricEvaluator, ClassificationAccuracyParams):
    """The accuracy, on held-out real images, of a classifier that was trained on the fakes and their labels.

    `details` has the accuracy of the same classifier trained on as many real images: what perfect images would reach.
    A low value means that images do not show their label, or lack variety. It needs no features, but labels of fakes,
    of reals and of held-out images. See `classification_accuracy`.
    """

    larger_is_better = frozenset({"classification_accuracy"})
    uses_held_out = True

    @property
    def needs_features(self) -> bool:
        return False

    @property
    def needs_held_out(self) -> bool:
        return True

    def held_out(self) -> Any:
        return self.getHeldOut() if self.isDefined(self.heldOut) else None

    def label_col(self) -> str:
        return self.getLabelCol()

    def check_frames(self, frames: Mapping[str, Any], image_col: str, label_col: str) -> None:
        for side, df in frames.items():
            check_labelled(df, label_col, image_col, f"classification_accuracy, for `{side}`,")

    def figure(self, sides: Sides) -> Figure:
        found = classification_accuracy(
            sides.images["fakes"], sides.images["reals"], sides.images["held_out"], epochs=self.getEpochs(),
            batch_size=self.getBatchSize(), learning_rate=self.getLearningRate(), seed=sides.seed,
        )  # fmt: skip
        details = {
            "reals": found.real_value, "reals_standard_error": found.real_standard_error, "n_held_out": found.n_test,
        }  # fmt: skip
        return with_error(
            found.value, found.standard_error, details=details, n_fakes=found.n_train, n_reals=found.n_train
        )
