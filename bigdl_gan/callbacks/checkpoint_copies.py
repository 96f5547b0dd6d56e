"""Checkpoints in addition to those in `checkpointDir`."""

from typing import Any, Dict, List

from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.values import to_integer


class Checkpoint(Periodic):
    """Writes checkpoints to a separate folder: to keep some for longer, the best one, or on another file system.

    `GANModel.load` opens them. Training resumes only from the checkpoints in the Param `checkpointDir`, which you can
    set to this folder later. Like any callback, it is skipped with a warning after it fails.

    Args:
        folder: any Hadoop path; used by one training and one of its callbacks only.
        every: generator updates.
        keep: the number of newest checkpoints to keep.
        keep_best: a metric that a callback `Evaluate` measures, such as "kid". If it is set, a checkpoint is written
            only when its figure is better than all before, and replaces the others in the folder: `every` and `keep`
            mean nothing then. A resumed training continues from the best one there. Of two equal figures the earlier
            one stays.
    Example:
        >>> callbacks=[Evaluate(reals, ["kid"], features=extractor), Checkpoint("hdfs:///best", keep_best="kid")]
    """

    def __init__(self, folder: str, every: int = 1000, keep: int = 5, *, keep_best: str = "") -> None:
        super().__init__(every)
        if not isinstance(keep_best, str):
            raise TypeError(f"`keep_best` must be a metric's name. Received: keep_best={keep_best!r}.")
        self.folder, self._keep, self.watched = folder, to_integer("keep", keep, least=1), keep_best
        if keep_best:
            self.every = 0  # after whatever updates its metric is measured

    def on_begin(self, training: Training) -> None:
        if not self.watched:
            super().on_begin(training)

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        if self.watched:
            training.keep_best(self.folder, self.watched)
        else:
            super().on_chunk(rows, training)

    def on_end(self, training: Training) -> None:
        if not self.watched:
            super().on_end(training)

    def act(self, training: Training) -> None:
        if training.iteration > 0:
            training.checkpoint(self.folder, self._keep)
