"""A running training, as its callbacks see it."""

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

    Args:
        snapshot: returns the present generator as a GANModel; called at most once after each chunk.
        checkpoint: writes a checkpoint of the present state to a folder, and keeps a given number there.
    """

    def __init__(
        self, progress: Progress, snapshot: Callable[[], Any], checkpoint: Callable[[str, int], None], *,
        params: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.params = dict(params)
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

    def stop(self, reason: str) -> None:
        """End training after the present chunk, just as after the last update; the first reason given is kept."""
        self._progress.stop(reason)
