"""Ctrl-C while a training runs: the first one asks it to stop, the second one means it."""

import signal
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator

from bigdl_gan.jvm import Py4JError


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


@contextmanager
def as_keyboard_interrupt() -> Iterator[None]:
    """Turns the error in which ctrl-C ends a call of the JVM into KeyboardInterrupt.

    pyspark's own handler of SIGINT calls the JVM to cancel its jobs. In the middle of another call that is an error of
    py4j's, in place of the KeyboardInterrupt that follows it."""
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

    before = signal.signal(signal.SIGINT, note) or signal.SIG_DFL  # None: set by other than Python
    try:
        yield
    except Py4JError as error:
        if came:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
