"""Converts dllib's optimisers to plain data and back, for saved models, checkpoints and the core."""

import json
import sys
import warnings
from importlib import import_module
from typing import Any, Dict, List, NamedTuple

from bigdl_gan.jvm import bridge

_SCALA = "com.intel.analytics.bigdl.dllib"
_DAMPENING_UNSET = sys.float_info.max  # SGD's default, which means: as its momentum


class _Kind(NamedTuple):
    module: str
    name: str
    arguments: Dict[str, str]  # Python's argument -> the JVM's field
    rule: str  # the core's name for it
    numbers: Dict[str, str]  # Python's argument -> the name of the rule's number


_KINDS = {
    f"{_SCALA}.optim.Adam": _Kind(
        "bigdl.dllib.optim.optimizer", "Adam",
        {"learningrate": "learningRate", "learningrate_decay": "learningRateDecay", "beta1": "beta1",
         "beta2": "beta2", "epsilon": "Epsilon"},
        "adam", {"learningrate": "learningRate", "learningrate_decay": "decay", "beta1": "beta1", "beta2": "beta2",
                 "epsilon": "epsilon"},
    ),
    f"{_SCALA}.optim.RMSprop": _Kind(
        "bigdl.dllib.optim.optimizer", "RMSprop",
        {"learningrate": "learningRate", "learningrate_decay": "learningRateDecay", "decayrate": "decayRate",
         "epsilon": "Epsilon"},
        "rmsprop", {"learningrate": "learningRate", "learningrate_decay": "decay", "decayrate": "decayRate",
                    "epsilon": "epsilon"},
    ),
    f"{_SCALA}.optim.SGD": _Kind(
        "bigdl.dllib.optim.optimizer", "SGD",
        {"learningrate": "learningRate", "learningrate_decay": "learningRateDecay", "weightdecay": "weightDecay",
         "momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov"},
        "sgd", {"learningrate": "learningRate", "learningrate_decay": "decay", "weightdecay": "weightDecay",
                "momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov"},
    ),
    f"{_SCALA}.keras.optimizers.Adam": _Kind(
        "bigdl.dllib.keras.optimizers", "Adam",
        {"lr": "lr", "beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon", "decay": "decay"},
        "adam", {"lr": "learningRate", "decay": "decay", "beta_1": "beta1", "beta_2": "beta2", "epsilon": "epsilon"},
    ),
}  # fmt: skip


def is_any(optimizer: Any) -> bool:
    """Whether this is an optimiser of dllib's, or any of its other objects."""
    return bridge.is_java_object(getattr(optimizer, "value", None))


def check(name: str, optimizer: Any) -> None:
    """Check that the core knows an optimiser: it must update each weight by itself.

    Warns if the optimiser was used before: training starts without its moments.

    Raises:
        ValueError: dllib has it but the core does not, or a setting is not supported: a learning-rate schedule, rates
            per weight, or weight decay in Keras's Adam."""
    value = optimizer.value
    kind = bridge.class_name(value)
    if kind not in _KINDS:
        raise ValueError(
            f"`{name}` must be dllib's Adam, SGD or RMSprop, or one of bigdl_gan.optimizers. Received: {kind}."
        )
    unsupported = _unsupported(kind, value)
    if unsupported:
        decay = next(argument for argument in _KINDS[kind].arguments if argument in ("learningrate_decay", "decay"))
        raise ValueError(
            f"`{name}` must have one learning rate, constant or with {decay}. Received: {_KINDS[kind].name} with "
            f"{', '.join(unsupported)}. Leave that out."
        )
    numbers = rule(optimizer)
    if float(numbers.get("nesterov", 0)) and not (float(numbers["momentum"]) > 0 == float(numbers["dampening"])):
        raise ValueError(
            f"`{name}` must have momentum and no dampening with nesterov=True. Received: SGD with momentum="
            f"{numbers['momentum']}, dampening={numbers['dampening']}. Pass dampening=0.0."
        )
    if bridge.call("isUsed", value):
        warnings.warn(
            f"`{name}` was used before. Its moments and counters are not used: training starts without them.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip


def _unsupported(kind: str, value: Any) -> List[str]:
    """An optimiser's settings that training or a checkpoint does not support."""
    found = []
    if kind.endswith("SGD") or kind.endswith("keras.optimizers.Adam"):
        schedule = bridge.class_name(bridge.getter(value, "learningRateSchedule"))
        if not schedule.endswith("$Default"):
            found.append(f"a schedule ({schedule.rsplit('$', 1)[-1]})")
        for field in ("learningRates", "weightDecays"):
            if bridge.getter(value, field) is not None:
                found.append(field.lower())
    if kind.endswith("keras.optimizers.Adam") and bridge.getter(value, "wDecay") != 0:
        found.append("weight_decay")
    return found


def describe(optimizer: Any) -> Dict[str, Any]:
    """The optimiser for JSON: its class, and its arguments by the names of Python's constructor."""
    kind = _KINDS[bridge.class_name(optimizer.value)]
    arguments = {name: bridge.getter(optimizer.value, field) for name, field in kind.arguments.items()}
    return {"module": kind.module, "class": kind.name, "arguments": arguments}


def rule(optimizer: Any) -> Dict[str, str]:
    """The optimiser for the core: the rule, and its numbers as text, because JSON has no infinity."""
    kind = _KINDS[bridge.class_name(optimizer.value)]
    given = describe(optimizer)["arguments"]
    numbers = {name: float(given[argument]) for argument, name in kind.numbers.items()}
    if numbers.get("dampening") == _DAMPENING_UNSET:
        numbers["dampening"] = numbers["momentum"]
    return {"kind": kind.rule, **{name: json.dumps(number) for name, number in numbers.items()}}


def with_rate(optimizer: Any, rate: float) -> Any:
    """A copy of an optimiser that passed `check`, with another learning rate."""
    description = describe(optimizer)
    numbers = _KINDS[bridge.class_name(optimizer.value)].numbers
    argument = next(argument for argument, name in numbers.items() if name == "learningRate")
    return create({**description, "arguments": {**description["arguments"], argument: rate}})


def copied(optimizer: Any) -> Any:
    """A copy of an optimiser. One that `check` would refuse or warn about is returned as it is."""
    value = getattr(optimizer, "value", None)
    kind = bridge.class_name(value) if is_any(optimizer) else ""
    is_plain = kind in _KINDS and not _unsupported(kind, value) and not bridge.call("isUsed", value)
    return create(describe(optimizer)) if is_plain else optimizer


def create(description: Dict[str, Any]) -> Any:
    """The reverse of `describe`.

    Raises:
        ValueError: the description names another class."""
    known = {(kind.module, kind.name) for kind in _KINDS.values()}
    name = (description.get("module"), description.get("class"))
    if name not in known:
        raise ValueError(
            f"A saved optimizer must be dllib's Adam, SGD or RMSprop, or of bigdl_gan.optimizers. Received: {name}."
        )
    with bridge.quiet_dllib():
        return getattr(import_module(name[0]), name[1])(**description["arguments"])
