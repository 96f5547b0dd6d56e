"""A running training, as its callbacks see it."""

from typing import Any, Callable, Dict, List, Mapping, Tuple

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan.images import to_array
from bigdl_gan.report.history import History, Row


class Training:
    """What callbacks may know of a training, and ask of it; nothing here changes its numbers.

    Attributes:
        total: generator updates that will be done, if nobody stops it.
        batch_size: images per generator update over all executors; of all `nCritic` updates, where there are several.
        params: the estimator's plain Params, by name.
        iteration: generator updates done so far.
        stop_reason: why the training will end after this chunk, "" where it will not.
        failed: whether it ended by an error or an interruption.

    Args:
        snapshot: gives the present generator, as a GANModel; called at most once after each chunk.
        checkpoint: writes a checkpoint of the present state to a folder, and keeps so many there.
    """

    def __init__(
        self, snapshot: Callable[[], Any], checkpoint: Callable[[str, int], None], *, total: int, batch_size: int,
        params: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.total, self.batch_size, self.params = total, batch_size, dict(params)
        self.iteration, self.stop_reason, self.failed = 0, "", False
        self._history = History(interval=1)
        self._snapshot, self._checkpoint = snapshot, checkpoint
        self._model: List[Any] = []  # the present generator, once somebody has asked for it
        self._images: Dict[Tuple[int, int], np.ndarray] = {}

    @property
    def history(self) -> List[Row]:
        """The rows of `model.history` so far."""
        return self._history.rows

    @property
    def seconds(self) -> float:
        """Wall time from the beginning to the last update; the time before a resumption included."""
        return self._history.seconds

    def generate(self, n: int, seed: int = 0) -> DataFrame:
        """Images of the present generator, as `GANModel.generate` gives them; later updates do not change them."""
        if not self._model:
            self._model = [self._snapshot()]
        return self._model[0].generate(n, seed)

    def images(self, n: int, seed: int = 0) -> np.ndarray:
        """The images of `generate`, collected to the driver; for a small n.

        Returns:
            uint8 (n, H, W, C), C = 1 grey or C = 3 in the order red, green, blue; read-only."""
        if (n, seed) not in self._images:
            rows = self.generate(n, seed).orderBy("id").collect()
            pixels = np.stack([to_array(row["image"]) for row in rows])
            pixels.setflags(write=False)
            self._images[n, seed] = pixels
        return self._images[n, seed]

    def checkpoint(self, dir: str, keep: int) -> None:
        """Write a checkpoint, as those of the Param `checkpointDir`, and delete older ones there.

        Args:
            dir: any Hadoop path; its folder is made.
            keep: the number of checkpoints in it afterwards, at most.
        Raises:
            OSError: the file system refuses."""
        self._checkpoint(dir, keep)

    def stop(self, reason: str) -> None:
        """End the training after the present chunk, as after its last update; the first reason given is kept."""
        self.stop_reason = self.stop_reason or reason or "asked to stop"

    def _advance(self, rows: List[Row]) -> None:
        """Take note of the next updates' statistics."""
        self.iteration = rows[-1]["iteration"]
        self._history.extend(rows)
        self._model, self._images = [], {}

    def _restore(self, iteration: int, history: History) -> None:
        """Begin at, or go back to, an update."""
        self.iteration, self._history = iteration, history
        self._model, self._images = [], {}

    def _finish(self, *, failed: bool) -> None:
        self.failed = failed
        self._history.close()
