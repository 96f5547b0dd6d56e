"""Checks of the numbers that users pass: the JVM, NumPy and Pillow silently accept some that are wrong."""

from numbers import Integral, Real
from typing import Any, Sequence

import numpy as np

MOST_INT = 2**31 - 1  # of the JVM's Int
LEAST_LONG, MOST_LONG = -(2**63), 2**63 - 1

_INFINITE = float("inf")


def to_integer(name: str, value: Any, *, least: float = -_INFINITE, most: float = _INFINITE) -> int:
    """The value as Python's int.

    Accepts Python's and NumPy's integers. Refuses booleans, text and floats, even 3.0: a division often gives a whole
    number only by chance.

    Args:
        least, most: both included.
    Raises:
        TypeError: not an integer.
        ValueError: out of range."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        remedy = f" Pass {int(value)}." if isinstance(value, (float, np.floating)) and float(value).is_integer() else ""
        raise TypeError(_refusal(name, value, f"an integer{_range(least, most)}") + remedy)
    number = int(value)
    if not least <= number <= most:
        raise ValueError(_refusal(name, value, f"an integer{_range(least, most)}"))
    return number


def to_number(
    name: str, value: Any, *, least: float = -_INFINITE, most: float = _INFINITE, above: float = -_INFINITE,
    below: float = _INFINITE,
) -> float:  # fmt: skip
    """The value as Python's float, finite.

    Accepts Python's and NumPy's integers and floats. Refuses booleans and text.

    Args:
        least, most: both included.
        above, below: excluded.
    Raises:
        TypeError: not a number.
        ValueError: infinite, NaN, or out of range."""
    rule = f"a finite number{_range(least, most)}" + (f" above {above:g}" if above > -_INFINITE else "")
    rule += f" below {below:g}" if below < _INFINITE else ""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(_refusal(name, value, rule))
    try:
        number = float(value)
    except OverflowError:  # an integer of more than 308 digits
        number = _INFINITE
    if number - number != 0 or not (least <= number <= most and above < number < below):  # infinities and NaN leave NaN
        raise ValueError(_refusal(name, value, rule))
    return number


def to_seed(value: Any) -> int:
    """A `seed` as a Java long: any 64 bits; 2**63 and above become the negative number with the same bits.

    Raises:
        TypeError, ValueError: as `to_integer`."""
    seed = to_integer("seed", value, least=LEAST_LONG, most=2**64 - 1)
    return seed - 2**64 if seed > MOST_LONG else seed


def to_words(name: str, value: Any, *, among: Sequence[str]) -> str:
    """Text that lists some of these words, without white space; each at most once, in any order.

    Raises:
        TypeError: not text.
        ValueError: another word, or one twice."""
    rule = f"a text with some of {', '.join(among)}, each once, separated by commas"
    if not isinstance(value, str):
        raise TypeError(_refusal(name, value, rule))
    words = [word.strip() for word in value.split(",")] if value.strip() else []
    if len(set(words)) < len(words) or not set(words) <= set(among):
        raise ValueError(f"{_refusal(name, value, rule)} Use '{','.join(among)}' for all, or '' for none.")
    return ",".join(words)


def _range(least: float, most: float) -> str:
    if least == -_INFINITE:
        return "" if most == _INFINITE else f" up to {most}"
    return f" from {least} on" if most == _INFINITE else f" from {least} to {most}"


def _refusal(name: str, value: Any, rule: str) -> str:
    received = repr(value)
    if len(received) > 60:
        received = received[:57] + "..."
    return f"`{name}` must be {rule}. Received: {name}={received}."


def check_one_of(name: str, value: Any, allowed: Any) -> None:
    """Raise ValueError if the value is not an allowed one."""
    if value not in allowed:
        raise ValueError(f"`{name}` must be one of {', '.join(allowed)}. Received: {name}={value!r}.")
