"""The metrics as evaluators of Spark ML: of pixels, and of distances between images of one side."""

from typing import Any, Mapping

from pyspark.sql import DataFrame

from bigdl_gan.metrics import diversity
from bigdl_gan.metrics.diversity import Spread
from bigdl_gan.metrics.evaluator_params import DiversityParams, WeaveParams
from bigdl_gan.metrics.evaluators import check_enough
from bigdl_gan.metrics.image_sides import pixel_set, powers_of
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator
from bigdl_gan.metrics.results import Figure, with_error
from bigdl_gan.metrics.sides import Sides


def _check_pixels(frames: Mapping[str, Any], name: str) -> None:
    """Statistics hold features, but no pixels. No job."""
    for side in ("fakes", "reals"):
        if frames.get(side) is not None and not isinstance(frames[side], DataFrame):
            raise ValueError(
                f"`{side}` must be a DataFrame for {name}, which looks at pixels. Received: "
                f"{type(frames[side]).__name__}. Measure {name} in a call of its own."
            )


class Diversity(MetricEvaluator, DiversityParams):
    """The mean distance between two fakes, over that between two reals: 1 is as varied, 0 all alike.

    metricName "diversity": in pixels. "feature_diversity": in features, also within each class. Of at most `nSamples`
    images of each side. Noise raises it: look at it beside a distance between the sides.
    """

    larger_is_better = frozenset({"diversity", "feature_diversity"})

    @property
    def needs_features(self) -> bool:
        return self.name == "feature_diversity"

    def check_frames(self, frames: Mapping[str, Any], image_col: str, label_col: str) -> None:
        if not self.needs_features:
            _check_pixels(frames, self.name)

    def figure(self, sides: Sides) -> Figure:
        most = self.getNSamples()
        if self.needs_features:
            check_enough(sides, self.name, 1)
            chosen = {side: diversity.drawn(sides.features[side], most, sides.seed) for side in ("fakes", "reals")}
            found = {side: (diversity.spread_of(one), one.n) for side, one in chosen.items()}
        else:
            found = {side: self._of_pixels(sides, side, most) for side in ("fakes", "reals")}
        (fakes, n_fakes), (reals, n_reals) = found["fakes"], found["reals"]
        value = diversity.ratio(fakes, reals)
        details = {"fakes": fakes.mean, "reals": reals.mean}
        return with_error(value.mean, value.error, details=details, n_fakes=n_fakes, n_reals=n_reals)

    def _of_pixels(self, sides: Sides, side: str, most: int) -> Any:
        pixels = pixel_set(side, sides.images[side], most=most, seed=sides.seed)
        try:
            if pixels.n < 2:
                raise ValueError(f"`{side}` must have at least 2 images for {self.name}. Received: {pixels.n}.")
            return diversity.spread_of(pixels), pixels.n
        finally:
            pixels.release()


class Weave(MetricEvaluator, WeaveParams):
    """The power of brightness at the highest frequency, of fakes over reals: what transposed convolutions weave.

    1: as the reals. Above: a pattern of two pixels, or noise. Below: blur. It looks at pixels only, and needs no
    features.
    """

    @property
    def needs_features(self) -> bool:
        return False

    def check_frames(self, frames: Mapping[str, Any], image_col: str, label_col: str) -> None:
        _check_pixels(frames, self.name)

    def figure(self, sides: Sides) -> Figure:
        fakes, reals = (powers_of(side, sides.images[side]) for side in ("fakes", "reals"))
        if fakes.size != reals.size:
            raise ValueError("`fakes` and `reals` must have images of one size for weave. Received: two sizes.")
        value = diversity.ratio(Spread(fakes.mean, fakes.variance**0.5), Spread(reals.mean, reals.variance**0.5))
        details = {"fakes": fakes.mean, "reals": reals.mean}
        return with_error(value.mean, value.error, details=details, n_fakes=fakes.n, n_reals=reals.n)
