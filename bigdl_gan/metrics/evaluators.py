"""The metrics as evaluators of Spark ML: of features."""

import math
from typing import Any

from bigdl_gan.metrics import frechet, kernel_distance
from bigdl_gan.metrics.evaluator_params import FrechetDistanceParams, KIDParams, PrecisionRecallParams
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator
from bigdl_gan.metrics.results import Figure, with_error
from bigdl_gan.metrics.sides import Sides


def check_enough(sides: Sides, name: str, most_refused: int) -> None:
    """Raise ValueError if a side has no more images than are refused."""
    for side in ("fakes", "reals"):
        n = sides.features[side].n
        if n <= most_refused:
            raise ValueError(f"`{side}` must have at least {most_refused + 1} images for {name}. Received: {n}.")


class FrechetDistance(MetricEvaluator, FrechetDistanceParams):
    """The Frechet distance of features (FID, if they are Inception's): how far apart two normal distributions are.

    metricName "fid": of all images. It grows as the number of images falls: compare only values of equal numbers, or
    "fid_infinity", extrapolated to infinitely many fakes (the reals' number still counts). 0 is best.

    Example:
        >>> metrics.FrechetDistance(features=metrics.features.digits()).evaluate(model.transform(test))
    """

    @property
    def is_per_class(self) -> bool:
        return self.name == "fid"  # the line takes nSizes distances

    def figure(self, sides: Sides) -> Figure:
        check_enough(sides, self.name, self.most_refused())
        comparison = sides.once("frechet", lambda: frechet.compared(sides.moments("fakes"), sides.moments("reals")))
        error = sides.once("fid error", lambda: frechet.standard_error(sides.fakes, sides.reals, comparison))
        few = [side for side in ("fakes", "reals") if sides.features[side].n <= sides.reals.width]
        caution = "" if not few else (
            f"a covariance of {sides.reals.width} features needs more than {sides.reals.width} images: the distance "
            f"of fewer is dominated by its bias. Received: {sides.fakes.n} fakes, {sides.reals.n} reals. Take more, or "
            "quote KID."
        )
        if self.name == "fid":
            return with_error(comparison.distance, error, caution=caution)
        return self._extrapolated(sides, error, caution)

    def _extrapolated(self, sides: Sides, error: float, caution: str) -> Figure:
        n_sizes = self.getNSizes()
        sizes = frechet.sizes_of(sides.fakes.n, n_sizes)
        if len(sizes) < 3:
            raise ValueError(f"`fakes` must have at least 4 images for fid_infinity. Received: {sides.fakes.n}.")
        line = frechet.extrapolated(
            sides.fakes, sides.moments("reals"), sides.centre, n_sizes=n_sizes, seed=sides.seed
        )
        half = math.hypot(1.96 * error, frechet.quantile(len(sizes) - 2) * line.error)
        if not caution and sizes[0] <= sides.reals.width:
            caution = (
                f"the line in 1/N is straight only from more images than features on, {sides.reals.width}; the "
                f"smallest sample has {sizes[0]}. Take {10 * (sides.reals.width + 1)} fakes."
            )
        details = {"slope": line.slope, "sizes": line.sizes, "values": line.values, "error_of_line": line.error}
        return Figure(
            line.intercept, math.hypot(error, line.error), (line.intercept - half, line.intercept + half), details,
            caution=caution,
        )  # fmt: skip


class KID(MetricEvaluator, KIDParams):
    """The kernel distance of features: the squared maximum mean discrepancy with kernel (x . y / F + 1)^3.

    The value is the unbiased estimate of all images, with a jackknife standard error. It does not depend on the number
    of images but for noise, and is negative as often as not if the distributions are the same. `details` has the mean
    and the standard deviation of random subsets, as other libraries quote them; papers quote 1,000 times the value.

    Example:
        >>> metrics.KID(features=metrics.features.digits(), reals=held_out).evaluate(model.transform(test))
    """

    def figure(self, sides: Sides) -> Figure:
        check_enough(sides, self.name, self.most_refused())
        sums = sides.once("kernel sums", lambda: kernel_distance.kernel_sums_of(sides.fakes, sides.reals))
        value, error = kernel_distance.kernel_distance(sums), kernel_distance.standard_error(sums)
        n, size = self.getNSubsets(), self.getSubsetSize()
        fewest = min(sides.fakes.n, sides.reals.n)
        if not n or fewest < size or not sides.is_whole:
            caution = "" if not n or not sides.is_whole else (
                f"{n} subsets of {size} need {size} images of each side; the value of all images stands. Received: "
                f"{sides.fakes.n} fakes, {sides.reals.n} reals. Take more, or set subsetSize."
            )
            return with_error(value, error, caution=caution)
        found = kernel_distance.subset_distances_of(
            sides.fakes, sides.reals, n_subsets=n, size=size, seed=sides.seed
        )
        details = {"subset_mean": float(found.mean()), "subset_deviation": float(found.std())}
        return with_error(value, error, details=details)


class PrecisionRecall(MetricEvaluator, PrecisionRecallParams):
    """Precision, recall, density or coverage, as `metricName` says: how the balls around both sides' images overlap.

    An image's ball reaches to its k-th nearest neighbour on its own side. Precision: the share of fakes in a ball
    around a real. Recall: the share of reals in a ball around a fake. Density: in how many balls around reals a fake
    lies on average, over k; it may exceed 1. Coverage: the share of reals whose ball has a fake. All four move with k
    and with the numbers of images, which should be equal.
    """

    larger_is_better = frozenset({"precision", "recall", "density", "coverage"})

    def most_refused(self) -> int:
        return self.getK()

    def figure(self, sides: Sides) -> Figure:
        check_enough(sides, self.name, self.most_refused())
        k = self.getK()
        overlap = sides.overlap(k, is_closed=self.getBoundary() == "closed")
        value: Any = getattr(overlap.figures(k), self.name)
        n, m = sides.fakes.n, sides.reals.n
        caution = "" if n == m else (
            "precision, recall, density and coverage move with the numbers of images, which should be equal. "
            f"Received: {n} fakes, {m} reals. Take {min(n, m)} of each."
        )
        return Figure(value, caution=caution)
