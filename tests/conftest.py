"""One Spark session, local[2], for every folder whose tests ask for it."""

import gc
import os

import pytest
from py4j.java_gateway import JavaPackage, JVMView
from pyspark.sql import SparkSession

from bigdl_gan import configure

# For Javas that live for seconds: C2, Java's thorough compiler, would spend them compiling
QUICK_COMPILER = "-XX:TieredStopAtLevel=1"


def pytest_collection_finish():
    """Every training collects garbage: not among all that the tests import, a quarter of a second each time."""
    gc.collect()
    gc.freeze()


def remember_classes():
    """py4j looks a class up whenever it is named, and each package before it, for which the JVM searches 300 jars.

    Here it does so once: elsewhere, one in six seconds of these tests is spent on that."""
    for place in (JVMView, JavaPackage):

        def remembered(self, name, look_up=place.__getattr__):
            found = self.__dict__[name] = look_up(self, name)
            return found

        place.__getattr__ = remembered


@pytest.fixture(scope="session")
def spark():
    builder = SparkSession.builder.master("local[2]").appName("bigdl_gan tests")
    builder = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
    if "PYTEST_XDIST_WORKER" in os.environ:  # two Javas share two cores
        builder = builder.config("spark.driver.extraJavaOptions", QUICK_COMPILER)
    session = configure(builder).getOrCreate()
    remember_classes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", QUICK_COMPILER)
        yield session
    session.stop()
