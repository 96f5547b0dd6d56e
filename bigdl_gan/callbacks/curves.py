"""Draws charts of the statistics during training."""

from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training


class Curves(Periodic):
    """Charts the history so far with `charts.write_curves`: losses, D(x) and D(G(z)), accuracies, gradient norms.

    Args:
        path: a local PNG file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
        every: generator updates.
    """

    def __init__(self, path: str, every: int = 500) -> None:
        super().__init__(every)
        self._path = path

    def act(self, training: Training) -> None:
        from bigdl_gan.report import charts  # matplotlib is loaded if somebody draws

        if training.history:
            charts.write_curves(training.history, self._path)
