"""A training's progress, which its loop writes and its callbacks read."""

import math
from typing import Dict, List, Mapping

from bigdl_gan.report.history import ERRORS, FIGURES, History, Row, put_figures


class Progress:
    """A training's present state, without its weights.

    Attributes:
        total: generator updates to do.
        batch_size: images per generator update over all executors, summed over its `nCritic` discriminator updates.
        n_images: the number of images in the data.
        iteration: generator updates done.
        history: the history of these updates.
        figures: what was measured of the present generator, by metric.
        notes: what callbacks remember, by a key of their own; checkpoints keep it.
        changes: how often the weights have changed; anything made from earlier weights is out of date.
        stop_reason: why training ends after this chunk; "" if it continues.
        failed: whether training ended with an error or an interruption.
    """

    def __init__(self, *, total: int, batch_size: int, n_images: int) -> None:
        self.total, self.batch_size, self.n_images = total, batch_size, n_images
        self.iteration, self.history, self.changes = 0, History(interval=1), 0
        self.stop_reason, self.failed = "", False
        self.figures: Dict[str, float] = {}
        self.notes: Dict[str, Dict[str, float]] = {}
        self._row: Row = {}  # the last update's, as callbacks get it

    def advance(self, rows: List[Row]) -> None:
        """Record the next updates' statistics."""
        self.iteration = rows[-1]["iteration"]
        self.history.extend(rows)
        self.changes += 1
        self.figures, self._row = {}, rows[-1]

    def go_to(self, iteration: int, history: History, notes: Mapping[str, Mapping[str, float]] = {}) -> None:
        """Start at an update, or roll back to it."""
        self.iteration, self.history = iteration, history
        self.notes = {key: dict(values) for key, values in notes.items()}
        self.changes += 1
        self.figures, self._row = {}, {}

    def record(self, figures: Mapping[str, float], standard_errors: Mapping[str, float] = {}) -> None:
        """Put figures of the present generator into the last update's row. There must be an update."""
        self.figures.update(figures)
        named = {f"{FIGURES}{name}": value for name, value in figures.items()}
        named.update({f"{ERRORS}{name}": value for name, value in standard_errors.items()})
        put_figures(self._row, named)
        self.history.record(named)

    def remember(self, key: str, values: Mapping[str, float]) -> None:
        """Keep numbers under a key, in place of earlier ones; what is not finite is left out."""
        finite = {name: value for name, value in values.items() if math.isfinite(value)}
        self.notes = {**self.notes, key: finite}  # a new one: a `Past` may have the present one

    def stop(self, reason: str) -> None:
        """End training after the present chunk, just as after the last update; the first reason given is kept."""
        self.stop_reason = self.stop_reason or reason or "asked to stop"

    def finish(self, *, failed: bool) -> None:
        """Close the history."""
        self.failed = failed
        self.history.close()
