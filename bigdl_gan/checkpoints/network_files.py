"""dllib's Keras models as files, in dllib's own protocol buffers, on any file system that Hadoop reaches.

A file may come from anybody, and dllib would run what it names: it initialises each class that is called a layer, and
reads serialised Java objects. So the core checks the whole file before it loads anything (`NetworkCheck.scala`): every
class must be a dllib layer, or the core's `CoreModule` with a valid description; nothing may be a serialised object,
and no number of elements may exceed those in the file. A gzip file is unpacked only up to the size that its network can
have. A file that passes may still describe a network that is slow, or too large for the driver's memory, but it cannot
run code."""

from typing import Any

from pyspark.sql import SparkSession

from bigdl_gan.jvm import bridge

_MODEL_BYTES = 2**31  # the limit of protocol buffers


def write(spark: SparkSession, network: Any, path: str) -> None:
    """Write a model to a new file, including weights and running statistics.

    Raises:
        ValueError: the model has a layer that could not be read back.
        OSError: the file system refuses."""
    message = bridge.call("networkMessage", network.value)
    try:
        bridge.call("writeNetwork", bridge.java_session(spark), path, message)
    except (RuntimeError, ValueError) as error:
        raise OSError(f"Cannot write {path}: {error}") from error


def read(spark: SparkSession, path: str, *, limit: int = _MODEL_BYTES) -> Any:
    """The model in a file from `write`, or in a file from `structure`, whose name ends in .gz.

    Args:
        limit: the most bytes that the file may have, uncompressed.
    Raises:
        ValueError: the file holds anything but dllib's layers and the core's, or is damaged.
        OSError: it cannot be read."""
    # imported late: importing dllib changes the environment
    from bigdl.dllib.net import Net

    from bigdl_gan.layers.containers import with_table

    try:
        network = bridge.call("readNetwork", bridge.java_session(spark), path, limit)
    except RuntimeError as error:
        raise OSError(f"Cannot read {path}: {error}") from error
    with bridge.quiet_dllib():
        return with_table(Net.from_jvalue(network))


def structure(network: Any) -> bytes:
    """A model without its weights: the gzipped file of a copy with all weights zero."""
    empty = bridge.clone_network(network)
    bridge.call("clearNetwork", empty.value)
    return bytes(bridge.call("compressNetwork", bridge.call("networkMessage", empty.value)))
