"""A running training, as its callbacks see it."""

import math
import warnings
from typing import Any, Callable, Dict, List, Mapping, Tuple

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan.images import to_array
from bigdl_gan.report.history import Row
from bigdl_gan.report.progress import Progress


class Training:
    """A training's interface for callbacks: what they can read and request. Nothing here changes its numbers.

    Attributes:
        params: the estimator's plain Params, by name.
        metrics: what its callbacks measure, by name: whether a larger value is better.

    Args:
        snapshot: returns the present generator as a GANModel; called at most once after each chunk.
        checkpoint: writes a checkpoint of the present state to a folder, and keeps a given number there.
        keep_best: writes one to a folder if the present figure of a metric is better than those before.
    """

    def __init__(
        self, progress: Progress, snapshot: Callable[[], Any], checkpoint: Callable[[str, int], None], *,
        params: Mapping[str, Any], metrics: Mapping[str, bool], keep_best: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        self.params, self.metrics, self._keep_best = dict(params), dict(metrics), keep_best
        self._progress, self._snapshot, self._checkpoint = progress, snapshot, checkpoint
        self._model: List[Any] = []  # the present generator, once a callback has asked for it
        self._images: Dict[Tuple[int, int], np.ndarray] = {}
        self._changes = 0  # `Progress.changes` when these two were filled

    @property
    def total(self) -> int:
        """Generator updates to do, unless training is stopped."""
        return self._progress.total

    @property
    def batch_size(self) -> int:
        """Images per generator update over all executors, summed over its `nCritic` discriminator updates."""
        return self._progress.batch_size

    @property
    def iteration(self) -> int:
        """Generator updates done so far."""
        return self._progress.iteration

    @property
    def stop_reason(self) -> str:
        """Why training ends after this chunk; "" if it continues."""
        return self._progress.stop_reason

    @property
    def failed(self) -> bool:
        """Whether training ended with an error or an interruption."""
        return self._progress.failed

    @property
    def history(self) -> List[Row]:
        """The rows of `model.history` so far."""
        return self._progress.history.rows

    @property
    def figures(self) -> Dict[str, float]:
        """What was measured of the present generator, by metric; empty if nothing was. A copy."""
        return dict(self._progress.figures)

    @property
    def seconds(self) -> float:
        """Wall time from the beginning to the last update, including the time before a resume."""
        return self._progress.history.seconds

    def generate(self, n: int, seed: int = 0) -> DataFrame:
        """Images from the present generator, like `GANModel.generate`; later updates do not change them."""
        self._forget_the_past()
        if not self._model:
            self._model = [self._snapshot()]
        return self._model[0].generate(n, seed)

    def images(self, n: int, seed: int = 0) -> np.ndarray:
        """The images from `generate`, collected to the driver; for small n.

        Returns:
            uint8 (n, H, W, C), with C = 1 for grey or C = 3 in the order red, green, blue; read-only."""
        self._forget_the_past()
        if (n, seed) not in self._images:
            rows = self.generate(n, seed).orderBy("id").collect()
            pixels = np.stack([to_array(row["image"]) for row in rows])
            pixels.setflags(write=False)
            self._images[n, seed] = pixels
        return self._images[n, seed]

    def _forget_the_past(self) -> None:
        if self._changes != self._progress.changes:
            self._model, self._images, self._changes = [], {}, self._progress.changes

    def checkpoint(self, folder: str, keep: int) -> None:
        """Write a checkpoint, as those of the Param `checkpointDir`, and delete older ones there.

        Args:
            folder: any Hadoop path; its folder is made.
            keep: the number of checkpoints in it afterwards, at most.
        Raises:
            OSError: the file system refuses."""
        self._checkpoint(folder, keep)

    def keep_best(self, folder: str, metric: str) -> None:
        """Write a checkpoint if the present generator's figure is better than all before, and delete the one before.

        A training that resumes knows the best one that its predecessor left in the folder. Of two equal figures the
        earlier one stays. Without a figure of the present generator nothing happens.

        Args:
            folder: any Hadoop path; its folder is made. Only this may write checkpoints there.
            metric: one of `metrics`.
        Raises:
            OSError: the file system refuses."""
        self._keep_best(folder, metric)

    def record(self, figures: Mapping[str, float], *, standard_errors: Mapping[str, float] = {}) -> None:
        """Put figures of the present generator into the history: "kid" becomes "metric/kid" in the last row.

        Training itself ignores them. A row of several updates has their last figure.

        Args:
            figures: by metric, one of `metrics`.
            standard_errors: of some of these figures; "kid" becomes "standard_error/kid". One that is not finite is
                left out.
        Raises:
            ValueError: no callback names a metric in its `metrics`; a standard error has no figure.
            RuntimeError: there was no update yet.
        Warns (RuntimeWarning): a figure is not finite; it is left out."""
        unknown = [name for name in figures if name not in self.metrics]
        if unknown:
            raise ValueError(
                "`figures` must be of metrics that a callback has in its `metrics`: "
                f"{', '.join(self.metrics) or 'none'}. Received: {unknown[0]}."
            )
        alone = [name for name in standard_errors if name not in figures]
        if alone:
            raise ValueError(
                f"`standard_errors` must be of the figures: {', '.join(figures) or 'none'}. Received: {alone[0]}."
            )
        if self.iteration == 0:
            raise RuntimeError("Figures can be recorded from the first update on. Received: some before it.")
        values = {name: float(value) for name, value in figures.items()}
        strange = [f"{name} is {value}" for name, value in values.items() if not math.isfinite(value)]
        known = {name: value for name, value in values.items() if math.isfinite(value)}
        errors = {name: float(error) for name, error in standard_errors.items() if name in known}
        self._progress.record(known, {name: error for name, error in errors.items() if math.isfinite(error)})
        if strange:
            warnings.warn(
                f"After {self.iteration} updates: {', '.join(strange)}, and is left out of the history.",
                RuntimeWarning, stacklevel=2,
            )  # fmt: skip

    def remember(self, key: str, values: Mapping[str, float]) -> None:
        """Keep numbers for a resume: checkpoints have them, and `remembered` returns them after a resume or rollback.

        Args:
            key: the callback's own, the same at a resume.
            values: by name, in place of earlier ones; those that are not finite are left out."""
        self._progress.remember(key, values)

    def remembered(self, key: str) -> Dict[str, float]:
        """What `remember` kept under a key, as of the present update; empty if nothing. A copy."""
        return dict(self._progress.notes.get(key, {}))

    def stop(self, reason: str) -> None:
        """End training after the present chunk, just as after the last update; the first reason given is kept."""
        self._progress.stop(reason)
