"""Optimisers of the two networks, as plain values with Keras's argument names; the formulas are PyTorch's.

Each treats every weight by itself. dllib's own `Adam`, `RMSprop` and `SGD` are accepted wherever these are."""

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, Dict, Type, Union

from bigdl_gan.params import dllib_optimizers
from bigdl_gan.params.values import to_number

_MODULE = "bigdl_gan.optimizers"
_NAMES = "bigdl_gan.optimizers.Adam, RMSprop or SGD, or dllib's"


@dataclass(frozen=True)
class Adam:
    """Adam, with Radford et al.'s learning rate and beta_1 for GANs as defaults.

    Args:
        learning_rate: step size, above 0.
        beta_1, beta_2: decay rates of the averages of gradients and squared gradients, in [0, 1).
        epsilon: added to the denominator after the correction of the bias, above 0.
    Source: Kingma & Ba 2015, arXiv:1412.6980, algorithm 1; Radford et al. 2016, arXiv:1511.06434, section 4."""

    learning_rate: float = 2e-4
    beta_1: float = 0.5
    beta_2: float = 0.999
    epsilon: float = 1e-8

    _rule: ClassVar[str] = "adam"
    _numbers: ClassVar[Dict[str, str]] = {
        "learning_rate": "learningRate", "beta_1": "beta1", "beta_2": "beta2", "epsilon": "epsilon",
    }  # fmt: skip

    def __post_init__(self) -> None:
        _check(self, "learning_rate", above=0)
        _check(self, "beta_1", least=0, below=1)
        _check(self, "beta_2", least=0, below=1)
        _check(self, "epsilon", above=0)


@dataclass(frozen=True)
class RMSprop:
    """RMSprop, without momentum.

    Args:
        learning_rate: step size, above 0.
        rho: decay rate of the average of squared gradients, in [0, 1).
        epsilon: added to the square root, above 0.
    Source: Tieleman & Hinton 2012, Coursera, lecture 6.5."""

    learning_rate: float = 1e-3
    rho: float = 0.9
    epsilon: float = 1e-7

    _rule: ClassVar[str] = "rmsprop"
    _numbers: ClassVar[Dict[str, str]] = {
        "learning_rate": "learningRate", "rho": "decayRate", "epsilon": "epsilon",
    }  # fmt: skip

    def __post_init__(self) -> None:
        _check(self, "learning_rate", above=0)
        _check(self, "rho", least=0, below=1)
        _check(self, "epsilon", above=0)


@dataclass(frozen=True)
class SGD:
    """Gradient descent, with momentum if it is above 0.

    Args:
        learning_rate: step size, above 0.
        momentum: decay rate of the velocity, in [0, 1).
        nesterov: whether to look ahead along the velocity; needs momentum.
        weight_decay: this times the weight is added to its gradient, from 0 on.
    Source: Sutskever et al. 2013, ICML, section 2."""

    learning_rate: float = 0.01
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    _rule: ClassVar[str] = "sgd"
    _numbers: ClassVar[Dict[str, str]] = {
        "learning_rate": "learningRate", "momentum": "momentum", "nesterov": "nesterov", "weight_decay": "weightDecay",
    }  # fmt: skip

    def __post_init__(self) -> None:
        _check(self, "learning_rate", above=0)
        _check(self, "momentum", least=0, below=1)
        _check(self, "weight_decay", least=0)
        if not isinstance(self.nesterov, bool):
            raise TypeError(f"`nesterov` must be True or False. Received: nesterov={self.nesterov!r}.")
        if self.nesterov and self.momentum == 0:
            raise ValueError("`momentum` must be positive with nesterov=True. Received: momentum=0.0. Use 0.9, say.")


Optimizer = Union[Adam, RMSprop, SGD]
CLASSES: Dict[str, Type[Any]] = {kind.__name__: kind for kind in (Adam, RMSprop, SGD)}
_UNUSED = {"adam": ("decay",), "rmsprop": ("decay",), "sgd": ("decay", "dampening")}  # what only dllib's have


def _check(optimizer: Any, name: str, **bounds: float) -> None:
    """Replace a number by Python's float, after a check. Raises TypeError and ValueError as `to_number`."""
    object.__setattr__(optimizer, name, to_number(name, getattr(optimizer, name), **bounds))


def _is_own(optimizer: Any) -> bool:
    return type(optimizer) in CLASSES.values()


def of(params: Any, role: str) -> Any:
    """The optimiser of "generator" or "discriminator", with the learning rate of its own Param if that is set."""
    optimizer = params.getOrDefault(f"{role}Optimizer") if params.isDefined(f"{role}Optimizer") else Adam()
    if not params.isDefined(f"{role}LearningRate"):
        return optimizer
    rate = params.getOrDefault(f"{role}LearningRate")
    return replace(optimizer, learning_rate=rate) if _is_own(optimizer) else dllib_optimizers.with_rate(optimizer, rate)


def check(name: str, optimizer: Any) -> None:
    """Check that the core knows an optimiser.

    Raises:
        TypeError: it is neither one of ours nor one of dllib's.
        ValueError: see `dllib_optimizers.check`."""
    if _is_own(optimizer):
        return
    if not dllib_optimizers.is_any(optimizer):
        received = f"the class {optimizer.__name__}" if isinstance(optimizer, type) else type(optimizer).__name__
        raise TypeError(
            f"`{name}` must be {_NAMES}. Received: {received}. Pass bigdl_gan.optimizers.Adam(2e-4, beta_1=0.5), for "
            "example."
        )
    dllib_optimizers.check(name, optimizer)


def describe(optimizer: Any) -> Dict[str, Any]:
    """The optimiser for JSON: its module, its class, and its arguments by name."""
    if not _is_own(optimizer):
        return dllib_optimizers.describe(optimizer)
    return {"module": _MODULE, "class": type(optimizer).__name__, "arguments": asdict(optimizer)}


def create(description: Dict[str, Any]) -> Any:
    """The reverse of `describe`.

    Raises:
        TypeError, ValueError: the description names another class, or has wrong arguments."""
    if description.get("module") != _MODULE:
        return dllib_optimizers.create(description)
    kind = CLASSES.get(description["class"])
    if kind is None:
        raise ValueError(f"A saved optimizer must be {_NAMES}. Received: {description['class']}.")
    return kind(**description["arguments"])


def rule(optimizer: Any) -> Dict[str, str]:
    """The optimiser for the core: the rule, and its numbers as text, because JSON has no infinity."""
    if not _is_own(optimizer):
        return dllib_optimizers.rule(optimizer)
    kind = type(optimizer)
    numbers = {kind._numbers[field.name]: float(getattr(optimizer, field.name)) for field in fields(kind)}
    numbers.update(dict.fromkeys(_UNUSED[kind._rule], 0.0))
    return {"kind": kind._rule, **{name: json.dumps(number) for name, number in numbers.items()}}


def copied(optimizer: Any) -> Any:
    """A copy of an optimiser. One that `check` would refuse or warn about is returned as it is."""
    return optimizer if _is_own(optimizer) else dllib_optimizers.copied(optimizer)
