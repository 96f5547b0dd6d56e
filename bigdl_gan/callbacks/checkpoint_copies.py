"""Checkpoints in addition to those in `checkpointDir`."""

from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.values import to_integer


class Checkpoint(Periodic):
    """Writes checkpoints to a separate folder: to keep some for longer, or on another file system.

    `GANModel.load` opens them. Training resumes only from the checkpoints in the Param `checkpointDir`, which you can
    set to this folder later. Like any callback, it is skipped with a warning after it fails.

    Args:
        folder: any Hadoop path; used by one training only.
        every: generator updates.
        keep: the number of newest checkpoints to keep.
    """

    def __init__(self, folder: str, every: int = 1000, keep: int = 5) -> None:
        super().__init__(every)
        self._folder, self._keep = folder, to_integer("keep", keep, least=1)

    def act(self, training: Training) -> None:
        if training.iteration > 0:
            training.checkpoint(self._folder, self._keep)
