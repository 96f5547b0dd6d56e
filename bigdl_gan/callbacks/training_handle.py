"""A running training, as its callbacks see it."""

from typing import Any, Callable, Dict, List, Mapping, Tuple

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan.images import to_array
from bigdl_gan.report.history import Row
from bigdl_gan.report.progress import Progress


class Training:
    """What callbacks may know of a training, and ask of it; nothing here changes its numbers.

    Attributes:
        params: the estimator's plain Params, by name.

    Args:
        snapshot: gives the present generator, as a GANModel; called at most once after each chunk.
        checkpoint: writes a checkpoint of the present state to a folder, and keeps so many there.
    """

    def __init__(
        self, progress: Progress, snapshot: Callable[[], Any], checkpoint: Callable[[str, int], None], *,
        params: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.params = dict(params)
        self._progress, self._snapshot, self._checkpoint = progress, snapshot, checkpoint
        self._model: List[Any] = []  # the present generator, once somebody has asked for it
        self._images: Dict[Tuple[int, int], np.ndarray] = {}
        self._changes = 0  # as of these two

    @property
    def total(self) -> int:
        """Generator updates that will be done, if nobody stops it."""
        return self._progress.total

    @property
    def batch_size(self) -> int:
        """Images per generator update over all executors; of all `nCritic` updates, where there are several."""
        return self._progress.batch_size

    @property
    def iteration(self) -> int:
        """Generator updates done so far."""
        return self._progress.iteration

    @property
    def stop_reason(self) -> str:
        """Why the training will end after this chunk, "" where it will not."""
        return self._progress.stop_reason

    @property
    def failed(self) -> bool:
        """Whether it ended by an error or an interruption."""
        return self._progress.failed

    @property
    def history(self) -> List[Row]:
        """The rows of `model.history` so far."""
        return self._progress.history.rows

    @property
    def seconds(self) -> float:
        """Wall time from the beginning to the last update; the time before a resumption included."""
        return self._progress.history.seconds

    def generate(self, n: int, seed: int = 0) -> DataFrame:
        """Images of the present generator, as `GANModel.generate` gives them; later updates do not change them."""
        self._forget_the_past()
        if not self._model:
            self._model = [self._snapshot()]
        return self._model[0].generate(n, seed)

    def images(self, n: int, seed: int = 0) -> np.ndarray:
        """The images of `generate`, collected to the driver; for a small n.

        Returns:
            uint8 (n, H, W, C), C = 1 grey or C = 3 in the order red, green, blue; read-only."""
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

    def stop(self, reason: str) -> None:
        """End the training after the present chunk, as after its last update; the first reason given is kept."""
        self._progress.stop(reason)
