"""Schedules: factors for a setting, such as a learning rate, as plain values with Keras's argument names.

A schedule is a pure function of the generator's updates, so a resumed training continues it exactly. It ends after a
number of updates of its own, whatever `maxIter` is, and then keeps its last factor: training longer changes no earlier
update. The core computes it (`scala/training/Schedule.scala`)."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Dict, Sequence, Type, Union

from bigdl_gan.params.values import MOST_INT, to_integer, to_number

_NAMES = "bigdl_gan.schedules.Constant, Linear, Cosine, Steps or Warmup"


def _number(schedule: Any, name: str) -> None:
    object.__setattr__(schedule, name, to_number(name, getattr(schedule, name), least=0))


def _check_decay(schedule: Any) -> None:
    for name, least in (("decay_steps", 1), ("begin", 0)):
        number = to_integer(name, getattr(schedule, name), least=least, most=MOST_INT)
        object.__setattr__(schedule, name, number)
    _number(schedule, "alpha")


@dataclass(frozen=True)
class Constant:
    """The same factor in all updates.

    Args:
        factor: from 0 on."""

    factor: float = 1.0

    _kind: ClassVar[str] = "constant"

    def __post_init__(self) -> None:
        _number(self, "factor")


@dataclass(frozen=True)
class Linear:
    """From 1 to `alpha` in a straight line: 1 + (alpha - 1) p, p = (u - begin) / decay_steps between 0 and 1.

    u is the number of the generator's updates before the present one.

    Args:
        decay_steps: updates from 1 to `alpha`, at least 1.
        alpha: the last factor, from 0 on.
        begin: updates before the first change; begin + decay_steps = maxIter ends with the training.
    """

    decay_steps: int
    alpha: float = 0.0
    begin: int = 0

    _kind: ClassVar[str] = "linear"

    def __post_init__(self) -> None:
        _check_decay(self)


@dataclass(frozen=True)
class Cosine:
    """From 1 to `alpha` along half a cosine: alpha + (1 - alpha) (1 + cos(pi p)) / 2, p = (u - begin) / decay_steps
    between 0 and 1.

    u is the number of the generator's updates before the present one.

    Args:
        decay_steps: updates from 1 to `alpha`, at least 1.
        alpha: the last factor, from 0 on.
        begin: updates before the first change.
    Source: Loshchilov & Hutter 2017, arXiv:1608.03983, equation 5, without restarts."""

    decay_steps: int
    alpha: float = 0.0
    begin: int = 0

    _kind: ClassVar[str] = "cosine"

    def __post_init__(self) -> None:
        _check_decay(self)


@dataclass(frozen=True)
class Steps:
    """One factor until a number of updates is done, then another, and so on.

    Args:
        boundaries: numbers of updates, each more than the one before; at least one.
        factors: from 0 on, one more than boundaries: factors[i + 1] begins after boundaries[i] updates.
    Example: Steps([10000, 15000], [1, 0.1, 0.01])"""

    boundaries: Sequence[int]
    factors: Sequence[float]

    _kind: ClassVar[str] = "steps"

    def __post_init__(self) -> None:
        for name in ("boundaries", "factors"):
            value = getattr(self, name)
            if not isinstance(value, (list, tuple)):
                raise TypeError(f"`{name}` must be a list. Received: {name}={value!r}.")
        boundaries = tuple(to_integer("boundaries", n, least=1, most=MOST_INT) for n in self.boundaries)
        factors = tuple(to_number("factors", factor, least=0) for factor in self.factors)
        if not boundaries or list(boundaries) != sorted(set(boundaries)):
            raise ValueError(f"`boundaries` must increase, and be at least one. Received: boundaries={boundaries}.")
        if len(factors) != len(boundaries) + 1:
            raise ValueError(
                f"`factors` must be one more than `boundaries`. Received: {len(factors)} factors for "
                f"{len(boundaries)} boundaries."
            )
        object.__setattr__(self, "boundaries", boundaries)
        object.__setattr__(self, "factors", factors)


@dataclass(frozen=True)
class Warmup:
    """Rises in equal steps to the first factor of another schedule, which begins then.

    The factor is (u + 1) / warmup_steps times that first factor; u is the number of the generator's updates before the
    present one. So no update has the factor 0.

    Args:
        warmup_steps: updates of the rise, at least 1.
        then: the schedule that follows and counts its updates from the end of the rise; not another `Warmup`.
    Source: Goyal et al. 2017, arXiv:1706.02677, section 2.2."""

    warmup_steps: int
    then: Union[Constant, Linear, Cosine, Steps] = Constant()

    _kind: ClassVar[str] = "warmup"

    def __post_init__(self) -> None:
        steps = to_integer("warmup_steps", self.warmup_steps, least=1, most=MOST_INT)
        object.__setattr__(self, "warmup_steps", steps)
        if isinstance(self.then, Warmup) or not is_any(self.then):
            raise TypeError(
                "`then` must be bigdl_gan.schedules.Constant, Linear, Cosine or Steps. "
                f"Received: {type(self.then).__name__}."
            )


Schedule = Union[Constant, Linear, Cosine, Steps, Warmup]
KINDS: Dict[str, Type[Any]] = {kind._kind: kind for kind in (Constant, Linear, Cosine, Steps, Warmup)}


def is_any(value: Any) -> bool:
    """Whether a value is a schedule."""
    return type(value) in KINDS.values()


def check(name: str, value: Any) -> None:
    """Raise TypeError if the Param's value is not a schedule."""
    if not is_any(value):
        received = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
        raise TypeError(f"`{name}` must be {_NAMES}. Received: {received}. Pass Linear(decay_steps=1000), for example.")


def describe(schedule: Schedule) -> Dict[str, Any]:
    """The schedule for JSON: its kind, and its arguments by name. The core reads it, and files keep it."""
    if isinstance(schedule, Warmup):
        return {"kind": "warmup", "warmup_steps": schedule.warmup_steps, "then": describe(schedule.then)}
    arguments = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(schedule).items()}
    return {"kind": schedule._kind, **arguments}


def create(description: Any) -> Any:
    """The reverse of `describe`. Raises ValueError for anything else."""
    try:
        arguments = dict(description)
        kind = KINDS[arguments.pop("kind")]
        if "then" in arguments:
            arguments["then"] = create(arguments["then"])
        return kind(**arguments)
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"A saved schedule must be {_NAMES}. Received: {str(description)[:60]}.") from error
