"""Animates the generator's progress."""

import io
import json
from typing import List, Tuple

import numpy as np
from PIL import Image, ImageSequence

from bigdl_gan import images
from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.jvm import driver_files
from bigdl_gan.params.values import to_integer, to_seed

_LAST_FRAME_MILLISECONDS = 2000  # time to look at it before the animation restarts


class GIF(Periodic):
    """A GIF of images from one fixed set of latents, which shows the same images form; the last frame stays for 2 s.

    It has a frame before the first update of a `fit`, at each multiple of `every`, and after the last update. The file
    is rewritten whenever the number of frames has doubled, and at the end, even if training failed. When `max_frames`
    frames are reached, every second one is dropped, and from then on only every second new one is added. A resumed
    training continues the existing GIF after the frames up to its checkpoint.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
        every: generator updates between frames.
        rows, cols: the size of the grid in each frame.
        seed: the latents' seed.
        frame_milliseconds: how long each frame stays.
        max_frames: at least 3; the driver keeps the frames in memory, as pixels.
    """

    def __init__(
        self, path: str, every: int = 100, *, rows: int = 4, cols: int = 4, seed: int = 0,
        frame_milliseconds: int = 150, max_frames: int = 200,
    ) -> None:  # fmt: skip
        super().__init__(every)
        self._path, self._seed = path, to_seed(seed)
        self._rows, self._cols = to_integer("rows", rows, least=1), to_integer("cols", cols, least=1)
        self._frame_milliseconds = to_integer("frame_milliseconds", frame_milliseconds, least=1)
        self._max_frames = to_integer("max_frames", max_frames, least=3)
        self._frames: List[Tuple[int, np.ndarray]] = []  # with the updates done
        self._step = 1

    def on_begin(self, training: Training) -> None:
        self._frames, self._step = self._earlier(training) if training.iteration else [], 1
        if not self._frames or self._frames[-1][0] != training.iteration:
            self._add(training)

    def _earlier(self, training: Training) -> List[Tuple[int, np.ndarray]]:
        """This training's frames so far, from an existing GIF; empty if there is none, or another training's."""
        try:
            with Image.open(io.BytesIO(driver_files.read(self._path))) as film:
                iterations = json.loads(film.info["comment"])["iterations"]
                shown = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
        except (OSError, KeyError, ValueError, TypeError):
            return []
        present = self._grid(training)
        frames = [pixels[:, :, : present.shape[2]] for pixels in shown]
        if len(frames) != len(iterations) or any(pixels.shape != present.shape for pixels in frames):
            return []
        return [(n, pixels) for n, pixels in zip(iterations, frames) if n <= training.iteration]

    def act(self, training: Training) -> None:
        if len(self._frames) == self._max_frames:
            self._frames, self._step = self._frames[::2], 2 * self._step
        if training.iteration % (self.every * self._step) == 0:
            self._add(training)

    def on_rollback(self, training: Training) -> None:
        super().on_rollback(training)
        self._frames = [frame for frame in self._frames if frame[0] <= training.iteration]

    def on_end(self, training: Training) -> None:
        if not training.failed and (not self._frames or self._frames[-1][0] != training.iteration):
            self._add(training)
        if self._frames:
            self._write()

    def _add(self, training: Training) -> None:
        self._frames.append((training.iteration, self._grid(training)))
        if len(self._frames) & (len(self._frames) - 1) == 0:
            self._write()

    def _grid(self, training: Training) -> np.ndarray:
        pixels = training.images(self._rows * self._cols, self._seed)
        return images.grid(pixels, rows=self._rows, cols=self._cols)

    def _write(self) -> None:
        durations = [self._frame_milliseconds] * (len(self._frames) - 1) + [_LAST_FRAME_MILLISECONDS]
        comment = json.dumps({"iterations": [iteration for iteration, _ in self._frames]})
        driver_files.write(self._path, images.gif([pixels for _, pixels in self._frames], durations, comment=comment))
