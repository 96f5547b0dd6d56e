"""Access to the JVM: all other modules reach the Scala core through `call`."""

import builtins
import contextlib
import json
import threading
from importlib import import_module
from pathlib import PurePath
from typing import Any, Callable, Iterator, List

import numpy as np
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark import SparkContext
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.sql import Column, DataFrame, SparkSession

from bigdl_gan.jvm.session import OUR_CLASS, java_class, on_session

_DLLIB_CLASS = "com.intel.analytics.bigdl.dllib.nn.Linear"
_OUR_WORDS = ("NetworkProblem", "ReplicaFailed")  # the core's exceptions whose message explains itself without a name


class ReplicaLostError(RuntimeError):
    """A replica is gone, or has not done the same updates as the others."""


def attach() -> SparkContext:
    """The running Spark context, checked to be able to run the core.

    Raises:
        RuntimeError: there is none, it is a Spark Connect session, the jars are missing, or two loaders loaded them.
    """
    context: Any = SparkContext._active_spark_context
    if context is None:
        raise RuntimeError(
            "No active Spark session. Create one with "
            'bigdl_gan.configure(...) first: configure(SparkSession.builder.master("local[2]")).getOrCreate()'
        )
    on_session(context)
    loader = java_class(context._jvm, "java.lang.Thread").currentThread().getContextClassLoader()
    ours, dllibs = (loader.loadClass(name).getClassLoader() for name in (OUR_CLASS, _DLLIB_CLASS))
    if not ours.equals(dllibs):
        raise RuntimeError(
            "dllib's jar and bigdl_gan's must be loaded the same way, or saved models cannot be read. Received: "
            f"{OUR_CLASS} from {ours.toString()}, {_DLLIB_CLASS} from {dllibs.toString()}. Put all jars of "
            "`python -m bigdl_gan jars` in spark.jars, or all in spark.driver.extraClassPath and "
            "spark.executor.extraClassPath."
        )
    _bridge(context).initialize()
    return context


def check_frame(df: Any, taker: str) -> None:
    """Checks that `taker`, a function or method, has received a DataFrame with its JVM beside Python.

    Raises:
        RuntimeError: a Spark Connect DataFrame.
        TypeError: anything else that is not a Spark DataFrame."""
    if isinstance(df, DataFrame):
        return
    if type(df).__module__.startswith("pyspark.sql.connect"):
        raise RuntimeError(
            "bigdl_gan needs a classic Spark session, with its JVM beside Python. Received: a Spark Connect "
            "DataFrame. Use master(...) in place of remote(...), or on Databricks a cluster with single-user "
            "(dedicated) access."
        )
    package, name = type(df).__module__.split(".")[0], type(df).__name__
    received = "None" if df is None else name if package == "builtins" else f"{package}.{name}"
    is_path = isinstance(df, (str, PurePath))
    remedy = "datasets.folder(spark, path, size) reads" if is_path else "images.from_numpy(spark, arrays) makes"
    raise TypeError(f"{taker} takes a Spark DataFrame. Received: {received}. {remedy} one.")


def refuse_stream(df: DataFrame, remedy: str) -> None:
    """Raises ValueError for a streaming DataFrame: no batch job can read its rows."""
    if df.isStreaming:
        raise ValueError(f"The DataFrame must not be a stream. Received: a streaming DataFrame. {remedy}")


def call(name: str, *args: Any) -> Any:
    """Calls a method of the core's entry class with JVM values.

    Raises:
        ValueError: the core refused an argument.
        RuntimeError: anything else went wrong in the JVM; the message is the first cause, in one line.
    """
    return run(getattr(_bridge(attach()), name), *args)


def call_json(name: str, *args: Any) -> Any:
    """Calls a method that returns JSON, as `call` does, and parses the result."""
    return json.loads(call(name, *args))


