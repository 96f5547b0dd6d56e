"""How messages name an option: `images.prepare` calls it handle_invalid, `ImagePreparer` handleInvalid."""

from typing import Callable

Spelling = Callable[[str], str]


def as_argument(option: str) -> str:
    """The argument of `images.prepare` with an option's name."""
    return option


def as_param(option: str) -> str:
    """The Param of `ImagePreparer` with an option's name: handle_invalid becomes handleInvalid."""
    first, *others = option.split("_")
    return first + "".join(word.capitalize() for word in others)
