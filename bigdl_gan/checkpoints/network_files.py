"""dllib's Keras models as files, in dllib's own protocol buffers, on any file system that Hadoop reaches.

A file may come from anybody. dllib would run what it names: it initialises each class that is called a layer, and
reads serialised Java objects. So the core looks through the whole file first (`NetworkCheck.scala`): every class must
be a layer of dllib's, nothing may be a serialised object, and no number of elements may be larger than there are in the
file; else nothing of it is loaded. A gzip file is unpacked only so far as its network can be. What passes can still
describe a network that is slow, or too large for the driver's memory: it cannot run code."""

from typing import Any

from pyspark.sql import SparkSession

from bigdl_gan.jvm import bridge

_MODEL_BYTES = 2**31  # what protocol buffers can be of


def write(spark: SparkSession, network: Any, path: str) -> None:
    """Write a model to a new file, weights and running statistics included.

    Raises:
        ValueError: it has a layer that could not be read again.
        OSError: the file system refuses."""
    message = bridge.call("networkMessage", network.value)
    try:
        bridge.call("writeNetwork", bridge.java_session(spark), path, message)
    except (RuntimeError, ValueError) as error:
        raise OSError(f"Cannot write {path}: {error}") from error


def read(spark: SparkSession, path: str, *, limit: int = _MODEL_BYTES) -> Any:
    """The model in a file that `write` made, or in one of a `structure`, whose name ends in .gz.

    Args:
        limit: bytes that it may have, once uncompressed.
    Raises:
        ValueError: it holds anything but dllib's layers, or is damaged.
        OSError: it cannot be read."""
    from bigdl.dllib.net import Net  # importing dllib changes the environment: not before it is needed

    try:
        network = bridge.call("readNetwork", bridge.java_session(spark), path, limit)
    except RuntimeError as error:
        raise OSError(f"Cannot read {path}: {error}") from error
    with bridge.quiet_dllib():
        return Net.from_jvalue(network)


def structure(network: Any) -> bytes:
    """A model without its weights: gzip of the file of a copy in which they are zero."""
    empty = bridge.clone_network(network)
    bridge.call("clearNetwork", empty.value)
    return bytes(bridge.call("compressNetwork", bridge.call("networkMessage", empty.value)))
