"""Writes grids of samples during training."""

from bigdl_gan import images
from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.jvm import driver_files
from bigdl_gan.params.values import to_integer, to_seed


class SampleGrid(Periodic):
    """Writes a PNG of the same latents' images before the first update, at multiples of `every`, and after the last.

    The files are `folder`/00000000.png and so on, numbered by generator updates. Existing files of these names are
    replaced.

    Args:
        folder: a local folder, or a URI of any file system Hadoop reaches.
        every: generator updates.
        rows, cols: the grid's size.
        seed: the latents' seed.
    """

    def __init__(self, folder: str, every: int = 500, *, rows: int = 8, cols: int = 8, seed: int = 0) -> None:
        super().__init__(every)
        self._rows, self._cols = to_integer("rows", rows, least=1), to_integer("cols", cols, least=1)
        self._folder, self._seed = folder.rstrip("/"), to_seed(seed)

    def act(self, training: Training) -> None:
        picture = images.grid(training.images(self._rows * self._cols, self._seed), rows=self._rows, cols=self._cols)
        driver_files.write(f"{self._folder}/{training.iteration:08d}.png", images.png(picture))
