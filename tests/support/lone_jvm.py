"""A JVM of its own with the library's jars and without Spark, reached by py4j."""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
import pyspark
from py4j.java_gateway import GatewayParameters, JavaGateway, JavaObject, launch_gateway

from bigdl_gan.jvm.classpath import find_java, jar_paths, spark_jars

CORE = "com.intel.analytics.bigdl.dllib.gan"


class LoneJvm(NamedTuple):
    """What py4j needs, and the process's number."""

    gateway: JavaGateway
    pid: int

    def core(self, name: str) -> JavaObject:
        """One of the core's objects, by its path below the core's package."""
        found = self.gateway.jvm
        for part in f"{CORE}.{name}".split("."):
            found = getattr(found, part)
        return found

    def engine(self, name: str, function: str, *arguments) -> list:
        """What a function of `EngineProbe` returns: flat arrays of float32."""
        sent = [as_java(argument) for argument in arguments]
        found = getattr(self.core("diagnosis.EngineProbe"), function)(name, *sent)
        return [np.frombuffer(part, "<f4") for part in ([found] if isinstance(found, bytes) else found)]

    def libraries(self, *names: str) -> dict:
        """For each name, how many files of such shared libraries the process has mapped."""
        lines = [line.split() for line in Path(f"/proc/{self.pid}/maps").read_text().splitlines()]
        mapped = {(line[4], Path(line[5]).name) for line in lines if len(line) > 5}  # by inode: files are deleted
        return {name: sum(file.startswith(name) for _, file in mapped) for name in names}


def as_java(argument):
    """Arrays as bytes, lists of arrays too; all else as it is."""
    if isinstance(argument, np.ndarray):
        return argument.astype("<f4").tobytes()
    if isinstance(argument, (list, tuple)):
        return [as_java(part) for part in argument]
    return argument


@contextlib.contextmanager
def lone_jvm(*, java=None, options=(), environment=()):
    """A running JVM.

    Args:
        java: the command that starts it, Java by default.
        options: of Java.
        environment: pairs of names and values, added to this process's."""
    jars = [*jar_paths(), *spark_jars()]
    py4j = next((Path(pyspark.__file__).parent / "jars").glob("py4j-*.jar"))
    with mock.patch.dict(os.environ, dict(environment)):
        port, process = launch_gateway(
            jarpath=str(py4j), classpath=os.pathsep.join(map(str, jars)), die_on_exit=True, return_proc=True,
            java_path=str(java or find_java()), javaopts=list(options),
        )  # fmt: skip
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port, auto_convert=True))
    try:
        name = gateway.jvm.java.lang.management.ManagementFactory.getRuntimeMXBean().getName()
        yield LoneJvm(gateway, int(name.split("@")[0]))
    finally:
        gateway.shutdown()
        process.stdin.close()
        process.wait(timeout=30)
