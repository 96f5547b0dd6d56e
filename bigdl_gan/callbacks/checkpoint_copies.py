"""Checkpoints besides those of the Param `checkpointDir`."""

from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.values import to_integer


class Checkpoint(Periodic):
    """Checkpoints in a folder of their own: to keep some for longer, or on another file system.

    `GANModel.load` opens them. A training goes on by itself only from those of its Param `checkpointDir`, which may be
    set to this folder later. Like any callback, it is left out with a warning where it fails.

    Args:
        dir: any Hadoop path; of one training.
        every: generator updates.
        keep: the newest so many are kept.
    """

    def __init__(self, dir: str, every: int = 1000, keep: int = 5) -> None:
        super().__init__(every)
        self._dir, self._keep = dir, to_integer("keep", keep, least=1)

    def act(self, training: Training) -> None:
        if training.iteration > 0:
            training.checkpoint(self._dir, self._keep)
