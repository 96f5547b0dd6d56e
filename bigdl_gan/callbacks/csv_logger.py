"""Writes a table of the statistics during training."""

from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.jvm import driver_files
from bigdl_gan.report.history import to_csv


class CSVLogger(Periodic):
    """Writes the rows of `model.history` so far, in the format of `history.write_csv`.

    It replaces the whole file each time: most of Hadoop's file systems cannot append.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
        every: generator updates.
    """

    def __init__(self, path: str, every: int = 100) -> None:
        super().__init__(every)
        self._path = path

    def act(self, training: Training) -> None:
        driver_files.write(self._path, to_csv(training.history).encode())

    def on_end(self, training: Training) -> None:
        self.act(training)  # even if training failed: its last row may be new
