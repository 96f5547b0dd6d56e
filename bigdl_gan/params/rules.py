"""Rules for the value of one Param: what a setter takes, what `fit` checks, and both in words.

A setter refuses a value of the wrong type at once (`convert`). What is out of range is refused when the stage is used
(`check`), before any Spark job."""

import inspect
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Tuple

import numpy as np

from bigdl_gan.jvm import bridge
from bigdl_gan.params import optimizers, schedules
from bigdl_gan.params.values import MOST_INT, check_one_of, to_integer, to_number, to_seed


class Rule:
    """A rule for the value of a Param.

    Attributes:
        annotation: Python's type of the value that a getter returns.
        accepts: Python's type of what a setter takes, if that is more.
        is_plain: whether the value can be saved as JSON."""

    annotation = "Any"
    accepts = ""
    is_plain = True

    def words(self) -> str:
        """The rule in words, for the documentation."""
        raise NotImplementedError

    def convert(self, name: str, value: Any) -> Any:
        """The value as it is kept. Raises TypeError, or ValueError if no Param of this kind could have it."""
        return value

    def check(self, name: str, value: Any) -> None:
        """Raise ValueError or TypeError if the value breaks the rule."""


@dataclass(frozen=True)
class Integer(Rule):
    """An integer that fits the JVM's Int."""

    least: int

    annotation = "int"

    def words(self) -> str:
        return f"an integer from {self.least} on"

    def convert(self, name: str, value: Any) -> int:
        return to_integer(name, value, most=MOST_INT)

    def check(self, name: str, value: Any) -> None:
        if value < self.least:
            rule = {0: "not be negative", 1: "be positive"}.get(self.least, f"be at least {self.least}")
            raise ValueError(f"`{name}` must {rule}. Received: {name}={value}.")


@dataclass(frozen=True)
class Number(Rule):
    """A finite number above `above`, or from `least` on. The advice ends the message."""

    above: Optional[float] = None
    least: Optional[float] = None
    advice: str = ""

    annotation = "float"

    def words(self) -> str:
        return f"a number above {self.above:g}" if self.above is not None else f"a number from {self.least:g} on"

    def convert(self, name: str, value: Any) -> float:
        return to_number(name, value)

    def check(self, name: str, value: Any) -> None:
        if self.above is not None and not value > self.above:
            rule = "positive" if self.above == 0 else f"above {self.above:g}"
        elif self.least is not None and not value >= self.least:
            rule = f"at least {self.least:g}"
        else:
            return
        raise ValueError(f"`{name}` must be {rule}. Received: {name}={value}. {self.advice}".rstrip())


@dataclass(frozen=True)
class Smoothing(Rule):
    """How far the labels of real and of generated images move: a pair, or a number for real images only."""

    annotation = "List[float]"
    accepts = "Union[float, Sequence[float]]"

    def words(self) -> str:
        return "a number from 0 to below 0.5, or a pair of them"

    def convert(self, name: str, value: Any) -> List[float]:
        pair = list(value) if isinstance(value, (list, tuple)) else [value, 0.0]
        if len(pair) != 2:
            raise TypeError(f"`{name}` must be {self.words()}. Received: {name}={value!r}.")
        return [to_number(name, part) for part in pair]

    def check(self, name: str, value: Any) -> None:
        if not all(0 <= part < 0.5 for part in value):
            raise ValueError(f"`{name}` must be {self.words()}. Received: {name}={value}.")


@dataclass(frozen=True)
class Choice(Rule):
    """One of some words."""

    among: Tuple[str, ...]

    annotation = "str"

    def words(self) -> str:
        return ", ".join(f'"{word}"' for word in self.among[:-1]) + f' or "{self.among[-1]}"'

    def convert(self, name: str, value: Any) -> str:
        return _to_text(name, value)

    def check(self, name: str, value: Any) -> None:
        check_one_of(name, value, self.among)


@dataclass(frozen=True)
class Text(Rule):
    """Text, such as a column's name or a path: which, says `what`."""

    what: str

    annotation = "str"

    def words(self) -> str:
        return self.what

    def convert(self, name: str, value: Any) -> str:
        return _to_text(name, value)


@dataclass(frozen=True)
class Columns(Rule):
    """Different names of columns, at least one."""

    annotation = "List[str]"
    accepts = "Sequence[str]"

    def words(self) -> str:
        return "a list of columns' names"

    def convert(self, name: str, value: Any) -> List[str]:
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"`{name}` must be {self.words()}. Received: {name}={value!r}.")
        return [_to_text(name, column) for column in value]

    def check(self, name: str, value: Any) -> None:
        if not value or len(set(value)) < len(value):
            raise ValueError(f"`{name}` must name one column or more, each once. Received: {name}={value}.")


@dataclass(frozen=True)
class Flag(Rule):
    """True or False."""

    annotation = "bool"

    def words(self) -> str:
        return "True or False"

    def convert(self, name: str, value: Any) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"`{name}` must be True or False. Received: {name}={value!r}.")
        return bool(value)


