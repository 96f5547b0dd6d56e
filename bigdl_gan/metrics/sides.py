"""`Sides`: what the metrics of one evaluation share, each computed once, when first asked for."""

from typing import Any, Callable, Dict, Mapping, Optional

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.moments import Moments, moments_of
from bigdl_gan.metrics.neighbours import Neighbours, neighbours_of
from bigdl_gan.metrics.prdc import Overlap, overlap_of


class Sides:
    """The features of generated and of real images, and what is known of them so far.

    Attributes:
        features: by side: "fakes", "reals", and maybe "held_out", real images that were not trained on. Empty if no
            metric needs them.
        images: the DataFrames of "fakes", and maybe of "reals" and "held_out": `id`, `image`, and maybe `label`.
        seed: of all random choices.
        is_whole: whether this is all, and not one class."""

    def __init__(
        self, features: Mapping[str, FeatureSet], *, seed: int, images: Optional[Mapping[str, DataFrame]] = None,
        is_whole: bool = True,
    ) -> None:  # fmt: skip
        self.features, self.seed, self.images, self.is_whole = dict(features), seed, dict(images or {}), is_whole
        self._known: Dict[Any, Any] = {}

    @property
    def fakes(self) -> FeatureSet:
        """The generated images' features."""
        return self.features["fakes"]

    @property
    def reals(self) -> FeatureSet:
        """The real images' features."""
        return self.features["reals"]

    def once(self, key: Any, compute: Callable[[], Any]) -> Any:
        """The result of `compute`, kept under the key."""
        if key not in self._known:
            self._known[key] = compute()
        return self._known[key]

    @property
    def centre(self) -> np.ndarray:
        """A point near all rows: sums about it lose no digits to the features' distance from zero."""
        return self.reals.centre

    def moments(self, name: str) -> Moments:
        """A side's mean and covariance."""
        found: Moments = self.once(("moments", name), lambda: moments_of(self.features[name], self.centre))
        return found

    def neighbours(self, name: str, other: str, k: int) -> Neighbours:
        """The k nearest rows of the other side for each row of a side."""
        known = self.features[name].known if name == other else self._known
        most, found = known.get(("neighbours", name, other), (0, None))
        if found is None or most < k:
            found = neighbours_of(self.features[name], self.features[other], k, self.centre)
            known["neighbours", name, other] = k, found
        return Neighbours(found.distances[:, :k], found.rows[:, :k])

    def overlap(self, k: int, *, is_closed: bool) -> Overlap:
        """How the balls up to each row's k-th neighbour overlap."""

        def compute() -> Overlap:
            fakes, reals = (self.neighbours(name, name, k).distances[:, -1] for name in ("fakes", "reals"))
            return overlap_of(self.fakes, self.reals, fakes, reals, self.centre, is_closed=is_closed)

        found: Overlap = self.once(("overlap", k, is_closed), compute)
        return found

    def of_class(self, rows: Mapping[str, np.ndarray]) -> "Sides":
        """The rows of one class of each side, by the sides' names."""
        chosen = {name: self.features[name].only(numbers) for name, numbers in rows.items()}
        return Sides(chosen, seed=self.seed, is_whole=False)
