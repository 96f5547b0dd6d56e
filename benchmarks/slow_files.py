"""A file system on the local disk that acts like a distant one: each call takes some time, and may be refused."""

from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from bigdl_gan.jvm import classpath

SOURCE = Path(__file__).with_name("SlowFiles.scala")
SCHEME = "slow"


def add_slow_files(spark: SparkSession, classes: Path) -> Any:
    """Give a local session the file system `slow:/path`.

    Args:
        classes: an empty folder for the compiled code; it must exist as long as the session.
    Returns:
        The Scala object SlowFiles, which sets how long a call takes and counts the calls.
    Raises:
        RuntimeError: the source does not compile; the compiler has printed why."""
    jvm = spark.sparkContext._jvm
    compiler = jvm.scala.tools.nsc.Main  # Spark has it on its class path
    jars = ":".join(str(jar) for jar in classpath.spark_jars())
    arguments = ["-classpath", jars, "-target:jvm-1.8", "-d", str(classes), str(SOURCE)]
    array = spark.sparkContext._gateway.new_array(jvm.java.lang.String, len(arguments))
    for i, argument in enumerate(arguments):
        array[i] = argument
    compiler.process(array)
    if not any(classes.iterdir()):
        raise RuntimeError(f"{SOURCE} does not compile.")
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()  # in local mode the parent of the tasks' own
    loader.addURL(jvm.java.net.URL(f"{classes.as_uri()}/"))
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set(f"fs.{SCHEME}.impl", "bigdl_gan.slow.SlowFiles")
    settings.setClassLoader(loader)
    return loader.loadClass("bigdl_gan.slow.SlowFiles") and jvm.bigdl_gan.slow.SlowFiles


def slow_path(folder: Path) -> str:
    """A local folder as a path on that file system."""
    return f"{SCHEME}:{folder}"
