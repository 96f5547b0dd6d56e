"""What every layer needs that is made here: a session that can run it, and sizes that dllib takes."""

import contextlib
from typing import Iterator, List

from bigdl_gan.jvm import bridge
from bigdl_gan.params.values import to_integer


@contextlib.contextmanager
def building() -> Iterator[None]:
    """Context in which layers are made: checks the session, and hides dllib's line per layer.

    Raises:
        RuntimeError: there is no Spark session that can run them. dllib would start one by itself, without its jars.
    """
    bridge.attach()
    with bridge.quiet_dllib():
        yield


def check_positive(**values: object) -> List[int]:
    """Every argument as Python's int, which is all that dllib takes; a positive one.

    Raises:
        TypeError, ValueError: one is not.
    """
    return [to_integer(name, value, least=1) for name, value in values.items()]
