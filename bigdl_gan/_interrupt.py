"""Ctrl-C while a training runs: the first one asks it to stop, the second one means it."""

import signal
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator


@contextmanager
def deferred() -> Iterator[Callable[[], bool]]:
    """Within, the first SIGINT only makes the function given here return True, and the next is handled as before.

    Python handles signals in its main thread: in another one, nothing is changed."""
    asked = False
    if threading.current_thread() is not threading.main_thread():
        yield lambda: asked
        return

    def ask(*args: Any) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask) or signal.SIG_DFL  # None: set by other than Python
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
