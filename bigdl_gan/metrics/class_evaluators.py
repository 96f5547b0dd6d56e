"""The metrics as evaluators of Spark ML: of a classifier's probabilities."""

from bigdl_gan.metrics.class_balance import balance_of
from bigdl_gan.metrics.evaluator_params import ClassBalanceParams, InceptionScoreParams
from bigdl_gan.metrics.inception_score import inception_scores
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator
from bigdl_gan.metrics.results import Figure, with_error
from bigdl_gan.metrics.sides import Sides


class _OfClasses(MetricEvaluator):
    needs_probabilities = True

    @property
    def is_per_class(self) -> bool:
        return False


class InceptionScore(_OfClasses, InceptionScoreParams):
    """The inception score: exp of the mean divergence of an image's class probabilities from their mean.

    It says something only in a classifier of the data's own domain, knows nothing of variety within a class, and does
    not look at the reals. `details` has the mean and the standard deviation of `nSplits` parts, as papers quote them;
    the value of all images is a little larger.
    """

    larger_is_better = frozenset({"inception_score"})

    def figure(self, sides: Sides) -> Figure:
        scores = inception_scores(sides.fakes, n_splits=self.getNSplits(), seed=sides.seed)
        needed = 10 * sides.fakes.n_classes * self.getNSplits()
        caution = "" if sides.fakes.n >= needed else (
            f"{self.getNSplits()} parts of {sides.fakes.n_classes} classes need {needed} fakes: the score of fewer is "
            f"too small. Received: {sides.fakes.n}. Take more, or set nSplits lower."
        )
        details = {"split_mean": float(scores.splits.mean()), "split_deviation": float(scores.splits.std())}
        return with_error(scores.whole, scores.error, details=details, caution=caution)


class ClassBalance(_OfClasses, ClassBalanceParams):
    """How far the fakes' classes are from the reals' in frequency, by the likeliest class of each image.

    metricName "class_balance": the total variation distance of both sides' shares, 0 to 1; `details` has what chance
    alone would give. "missing_classes": how many classes have less than a tenth of their share among reals.
    """

    def figure(self, sides: Sides) -> Figure:
        balance = sides.once("balance", lambda: balance_of(sides.fakes, sides.reals))
        details = {
            "fakes": balance.fakes.tolist(), "reals": balance.reals.tolist(), "by_chance": balance.by_chance,
            "missing": balance.missing.tolist(),
        }  # fmt: skip
        needed = 10 * sides.fakes.n_classes
        few = min(sides.fakes.n, sides.reals.n) < needed
        caution = "" if not few else (
            f"the shares of {sides.fakes.n_classes} classes need {needed} images of each side. Received: "
            f"{sides.fakes.n} fakes, {sides.reals.n} reals."
        )
        value = balance.distance if self.name == "class_balance" else float(len(balance.missing))
        return Figure(value, details=details, caution=caution)
