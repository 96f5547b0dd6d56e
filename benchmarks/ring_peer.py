"""The command that runs one replica's end of the ring as a process, for `exchange.py` and the tests."""

from pathlib import Path
from typing import List

import bigdl_gan
from bigdl_gan.jvm.classpath import PATH_SEPARATOR, find_java, spark_jars

_CLASS = "com.intel.analytics.bigdl.dllib.gan.diagnosis.RingPeer"


def command(
    rank: int, size: int, secret: str, *, port: int = 0, retries: int = 0, encrypted: bool = False,
    silence: int = 100_000, connect: int = 10_000, pulse: int = 5_000,
) -> List[str]:  # fmt: skip
    """The command line for one replica's process.

    Args:
        silence, connect, pulse: milliseconds, as in the core's RingSettings."""
    core = Path(bigdl_gan.__file__).parent / "jars" / "bigdl_gan.jar"
    jars = [core, *(jar for jar in spark_jars() if jar.name.startswith(("scala-library", "spark-core")))]
    given = [rank, size, secret, port, retries, str(encrypted).lower(), silence, connect, pulse]
    return [str(find_java()), "-Xmx1g", "-cp", PATH_SEPARATOR.join(map(str, jars)), _CLASS, *map(str, given)]
