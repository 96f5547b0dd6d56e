"""Files on any file system Hadoop reaches, with the session's own settings: spark.hadoop.* and spark.conf.set.

Whenever a file system refuses, even an invalid name, these functions raise an OSError with a one-line message."""

from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional

from py4j.protocol import Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.sql import SparkSession

from bigdl_gan.jvm.session import java_class

# bytes sent to the JVM at once: py4j sends them as text
_BLOCK = 8 << 20


def write_bytes(spark: SparkSession, path: str, data: bytes, *, overwrite: bool) -> None:
    """Write a file and create its folder.

    Raises:
        FileExistsError: the file exists, and `overwrite` is False.
        OSError: the file system refuses."""
    if not overwrite and exists(spark, path):
        raise FileExistsError(f"`path` must not exist yet. Received: path={path}. Choose another, or overwrite.")
    with _errors("write", path):
        stream = _file_system(spark, path).create(_path(spark, path), overwrite)
        try:
            for start in range(0, len(data), _BLOCK):
                stream.write(bytearray(data[start:start + _BLOCK]))
        finally:
            stream.close()


def read_bytes(spark: SparkSession, path: str, *, limit: Optional[int] = None) -> bytes:
    """The content of a file. Raises OSError if it cannot be read, or has more bytes than `limit`."""
    with _errors("read", path):
        system = _file_system(spark, path)
        left = system.getFileStatus(_path(spark, path)).getLen()
        if limit is not None and left > limit:
            raise OSError(f"Cannot read {path}: it has {left} bytes, more than the limit of {limit}.")
        stream = system.open(_path(spark, path))
        blocks = []
        try:
            while left > 0:
                block = java_class(_jvm(spark), "org.apache.commons.io.IOUtils").toByteArray(stream, min(left, _BLOCK))
                blocks.append(bytes(block))
                left -= len(block)
        finally:
            stream.close()
        return b"".join(blocks)


def exists(spark: SparkSession, path: str) -> bool:
    """Whether there is a file or folder. Raises OSError if the file system cannot be reached."""
    with _errors("look for", path):
        return _file_system(spark, path).exists(_path(spark, path))


def rename(spark: SparkSession, source: str, target: str) -> None:
    """Rename a file or folder within one file system.

    Raises:
        FileExistsError: the target exists; if it is a folder, a file system would move the source into it.
        OSError: the file system refuses."""
    if exists(spark, target):
        raise FileExistsError(f"`target` must not exist yet. Received: target={target}.")
    _rename(spark, source, target)
    within = f"{target}/{source.rpartition('/')[2]}"
    if exists(spark, within):  # another process created the target after the check
        _rename(spark, within, source)
        raise FileExistsError(f"`target` must not exist yet. Received: target={target}.")


def _rename(spark: SparkSession, source: str, target: str) -> None:
    with _errors("rename", source):
        renamed = _file_system(spark, source).rename(_path(spark, source), _path(spark, target))
    if not renamed:
        raise OSError(f"Cannot rename {source} to {target}: the file system refused.")


def make_folder(spark: SparkSession, path: str) -> None:
    """Create a folder and its parents if they are missing. Raises OSError if that fails."""
    with _errors("create the folder", path):
        made = _file_system(spark, path).mkdirs(_path(spark, path))
    if not made:
        raise OSError(f"Cannot create the folder {path}: the file system refused.")


def names(spark: SparkSession, path: str) -> List[str]:
    """The names of the files and folders in a folder, sorted. Raises OSError if it cannot be read."""
    with _errors("list", path):
        return sorted(status.getPath().getName() for status in _file_system(spark, path).listStatus(_path(spark, path)))


def kinds(spark: SparkSession, path: str) -> Dict[str, bool]:
    """Whether each file and folder in a folder is a folder, by name, sorted. Raises OSError if it cannot be read."""
    with _errors("list", path):
        inside = _file_system(spark, path).listStatus(_path(spark, path))
        return dict(sorted((status.getPath().getName(), bool(status.isDirectory())) for status in inside))


def last_change(spark: SparkSession, path: str) -> float:
    """When a folder or a file in it was last written, in seconds since 1970. Raises OSError if the time is unknown.

    If the folder has files, only their times count: S3 stores no time for a folder."""
    with _errors("look at", path):
        system = _file_system(spark, path)
        inner = [status.getModificationTime() for status in system.listStatus(_path(spark, path))]
        return max(inner or [system.getFileStatus(_path(spark, path)).getModificationTime()]) / 1000


def delete(spark: SparkSession, path: str) -> None:
    """Delete a file, or a folder with its contents, if it exists. Raises OSError if the file system refuses."""
    with _errors("delete", path):
        deleted = _file_system(spark, path).delete(_path(spark, path), True)
    if not deleted and exists(spark, path):
        raise OSError(f"Cannot delete {path}: the file system refused.")


def _jvm(spark: SparkSession) -> Any:
    return spark._jvm  # pyspark's type allows None, but a running session always has a JVM


def _path(spark: SparkSession, path: str) -> Any:
    return java_class(_jvm(spark), "org.apache.hadoop.fs.Path")(path)


def _file_system(spark: SparkSession, path: str) -> Any:
    return _path(spark, path).getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())


@contextmanager
def _errors(verb: str, path: str) -> Iterator[None]:
    """Turn a Java exception into an OSError that names the path and the Java cause, in one line."""
    try:
        yield
    except (Py4JJavaError, CapturedException) as error:  # pyspark renames some of Java's exceptions
        cause: Any = error.java_exception if isinstance(error, Py4JJavaError) else error._origin
        text = str(cause.toString()).splitlines()[0]
        if "Relative path in absolute URI" in text or "not a valid DFS filename" in text:
            text += ". Choose a name without a colon: Hadoop takes the text before it for a scheme, and HDFS refuses it"
        raise OSError(f"Cannot {verb} {path}: {text}") from error
