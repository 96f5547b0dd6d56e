"""The base classes of callbacks."""

from typing import Any, Dict, List, Mapping

from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.values import to_integer

HOOKS = ("on_begin", "on_chunk", "on_rollback", "on_end")


class Callback:
    """Does nothing; the driver calls the methods of subclasses, `on_begin` first and `on_end` last.

    A resumed training starts at its checkpoint: `training.iteration` is not 0 then, and `training.history` has the rows
    up to it.

    If a callback raises, a warning gives its name and its error. It is not called again in this training, except for
    `on_end`; training continues. A callback that measures is called again after later updates, because its failure may
    pass. If its `on_begin` raises, it is not called again either, and `fit` raises RuntimeError if the Param
    `returnBest` or another callback needs its figures: no update is lost then. KeyboardInterrupt ends training,
    whether it comes from a callback or elsewhere.

    Attributes:
        every: generator updates; `on_chunk` is called after each multiple of it, and other chunks may end anywhere.
            0 sets no limit to chunks, which take some seconds each.
        metrics: what it measures of the generator and hands to `training.record`, by name: whether a larger value is
            better. Such a callback is called before those that measure nothing, so that these see its figures.
        watched: the metric that it needs another callback to measure; "" for none. `fit` refuses it if none does.
    """

    every: int = 0
    metrics: Mapping[str, bool] = {}
    watched: str = ""

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuses a method that looks like a hook and would never be called."""
        super().__init_subclass__(**options)
        methods = [name for name, value in vars(cls).items() if name.startswith("on_") and callable(value)]
        strange = [name for name in methods if name not in HOOKS]
        if strange:
            raise TypeError(
                f"A callback's methods on_... must be {', '.join(HOOKS)}: training calls no others. "
                f"Received: {cls.__name__}.{strange[0]}. Rename it."
            )

    def on_begin(self, training: Training) -> None:
        """Called before the first update."""

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        """Called after some updates.

        Args:
            rows: the statistics of each of these updates, at least one, and in the last one's the figures that were
                measured after it, such as "metric/kid". They are not `model.history`'s rows: those are
                means over `historyInterval` updates, in `training.history`.
            training: the training after these updates."""

    def on_rollback(self, training: Training) -> None:
        """Called after training rolled back to a checkpoint, because it lost an executor or diverged.

        `training.iteration` and `training.history` are the checkpoint's. The updates after it follow, some of which
        callbacks have seen before."""

    def on_end(self, training: Training) -> None:
        """Called after the last update, or when training ends early: stopped, or failed (`training.failed`)."""


class Periodic(Callback):
    """Calls `act` before the first update of a `fit`, at the multiples of `every`, and after the last; once each.

    If training failed, the last call is skipped: there may be nothing left to sample from.

    Args:
        every: generator updates.
    """

    def __init__(self, every: int) -> None:
        self.every = to_integer("every", every, least=1)
        self._acted_at = -1

    def act(self, training: Training) -> None:
        """Do the callback's work; subclasses override this."""
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
