"""Observers of a training: called between chunks of updates, they never change it."""

from typing import Any, Dict, List, Optional

from tqdm.auto import tqdm


class Callback:
    """Does nothing; the methods of subclasses are called on the driver, in the order of their names here."""

    def on_begin(self, total: int, batch_size: int) -> None:
        """Before the first update.

        Args:
            total: generator updates that will be done.
            batch_size: images per update over all executors.
        """

    def on_chunk(self, rows: List[Dict[str, Any]]) -> None:
        """After some updates: the new rows of the history, at least one."""

    def on_end(self) -> None:
        """After the last update, or when the training ends early by an error."""


class ProgressBar(Callback):
    """A bar with both losses and images per second, in a terminal or a notebook."""

    def __init__(self) -> None:
        self._bar: Optional[tqdm] = None
        self._batch_size = 0

    def on_begin(self, total: int, batch_size: int) -> None:
        self._batch_size = batch_size
        self._bar = tqdm(total=total, unit="update", desc="training", dynamic_ncols=True)

    def on_chunk(self, rows: List[Dict[str, Any]]) -> None:
        if self._bar is None:
            return
        rate = self._batch_size * len(rows) / sum(row["seconds/update"] for row in rows)
        self._bar.set_postfix_str(
            f"loss G {rows[-1]['loss/generator']:.3f} D {rows[-1]['loss/discriminator']:.3f}, {rate:,.0f} images/s",
            refresh=False,
        )
        self._bar.update(len(rows))

    def on_end(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
