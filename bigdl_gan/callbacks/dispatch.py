"""Calls all of a training's callbacks, and shields training from their failures."""

import inspect
import re
import warnings
from contextlib import ExitStack
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple, Union

from bigdl_gan.callbacks.base import HOOKS, Callback
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.jvm.bridge import ReplicaLostError
from bigdl_gan.params.values import to_integer

_METRIC = re.compile(r"\w[\w.-]*")  # also a part of files' names

Function = Callable[[List[Dict[str, Any]], Training], Any]


def check_callbacks(callbacks: Sequence[Any]) -> None:
    """Check the callbacks before training starts.

    Raises:
        TypeError: one is neither a `Callback` nor a function, takes other arguments than it will get, its `every` is
            not an integer, or its `metrics` are no mapping.
        ValueError: its `every` is negative, it watches a metric that no other measures, or two measure the same."""
    for callback in callbacks:
        if isinstance(callback, type):
            raise TypeError(
                f"`callbacks` must hold callbacks, not classes. Received: {callback.__name__}. "
                f"Pass {callback.__name__}(...)."
            )
        if not isinstance(callback, Callback) and not callable(callback):
            raise TypeError(
                "`callbacks` must hold bigdl_gan.callbacks.Callback or functions of (rows, training). "
                f"Received: {type(callback).__name__}."
            )
        if isinstance(callback, Callback):
            to_integer("every", callback.every, least=0)
            for hook in HOOKS:
                arguments = ("rows", "training") if hook == "on_chunk" else ("training",)
                _check_signature(getattr(callback, hook), f"{type(callback).__name__}.{hook}", arguments)
        else:
            _check_signature(callback, _name(_OfFunction(callback)), ("rows", "training"))
    measured = metrics_of(callbacks)
    for callback in callbacks:
        if isinstance(callback, Callback) and callback.watched:
            check_measured(f"`callbacks` with {_name(callback)}", callback.watched, measured)


def metrics_of(callbacks: Sequence[Any]) -> Dict[str, bool]:
    """The metrics that callbacks measure, by name: whether a larger value is better.

    Raises:
        TypeError: a callback's `metrics` are no mapping.
        ValueError: two measure the same metric, or its name has other characters than files' names have."""
    found: Dict[str, bool] = {}
    for callback in callbacks:
        metrics = callback.metrics if isinstance(callback, Callback) else {}
        if not isinstance(metrics, Mapping):
            raise TypeError(
                "`metrics` of a callback must map names to whether a larger value is better. Received: "
                f"{_name(callback)}.metrics of type {type(metrics).__name__}. Rename it if it is for something else."
            )
        for name, is_larger_better in metrics.items():
            if not _METRIC.fullmatch(name):
                raise ValueError(
                    f"`metrics` of a callback must be named by letters, digits and any of _.- Received: {name!r}."
                )
            if name in found:
                raise ValueError(
                    f"`callbacks` must measure each metric once. Received: two that measure {name}. Leave it out of "
                    "one of them."
                )
            found[name] = is_larger_better
    return found


def check_measured(who: str, metric: str, measured: Mapping[str, bool]) -> None:
    """Raise ValueError if no callback measures a metric that a callback or a Param needs."""
    if metric not in measured:
        raise ValueError(
            f"{who} needs a callback that measures {metric}. Received: {', '.join(measured) or 'none'} measured. Add "
            f"callbacks.Evaluate(reals, [{metric!r}], features=...)."
        )


