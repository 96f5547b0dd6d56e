"""One Spark session, local[2], for every folder whose tests ask for it."""

import gc

import pytest
from pyspark.sql import SparkSession

from bigdl_gan import configure


def pytest_collection_finish():
    """Every training collects garbage: not among all that the tests import, a quarter of a second each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def spark():
    builder = SparkSession.builder.master("local[2]").appName("bigdl_gan tests")
    builder = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
    session = configure(builder).getOrCreate()
    with pytest.MonkeyPatch.context() as patch:
        # the other processes' Javas live for seconds, which C2, Java's thorough compiler, would spend compiling; this
        # session's has Java's defaults
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
        yield session
    session.stop()
