"""What a callback is."""

from typing import Any, Dict, List

from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.values import to_integer


class Callback:
    """Does nothing; the methods of subclasses are called on the driver, `on_begin` first and `on_end` last.

    A training that is resumed begins at its checkpoint: `training.iteration` is not 0 then, and `training.history` has
    the rows up to it.

    One that raises is named in a warning, with its error, and called no more in this training, but for `on_end`; the
    training goes on. KeyboardInterrupt ends it, from a callback as from anywhere.

    Attributes:
        every: generator updates; `on_chunk` is called after each multiple of it, and other chunks may end anywhere.
            0 leaves the chunks as they are, of some seconds each.
    """

    every: int = 0

    def on_begin(self, training: Training) -> None:
        """Before the first update."""

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        """After some updates.

        Args:
            rows: the statistics of each of these updates, at least one; not those of `model.history`, which are means
                over `historyInterval` updates and are in `training.history`.
            training: after these updates."""

    def on_rollback(self, training: Training) -> None:
        """After the training went back to a checkpoint, because it lost an executor or diverged.

        `training.iteration` and `training.history` are those of the checkpoint; what comes next are the updates after
        it, some of which callbacks have seen before."""

    def on_end(self, training: Training) -> None:
        """After the last update, or when the training ends early: stopped, or failed (`training.failed`)."""


class Periodic(Callback):
    """Calls `act` before the first update of a `fit`, at the multiples of `every`, and after the last; once at each.

    After a training that failed there is no last call: there may be nothing left to sample from.

    Args:
        every: generator updates.
    """

    def __init__(self, every: int) -> None:
        self.every = to_integer("every", every, least=1)
        self._acted_at = -1

    def act(self, training: Training) -> None:
        """What is to be done; for subclasses."""
        raise NotImplementedError

    def on_begin(self, training: Training) -> None:
        self._acted_at = -1
        self._act_once(training)

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        if training.iteration % self.every == 0:
            self._act_once(training)

    def on_rollback(self, training: Training) -> None:
        self._acted_at = training.iteration

    def on_end(self, training: Training) -> None:
        if not training.failed:
            self._act_once(training)

    def _act_once(self, training: Training) -> None:
        if self._acted_at != training.iteration:
            self._acted_at = training.iteration
            self.act(training)
