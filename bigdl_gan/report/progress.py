"""How far a training has come: what its loop writes, and its callbacks read."""

from typing import List

from bigdl_gan.report.history import History, Row


class Progress:
    """The present state of a training, without its weights.

    Attributes:
        total: generator updates to do.
        batch_size: images per generator update over all executors; of all `nCritic` updates, where there are several.
        n_images: in the data.
        iteration: generator updates done.
        history: of these.
        changes: how often the weights became others; what was made of them before is out of date.
        stop_reason: why the training will end after this chunk, "" where it will not.
        failed: whether it ended by an error or an interruption.
    """

    def __init__(self, *, total: int, batch_size: int, n_images: int) -> None:
        self.total, self.batch_size, self.n_images = total, batch_size, n_images
        self.iteration, self.history, self.changes = 0, History(interval=1), 0
        self.stop_reason, self.failed = "", False

    def advance(self, rows: List[Row]) -> None:
        """Take note of the next updates' statistics."""
        self.iteration = rows[-1]["iteration"]
        self.history.extend(rows)
        self.changes += 1

    def go_to(self, iteration: int, history: History) -> None:
        """Begin at, or go back to, an update."""
        self.iteration, self.history = iteration, history
        self.changes += 1

    def stop(self, reason: str) -> None:
        """End after the present chunk, as after the last update; the first reason given is kept."""
        self.stop_reason = self.stop_reason or reason or "asked to stop"

    def finish(self, *, failed: bool) -> None:
        """Close the history."""
        self.failed = failed
        self.history.close()