@dataclass(frozen=True)
class Seed(Rule):
    """Any 64 bits."""

    annotation = "int"

    def words(self) -> str:
        return "an integer of 64 bits, signed or not"

    def convert(self, name: str, value: Any) -> int:
        return to_seed(value)


@dataclass(frozen=True)
class Network(Rule):
    """A Keras-style model of dllib's."""

    annotation = "Any"
    is_plain = False

    def words(self) -> str:
        return "a dllib Keras model, `Sequential` or `Model`"

    def check(self, name: str, value: Any) -> None:
        if not bridge.is_java_object(getattr(value, "value", None)):
            raise TypeError(f"`{name}` must be a dllib Keras model, Sequential or Model. Received: {_received(value)}.")


@dataclass(frozen=True)
class Optimizer(Rule):
    """An optimiser of `bigdl_gan.optimizers`, or dllib's."""

    annotation = "Any"
    is_plain = False

    def words(self) -> str:
        return "`Adam`, `RMSprop` or `SGD` of `bigdl_gan.optimizers`, or dllib's"

    def check(self, name: str, value: Any) -> None:
        optimizers.check(name, value)


@dataclass(frozen=True)
class Schedule(Rule):
    """A schedule of `bigdl_gan.schedules`."""

    annotation = "Any"
    is_plain = False

    def words(self) -> str:
        return "`Constant`, `Linear`, `Cosine`, `Steps` or `Warmup` of `bigdl_gan.schedules`"

    def check(self, name: str, value: Any) -> None:
        schedules.check(name, value)


@dataclass(frozen=True)
class TrainedModel(Rule):
    """A `GANModel`, which is above this folder: known by its `weights_digest`."""

    annotation = "Any"
    is_plain = False

    def words(self) -> str:
        return "a `GANModel`"

    def check(self, name: str, value: Any) -> None:
        if isinstance(value, type) or not hasattr(value, "weights_digest"):
            raise TypeError(
                f"`{name}` must be a GANModel. Received: {_received(value)}. Fit one, or read it with "
                "GANModel.load(path)."
            )


@dataclass(frozen=True)
class Extractor(Rule):
    """A feature extractor, which is above this folder: known by its methods."""

    annotation = "Any"
    is_plain = False

    def words(self) -> str:
        return "a feature extractor of `bigdl_gan.metrics`, or an object with its methods `describe` and `extract`"

    def check(self, name: str, value: Any) -> None:
        if isinstance(value, type) or not (hasattr(value, "describe") and hasattr(value, "extract")):
            raise TypeError(f"`{name}` must be {self.words()}. Received: {_received(value)}.")


@dataclass(frozen=True)
class Images(Rule):
    """A DataFrame of images, or statistics of one, which are above this folder: known by their `feature_set`."""

    annotation = "Any"
    is_plain = False

    def words(self) -> str:
        return "a Spark DataFrame, or `metrics.ReferenceStatistics`"

    def check(self, name: str, value: Any) -> None:
        if isinstance(value, type) or not hasattr(value, "feature_set"):
            bridge.check_frame(value, f"`{name}`")


@dataclass(frozen=True)
class Callbacks(Rule):
    """Callbacks, which `callbacks.dispatch` checks. A single one is a list of one."""

    annotation = "List[Any]"
    accepts = "Any"  # a list, a callback or a function
    is_plain = False

    def words(self) -> str:
        return "one of `bigdl_gan.callbacks`, a function `(rows, training)`, or a list of these"

    def convert(self, name: str, value: Any) -> Any:
        if callable(value) or hasattr(value, "on_chunk"):
            return [value]
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"`{name}` must be {self.words()}. Received: {type(value).__name__}.")
        return list(value)


@dataclass(frozen=True)
class Converted(Rule):
    """Whatever a function makes a value from; the function takes the Param's name and the value."""

    function: Callable[[str, Any], Any]
    what: str
    annotation: str
    accepts: str = ""

    def words(self) -> str:
        return self.what

    def convert(self, name: str, value: Any) -> Any:
        return self.function(name, value)


def _received(value: Any) -> str:
    """What was passed in place of a network; of a function or class also how to call it, without the last full stop."""
    if not (inspect.isfunction(value) or inspect.ismethod(value) or inspect.isclass(value)):
        package = type(value).__module__.split(".")[0]
        return type(value).__name__ if package == "builtins" else f"{package}.{type(value).__name__}"
    kind, name = "class" if inspect.isclass(value) else "function", value.__name__
    module = value.__module__.rpartition(".")[2] if (value.__module__ or "").startswith("bigdl_gan.") else ""
    arguments = {} if inspect.isclass(value) else inspect.signature(value).parameters
    required = [f"{key}=..." for key, argument in arguments.items() if argument.default is argument.empty]
    call = name if not module else f"{module}.{name}"
    return f"the {kind} {name}. Call it: {call}({', '.join(required)})"


def _to_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"`{name}` must be text. Received: {name}={value!r}.")
    return str(value)  # NumPy's text too, as Python's: a stage is saved as JSON