def _check_signature(function: Callable[..., Any], name: str, arguments: Tuple[str, ...]) -> None:
    """Raises TypeError if the function cannot be called with these arguments by position."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some of those written in C have none
        return
    try:
        signature.bind(*arguments)
    except TypeError as error:
        expected = f"({', '.join(arguments)})"
        raise TypeError(
            f"`callbacks` will be called with {expected}. Received: {name}{signature}. Give it these arguments."
        ) from error


class Dispatcher:
    """All callbacks as one, with `Callback`'s methods and rules.

    Args:
        callbacks: `Callback`s, and functions that are called as `on_chunk`.
        return_best: the metric of the Param `returnBest`; "" for none.
    Attributes:
        unmeasured: the updates after which a callback failed that should have measured, by metric.
    """

    def __init__(self, callbacks: Sequence[Union[Callback, Function]], *, return_best: str = "") -> None:
        all_alike = [c if isinstance(c, Callback) else _OfFunction(c) for c in callbacks]
        self._callbacks = sorted(all_alike, key=lambda callback: not callback.metrics)  # the others keep their order
        self._return_best = return_best
        self._failed: List[Callback] = []
        self.unmeasured: Dict[str, List[int]] = {}

    def until_next(self, iteration: int) -> float:
        """Updates from `iteration` to the next multiple of any callback's `every`; infinite if there is none."""
        periods = [c.every for c in self._callbacks if c.every and c not in self._failed]
        return min((every - iteration % every for every in periods), default=float("inf"))

    def on_begin(self, training: Training) -> None:
        """Raises RuntimeError if a callback fails whose figures others need: no update has been lost yet."""
        self.unmeasured = {}
        for callback in self._callbacks:
            self._call(callback, "on_begin", training)

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        for callback in self._callbacks:
            if callback not in self._failed:
                self._call(callback, "on_chunk", rows, training)

    def on_rollback(self, training: Training) -> None:
        for metric, updates in self.unmeasured.items():
            self.unmeasured[metric] = [done for done in updates if done <= training.iteration]
        for callback in self._callbacks:
            if callback not in self._failed:
                self._call(callback, "on_rollback", training)

    def on_end(self, training: Training) -> None:
        with ExitStack() as stack:  # every callback ends, even after an interruption or a warning turned into an error
            for callback in reversed(self._callbacks):
                stack.callback(self._call, callback, "on_end", training)

    def _call(self, callback: Callback, method: str, *args: Any) -> None:
        try:
            getattr(callback, method)(*args)
        except ReplicaLostError:
            raise  # not the callback's failure: training recovers from it, and so does the callback
        except Exception as error:
            if callback not in self._failed:
                self._report(callback, method, args[-1], error)

    def _report(self, callback: Callback, method: str, training: Training, error: Exception) -> None:
        """Warn of a callback's failure, or raise RuntimeError if training should not begin after it."""
        needing, what = self._needing(callback), f"{type(error).__name__}: {error}"
        if method == "on_begin" and needing:
            self._failed.append(callback)
            raise RuntimeError(
                f"The callback {_name(callback)} must be able to measure, for {needing}. It failed in on_begin, before "
                f"any update of this fit. Received: {what}. Correct it, or remove what needs it."
            ) from error
        consequence = "will not be called again; training continues"
        if callback.metrics and method in ("on_chunk", "on_rollback"):
            wanted = callback.metrics if method == "on_chunk" else ()
            missing = [metric for metric in wanted if metric not in training.figures]
            for metric in missing:
                self.unmeasured.setdefault(metric, []).append(training.iteration)
            consequence = "will be called again after later updates; training continues"
            consequence += f", without a figure of this generator for {needing}" if needing and missing else ""
        else:
            self._failed.append(callback)
        warnings.warn(
            f"The callback {_name(callback)} failed in {method} and {consequence}. {what}", RuntimeWarning, stacklevel=3
        )

    def _needing(self, callback: Callback) -> str:
        """What needs the callback's figures, as the user knows it; "" for nothing."""
        own = [f"`returnBest`={self._return_best!r}"] if self._return_best in callback.metrics else []
        own += [f"{_name(other)} on {other.watched}" for other in self._callbacks if other.watched in callback.metrics]
        return " and ".join(own)


class _OfFunction(Callback):
    def __init__(self, function: Function) -> None:
        self.function = function

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        self.function(rows, training)


def _name(callback: Callback) -> str:
    if isinstance(callback, _OfFunction):
        return getattr(callback.function, "__qualname__", repr(callback.function))
    return type(callback).__name__
