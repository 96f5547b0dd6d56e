"""What each new layer needs first: a session that can run it, arguments that dllib accepts, and a name."""

import contextlib
import threading
from collections import Counter
from typing import Any, Container, Dict, Iterator, List, Optional, Sequence, Tuple

from bigdl_gan.jvm import bridge
from bigdl_gan.params.values import to_integer

Pair = Tuple[int, int]
CLIPPED = "clipped_images"  # the core recognises a ClippedImages layer by this name

_PADDINGS = ("valid", "same")

@contextlib.contextmanager
def building() -> Iterator[None]:
    """Context for building layers: checks the session, and hides the line that dllib prints for each layer.

    Raises:
        RuntimeError: there is no Spark session that can run them; dllib would start its own, without the jars.
    """
    bridge.attach()
    with bridge.quiet_dllib():
        yield


def check_positive(**values: object) -> List[int]:
    """Every argument as a positive Python int, the only integer type that dllib accepts.

    Raises:
        TypeError, ValueError: one is not a positive integer.
    """
    return [to_integer(name, value, least=1) for name, value in values.items()]


def to_pair(name: str, value: Any, *, least: int = 1) -> Pair:
    """A size, (height, width), from one integer or a pair of them.

    Raises:
        TypeError, ValueError: neither, or a number is below `least`."""
    if not isinstance(value, (tuple, list)):
        size = to_integer(name, value, least=least)
        return size, size
    if len(value) != 2:
        raise ValueError(f"`{name}` must be an integer or a pair (height, width). Received: {name}={value!r}.")
    height, width = (to_integer(f"{name}[{i}]", number, least=least) for i, number in enumerate(value))
    return height, width


def to_sides(name: str, value: Any) -> Tuple[Pair, Pair]:
    """((top, bottom), (left, right)) from one integer, a pair (height, width), or two pairs.

    Raises:
        TypeError, ValueError: none of these, or a number is below 0."""
    if isinstance(value, (tuple, list)) and any(isinstance(side, (tuple, list)) for side in value):
        if len(value) != 2 or not all(isinstance(side, (tuple, list)) and len(side) == 2 for side in value):
            raise ValueError(
                f"`{name}` must be an integer, (height, width) or ((top, bottom), (left, right)). "
                f"Received: {name}={value!r}."
            )
        return to_pair(f"{name}[0]", value[0], least=0), to_pair(f"{name}[1]", value[1], least=0)
    height, width = to_pair(name, value, least=0)
    return (height, height), (width, width)


def to_shape(name: str, value: Any) -> Tuple[int, ...]:
    """The shape of one sample, without the batch axis: a tuple of positive integers.

    Raises:
        TypeError: not a tuple or a list of integers.
        ValueError: empty, not positive, or an image's shape with the channels last."""
    if not isinstance(value, (tuple, list)):
        remedy = f" Write {name}=({value},)." if isinstance(value, int) and not isinstance(value, bool) else ""
        raise TypeError(f"`{name}` must be a tuple without the batch axis. Received: {name}={value!r}.{remedy}")
    if value and value[0] is None:
        raise ValueError(
            f"`{name}` must not contain the batch axis. Received: {name}={value!r}. Write {tuple(value[1:])}."
        )
    if not value:
        raise ValueError(f"`{name}` must have at least one axis. Received: {name}={value!r}.")
    shape = tuple(to_integer(f"{name}[{i}]", size, least=1) for i, size in enumerate(value))
    if _has_channels_last(shape):
        raise ValueError(
            f"Images are (channels, height, width). Received: {name}={shape}. Write {(shape[2], *shape[:2])}."
        )
    return shape


def _has_channels_last(shape: Sequence[int]) -> bool:
    """Whether the shape is that of a grey or RGB picture as Keras and NumPy order its axes."""
    return len(shape) == 3 and shape[2] in (1, 3) and min(shape[:2]) >= 16


def to_bool(name: str, value: Any) -> bool:
    """Raises TypeError if the value is not True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"`{name}` must be True or False. Received: {name}={value!r}.")
    return value


def check_choice(name: str, value: Any, allowed: Sequence[str], remedy: str = "") -> str:
    """Raises ValueError if the value is not one of the allowed names."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(
            f"`{name}` must be one of {', '.join(map(repr, allowed))}. Received: {name}={value!r}.{remedy}"
        )
    return value


def to_padding(value: Any) -> str:
    """Raises ValueError if the value is neither "valid" nor "same"."""
    return check_choice("padding", value, _PADDINGS)


def to_name(value: Any) -> Optional[str]:
    """A layer's name, or None for one that is given later.

    Raises:
        TypeError: neither text nor None.
        ValueError: empty, or the name that the core gives a meaning."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"`name` must be text. Received: name={value!r}.")
    if not value.strip() or value == CLIPPED:
        raise ValueError(f"`name` must not be blank or {CLIPPED!r}. Received: name={value!r}.")
    return value


class Names:
    """Gives each layer a name: its kind with a number, such as "conv2d_2". Threads may share it."""

    def __init__(self) -> None:
        self._counts: Dict[str, int] = Counter()
        self._lock = threading.Lock()

    def next(self, kind: str, taken: Container[str] = ()) -> str:
        """The kind's next name that is not taken."""
        with self._lock:
            while True:
                self._counts[kind] += 1
                name = f"{kind}_{self._counts[kind]}"
                if name not in taken:
                    return name


process_names = Names()  # for what is not in a Sequential, which numbers its own layers
