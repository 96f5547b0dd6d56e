"""Checks that every new layer needs: a session that can run it, and sizes that dllib accepts."""

import contextlib
from typing import Iterator, List

from bigdl_gan.jvm import bridge
from bigdl_gan.params.values import to_integer


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
