"""Shows training's progress in a terminal or a notebook."""

from typing import Any, Dict, List, Optional

from tqdm.auto import tqdm

from bigdl_gan.callbacks.base import Callback
from bigdl_gan.callbacks.training_handle import Training


class ProgressBar(Callback):
    """A progress bar with both losses and the images per second."""

    def __init__(self) -> None:
        self._bar: Optional[tqdm] = None

    def on_begin(self, training: Training) -> None:
        self._bar = tqdm(
            total=training.total, initial=training.iteration, unit="update", desc="training", dynamic_ncols=True
        )

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        if self._bar is None:
            return
        rate = training.batch_size * len(rows) / sum(row["seconds/update"] for row in rows)
        self._bar.set_postfix_str(
            f"loss G {rows[-1]['loss/generator']:.3f} D {rows[-1]['loss/discriminator']:.3f}, {rate:,.0f} images/s",
            refresh=False,
        )
        self._bar.update(len(rows))

    def on_rollback(self, training: Training) -> None:
        if self._bar is not None:
            self._bar.n = training.iteration
            self._bar.refresh()

    def on_end(self, training: Training) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
