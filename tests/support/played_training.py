"""A simulated training for callbacks' tests: no networks, no Spark."""

import json

import numpy as np

from bigdl_gan import callbacks
from bigdl_gan.callbacks.dispatch import Dispatcher, metrics_of
from bigdl_gan.report.history import STATISTICS, History
from bigdl_gan.report.progress import Progress


class Played(callbacks.Training):
    """A training with one update in each chunk; its images show the iteration in grey levels."""

    def __init__(self, total, pictures=None):
        self.progress = Progress(total=total, batch_size=8, n_images=32)
        self.kept = []  # what was asked of `keep_best`, after which updates
        super().__init__(
            self.progress, lambda: None, lambda folder, keep: None, params={}, metrics={},
            keep_best=lambda folder, metric: self.kept.append((self.iteration, folder, metric)),
        )  # fmt: skip
        self.pictures = pictures

    def images(self, n, seed=0):
        return np.full((n, 2, 2, 1), self.iteration, np.uint8) if self.pictures is None else self.pictures[:n]

    def play(self, *observers, rows=(), back=None, return_best=""):
        """Calls the callbacks as the loop does; statistics are zero, except for what `rows` gives for each update.

        Args:
            back: where to go back from, once, and to."""
        self.metrics, saved = metrics_of(observers), {}
        self.dispatcher = dispatcher = Dispatcher(observers, return_best=return_best)
        dispatcher.on_begin(self)
        while self.iteration < self.total and not self.stop_reason:
            i = self.iteration + 1
            row = {"iteration": i, "epoch": i / 4, "images": 8 * i, "seconds": float(i)}
            row.update({**dict.fromkeys(STATISTICS, 0.0), **(rows[i - 1] if rows else {})})
            self.progress.advance([row])
            dispatcher.on_chunk([row], self)
            saved[i] = json.dumps([self.progress.history.as_json(), self.progress.notes])
            if back and back[0] == i:
                history, notes = json.loads(saved[back[1]])
                self.progress.go_to(back[1], History.from_json(history, 1), notes)
                dispatcher.on_rollback(self)
                back = None
        self.progress.finish(failed=False)
        dispatcher.on_end(self)
        return self
