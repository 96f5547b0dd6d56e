"""What one training has for itself while it runs: its callbacks and its `checkpointDir`."""

import threading
from contextlib import contextmanager
from typing import Any, Iterator, Sequence, Set, Tuple

_lock = threading.Lock()
_held: Set[Any] = set()


@contextmanager
def claimed(claims: Sequence[Tuple[Any, str]]) -> Iterator[None]:
    """Within, nobody else of this process gets the same.

    Args:
        claims: what is claimed, anything that can be a member of a set, and what to say where it is taken.
    Raises:
        RuntimeError: another training holds one of them."""
    keys = [key for key, _ in claims]
    with _lock:
        for key, message in claims:
            if key in _held:
                raise RuntimeError(message)
        _held.update(keys)
    try:
        yield
    finally:
        with _lock:
            _held.difference_update(keys)
