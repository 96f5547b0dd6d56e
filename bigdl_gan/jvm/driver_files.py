"""Small files of the driver's: on its disk, or on any file system that Hadoop reaches."""

import os
import uuid
from pathlib import Path

from pyspark import SparkContext
from pyspark.sql import SparkSession

from bigdl_gan.jvm import hadoop


def write(path: str, data: bytes) -> None:
    """Write a file, making its folder and replacing a file of that name.

    Args:
        path: a local file, or a URI (hdfs://..., s3a://..., file:...), which needs a running session.
    Raises:
        RuntimeError: a URI, and no Spark session.
        OSError: the file system refuses."""
    if is_uri(path):
        hadoop.write_bytes(_session(path), path, data, overwrite=True)
        return
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")  # who watches the file never sees half of it
    try:
        partial.write_bytes(data)
        os.replace(partial, target)
    finally:
        if partial.exists():
            partial.unlink()


def read(path: str) -> bytes:
    """The content of a file, of the paths that `write` takes. Raises OSError where it cannot be read."""
    if not is_uri(path):
        return Path(path).read_bytes()
    return hadoop.read_bytes(_session(path), path)


def _session(path: str) -> SparkSession:
    if SparkContext._active_spark_context is None:
        raise RuntimeError(f"A URI needs a running Spark session, and there is none. Received: path={path}.")
    return SparkSession.builder.getOrCreate()


def is_uri(path: str) -> bool:
    """Whether Hadoop's file systems are meant, and not the driver's disk."""
    return "://" in path or path.startswith("file:")
