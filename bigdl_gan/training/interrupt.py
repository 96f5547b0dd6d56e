"""Handles ctrl-C during training: the first one stops it after the present chunk, the second one at once."""

import signal
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator

from bigdl_gan.jvm import Py4JError


@contextmanager
def deferred() -> Iterator[Callable[[], bool]]:
    """Within the block, the first SIGINT only makes the yielded function return True; the next has its usual effect.

    Python handles signals in its main thread only, so nothing changes in other threads."""
    asked = False
    if threading.current_thread() is not threading.main_thread():
        yield lambda: asked
        return

    def ask(*args: Any) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask) or signal.SIG_DFL  # None: not set by Python
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def as_keyboard_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt in place of the py4j error that ctrl-C causes during a call to the JVM.

    pyspark's own SIGINT handler calls the JVM to cancel its jobs. If another call is under way, py4j raises an error
    before KeyboardInterrupt can follow."""
    came = False
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(*args: Any) -> Any:
        nonlocal came
        came = True
        if callable(before):
            return before(*args)
        return None if before == signal.SIG_IGN else signal.default_int_handler(*args)

    before = signal.signal(signal.SIGINT, note) or signal.SIG_DFL  # None: not set by Python
    try:
        yield
    except Py4JError as error:
        if came:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
