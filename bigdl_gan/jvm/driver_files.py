"""Small files that the driver reads and writes: on its disk, or on any file system that Hadoop reaches."""

import os
import uuid
from pathlib import Path
from typing import List, Tuple

from pyspark import SparkContext
from pyspark.sql import SparkSession

from bigdl_gan.jvm import hadoop


def write(path: str, data: bytes) -> None:
    """Write a file: create its folder and replace a file of that name.

    Args:
        path: a local file, or a URI (hdfs://..., s3a://..., file:...), which needs a running session.
    Raises:
        RuntimeError: `path` is a URI, and there is no Spark session.
        OSError: the file system refuses."""
    if is_uri(path):
        hadoop.write_bytes(_session(path), path, data, overwrite=True)
        return
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")  # so nobody ever reads a half-written file
    try:
        partial.write_bytes(data)
        os.replace(partial, target)
    finally:
        if partial.exists():
            partial.unlink()


def read(path: str) -> bytes:
    """The content of a file; takes the same paths as `write`. Raises OSError if it cannot be read."""
    if not is_uri(path):
        return Path(path).read_bytes()
    return hadoop.read_bytes(_session(path), path)


def listed(folder: str) -> Tuple[List[str], List[str]]:
    """The names of the files, and of the folders, in a folder, sorted. Raises OSError if it cannot be read."""
    if not is_uri(folder):
        inside = sorted(Path(folder).iterdir())
        return [path.name for path in inside if path.is_file()], [path.name for path in inside if path.is_dir()]
    inside_there = hadoop.kinds(_session(folder), folder)
    return (
        [name for name, is_folder in inside_there.items() if not is_folder],
        [name for name, is_folder in inside_there.items() if is_folder],
    )


def _session(path: str) -> SparkSession:
    if SparkContext._active_spark_context is None:
        raise RuntimeError(
            f"A URI needs a running Spark session. Received: path={path} without one. Start a session first."
        )
    return SparkSession.builder.getOrCreate()


def is_uri(path: str) -> bool:
    """Whether a path names a file on Hadoop's file systems rather than on the driver's disk."""
    return "://" in path or path.startswith("file:")
