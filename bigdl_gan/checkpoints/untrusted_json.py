"""Reads JSON that anybody may have written, without surprises, and checks it against a schema.

A check is a function that takes a value and returns the problem with it, or "" if there is none."""

import json
import math
import reprlib
from typing import Any, Callable, Dict, Optional

Check = Callable[[Any], str]


def parse_any(data: bytes) -> Any:
    """The JSON in a file. Raises ValueError, with a one-line message, if it holds none."""
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not valid JSON ({type(error).__name__})") from error


def parse(data: bytes) -> Dict[str, Any]:
    """The JSON object in a file. Raises ValueError, with a one-line message, if it holds none."""
    value = parse_any(data)
    if not isinstance(value, dict):
        raise ValueError(f"it must be a JSON object. Received: a {type(value).__name__}")
    return value


def _of(kind: str, holds: Callable[[Any], bool]) -> Check:
    return lambda value: "" if holds(value) else f" must be {kind}. Received: {reprlib.repr(value)}"


def _is_whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most  # not isinstance: a bool is an int to Python


def integer(least: int = 0, most: int = 2**31 - 1) -> Check:
    """A whole number in a range."""
    return _of(f"a whole number from {least} to {most}", lambda value: _is_whole(value, least, most))


number = _of("a finite number from 0 on", lambda value: type(value) in (int, float) and 0 <= value < math.inf)
finite = _of("a finite number", lambda value: type(value) in (int, float) and abs(value) < math.inf)
boolean = _of("true or false", lambda value: isinstance(value, bool))
text = _of("text", lambda value: isinstance(value, str))
scalar = _of("a number, text, a boolean or null", lambda value: not isinstance(value, (list, dict)))
digest = _of("64 hexadecimal digits", lambda value: isinstance(value, str) and _is_hex(value))
hash_sum = _of(
    "decimal digits of a number below 2^64",
    lambda value: isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20
    and int(value) < 2**64,
)  # fmt: skip


def _is_hex(value: str) -> bool:
    return len(value) == 64 and set(value) <= set("0123456789abcdef")


def one_of(*values: str) -> Check:
    """One of the given strings."""
    return _of(" or ".join(values), lambda value: isinstance(value, str) and value in values)


def optional(check: Check) -> Check:
    """What passes the check, or null."""
    return lambda value: "" if value is None else check(value)


def both(first: Check, second: Check) -> Check:
    """What passes one check and another."""
    return lambda value: first(value) or second(value)


def list_of(item: Check) -> Check:
    """A list whose items all pass the check."""

    def check(value: Any) -> str:
        if not isinstance(value, list):
            return f" must be a list. Received: {reprlib.repr(value)}"
        found = ((i, item(element)) for i, element in enumerate(value))
        return next((f"[{i}]{problem}" for i, problem in found if problem), "")

    return check


def pair_of(item: Check) -> Check:
    """A list of two values that pass a check."""
    return both(list_of(item), _of("a pair", lambda value: len(value) == 2))


def dict_of(item: Check) -> Check:
    """An object whose values all pass the check, under any names."""

    def check(value: Any) -> str:
        if not isinstance(value, dict):
            return f" must be an object. Received: {reprlib.repr(value)}"
        found = ((name, item(element)) for name, element in value.items())
        return next((f"[{reprlib.repr(name)}]{problem}" for name, problem in found if problem), "")

    return check


def fields(required: Dict[str, Check], optional: Optional[Dict[str, Check]] = None) -> Check:
    """An object with at least the required fields."""

    def check(value: Any) -> str:
        if not isinstance(value, dict):
            return f" must be an object. Received: {reprlib.repr(value)}"
        missing = [name for name in required if name not in value]
        if missing:
            return f" must have {missing[0]}. Received: {reprlib.repr(sorted(value))}"
        checks = {**required, **(optional or {})}
        found = ((name, item(value[name])) for name, item in checks.items() if name in value)
        return next((f".{name}{problem}" for name, problem in found if problem), "")

    return check