def run(method: Callable[..., Any], *args: Any) -> Any:
    """Calls any JVM method, and raises the same errors as `call`."""
    try:
        return method(*args)
    except (Py4JJavaError, CapturedException) as error:  # pyspark renames some of the JVM's exceptions
        if getattr(error, "_origin", error) is None:  # a Python function failed: pyspark's message says it all
            raise
        cause = _root_cause(error.java_exception if isinstance(error, Py4JJavaError) else error._origin)
        kind = cause.getClass().getSimpleName()
        message = (cause.getMessage() or kind).strip().splitlines()[0]
        if kind == "IllegalArgumentException":
            raise ValueError(message) from error
        if kind == "ReplicaLost":
            raise ReplicaLostError(message) from error
        if kind in _OUR_WORDS:
            raise RuntimeError(message) from error
        raise RuntimeError(f"{message} ({kind})") from error


def _root_cause(exception: Any) -> Any:
    """The first cause of an exception. Spark passes a task's exception on only as text, in an exception of its own."""
    while exception.getCause() is not None:
        exception = exception.getCause()
    return exception


def _bridge(context: Any) -> Any:
    return java_class(context._jvm, OUR_CLASS)


def is_java_object(value: Any) -> bool:
    """Whether `value` is a handle on a JVM object."""
    return hasattr(value, "_target_id")


def class_name(value: Any) -> str:
    """A JVM object's Scala class, without the suffix of a specialised class."""
    return value.getClass().getName().split("$mc")[0]


def getter(value: Any, name: str) -> Any:
    """The result of a JVM object's method without arguments."""
    try:
        return getattr(value, name)()
    except Py4JError as error:
        raise RuntimeError(f"{class_name(value)} has no {name}: this is another version of dllib.") from error


def floats_to_jvm(values: np.ndarray) -> bytearray:
    """float32 values in the core's format: little-endian bytes, C order."""
    return bytearray(np.ascontiguousarray(values, "<f4").tobytes())


def floats_from_jvm(data: bytes) -> np.ndarray:
    """The reverse of `floats_to_jvm`: float32 (n,)."""
    return np.frombuffer(bytes(data), "<f4")


def active_session() -> SparkSession:
    """This thread's session, or the running context's first one. Raises RuntimeError as `attach` does."""
    attach()
    return SparkSession.getActiveSession() or SparkSession.builder.getOrCreate()


def is_alive(spark: SparkSession) -> bool:
    """Whether the session's context is the running one."""
    context = SparkContext._active_spark_context
    return context is not None and spark.sparkContext is context


def java_session(spark: SparkSession) -> Any:
    """The session's JVM object."""
    return spark._jsparkSession


def java_frame(df: DataFrame) -> Any:
    """The DataFrame's JVM object."""
    return df._jdf


def java_column(column: Column) -> Any:
    """The column's JVM object."""
    return column._jc


def python_column(column: Any) -> Column:
    """A Python Column for a JVM column."""
    return Column(column)


def python_frame(frame: Any, spark: SparkSession) -> DataFrame:
    """A Python DataFrame for a JVM DataFrame."""
    return DataFrame(frame, spark)


def clone_network(network: Any) -> Any:
    """A deep copy of a dllib Keras model: layers, weights and running statistics."""
    with quiet_dllib():
        return type(network).from_jvalue(run(network.value.cloneModule), network.bigdl_type)


def layer_names(network: Any) -> List[str]:
    """The layers added to a dllib Keras model, each as "Dense 'dense_1'"; a model inside it counts as one layer."""
    with quiet_dllib():
        layers = network.layers
    return [f"{class_name(layer.value).rpartition('.')[2]} '{layer.name()}'" for layer in layers]


_DLLIB_PRINTS = ("bigdl.dllib.utils.common", "bigdl.dllib.keras.base", "bigdl.dllib.nn.layer")
_quiet = threading.local()


@contextlib.contextmanager
def quiet_dllib() -> Iterator[None]:
    """Hides, in this thread, the line that dllib's Python prints for each object it creates.

    `sys.stdout` is not replaced: it belongs to the whole process, and other threads print too."""
    for name in _DLLIB_PRINTS:
        import_module(name).print = _print  # type: ignore[attr-defined]
    _quiet.depth = getattr(_quiet, "depth", 0) + 1
    try:
        yield
    finally:
        _quiet.depth -= 1


def _print(*args: Any, **options: Any) -> None:
    """Replaces `print` in dllib's modules."""
    if not getattr(_quiet, "depth", 0):
        builtins.print(*args, **options)


def strings(values: Any) -> List[str]:
    """A JVM list of strings as a Python list."""
    return [str(value) for value in values]
