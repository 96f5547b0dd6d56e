"""`Memorization`: whether a generator copies its training images, as an evaluator of Spark ML."""

from typing import Any, Dict

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan.metrics.copies import nearest_frame, remoteness
from bigdl_gan.metrics.evaluator_params import MemorizationParams
from bigdl_gan.metrics.evaluators import check_enough
from bigdl_gan.metrics.memorization import cell_centres, cells_of, copying
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator
from bigdl_gan.metrics.results import Figure, with_error
from bigdl_gan.metrics.sides import Sides


class Memorization(MetricEvaluator, MemorizationParams):
    """Whether fakes are copies of the training images, which `reals` must be.

    metricName "memorization": Meehan's C_T, from the distances of fakes and of held-out images to their nearest
    training images. About 0: neither copied nor far off; below: fakes are nearer than new images are; above:
    underfitted. `details` has its null distribution. "authenticity": the share of fakes that are further from their
    nearest training image than that is from another one; held-out images have a share too, in `details`.

    The result's table "nearest" is a DataFrame(id, rank, nearest_id, distance, remoteness) of the `k` nearest training
    images of each fake. `metrics.write_pairs` draws the worst.
    """

    larger_is_better = frozenset({"memorization", "authenticity"})
    uses_held_out = True

    @property
    def is_per_class(self) -> bool:
        return False

    @property
    def needs_held_out(self) -> bool:
        return self.name == "memorization"

    def held_out(self) -> Any:
        return self.getHeldOut() if self.isDefined(self.heldOut) else None

    def _evaluate(self, dataset: DataFrame) -> float:
        if not self.isDefined(self.reals):
            raise ValueError(
                "`reals` must be set to the training images. Received: nothing. In the evaluated DataFrame are others."
            )
        return super()._evaluate(dataset)

    def figure(self, sides: Sides) -> Figure:
        check_enough(sides, self.name, 1)
        k = min(self.getK(), sides.reals.n)
        to_train = sides.neighbours("fakes", "reals", k)
        within = sides.neighbours("reals", "reals", 1)
        ratios = remoteness(to_train, within)
        tables: Dict[str, Any] = {}
        if sides.images:
            tables["nearest"] = sides.once(("nearest", k), lambda: nearest_frame(sides, to_train, ratios))
        held_out = sides.features.get("held_out")
        if self.name == "authenticity":
            return self._authenticity(sides, ratios, tables)
        if held_out is None:
            raise ValueError("`held_out` must be given for memorization: real images that were not trained on.")
        centres = cell_centres(sides.reals, min(self.getNCells(), sides.reals.n), sides.seed)
        found = copying(
            to_train.distances[:, 0], sides.neighbours("held_out", "reals", 1).distances[:, 0],
            cells_of(sides.fakes, centres), cells_of(held_out, centres), n_shuffles=self.getNShuffles(),
            seed=sides.seed,
        )  # fmt: skip
        details = {**found.details(), "n_held_out": held_out.n}
        caution = "" if found.cells == len(centres) else (
            f"{len(centres) - found.cells} of {len(centres)} cells have fewer than 20 fakes or no held-out image, and "
            "are left out."
        )
        return Figure(found.statistic, details=details, tables=tables, caution=caution)

    def _authenticity(self, sides: Sides, ratios: np.ndarray, tables: Dict[str, Any]) -> Figure:
        share = float((ratios > 1).mean())
        details: Dict[str, Any] = {"copies": int((ratios == 0).sum())}
        if "held_out" in sides.features:
            others = remoteness(sides.neighbours("held_out", "reals", 1), sides.neighbours("reals", "reals", 1))
            details["held_out"] = float((others > 1).mean())
        error = float(np.sqrt(share * (1 - share) / len(ratios)))
        return with_error(share, error, details=details, tables=tables)
