"""Writes folders atomically: a folder is complete or absent, whatever fails and whoever else writes to the same path.

A folder is first written under another name, `<path>.<random>.tmp`. Then the folder that it replaces is renamed to
`<path>.<random>.old`, the new one is renamed to `<path>`, and the old one is deleted. One of the two is complete at
every moment."""

import re
import threading
import uuid
import warnings
from contextlib import contextmanager
from typing import Iterator, List

from pyspark.sql import SparkSession

from bigdl_gan.jvm import hadoop

LEFTOVER = re.compile(r"\.[0-9a-f]{8}\.(tmp|old)")  # follows the path's own name

# One swap at a time in this process. A swap by another process is detected, and ours is retried.
_swaps = threading.Lock()
_ATTEMPTS = 10


@contextmanager
def whole(spark: SparkSession, path: str, *, overwrite: bool) -> Iterator[str]:
    """Yield the name of a new folder to write to; it becomes `path` if the block ends without an error.

    Args:
        overwrite: whether it may replace an existing `path`.
    Raises:
        FileExistsError: `path` exists, and `overwrite` is False.
        OSError: the file system refuses. The previous content is still at `path`, or the error says where it is."""
    path = path.rstrip("/") or path
    partial = _beside(path, "tmp")
    _check_free(spark, path, overwrite=overwrite)  # fail before anything is written
    try:
        yield partial
    except BaseException:
        _delete_quietly(spark, partial)
        raise
    with _swaps:
        _put(spark, partial, path, overwrite=overwrite)


def leftovers(spark: SparkSession, path: str) -> List[str]:
    """The folders that an unfinished replacement left beside `path`, for example by a killed process."""
    folder, _, name = path.rpartition("/")
    try:
        names = hadoop.names(spark, folder or ("/" if path.startswith("/") else "."))
    except OSError:
        return []
    return [other for other in names if other.startswith(name) and LEFTOVER.fullmatch(other, len(name))]


def _beside(path: str, kind: str) -> str:
    return f"{path}.{uuid.uuid4().hex[:8]}.{kind}"


def _check_free(spark: SparkSession, path: str, *, overwrite: bool) -> None:
    if hadoop.exists(spark, path) and not overwrite:
        raise FileExistsError(
            f"`path` must not exist yet. Received: path={path}. Choose another, or use write().overwrite()."
        )


def _put(spark: SparkSession, partial: str, path: str, *, overwrite: bool) -> None:
    """Rename a complete folder to `path`."""
    for _ in range(_ATTEMPTS):
        old = _beside(path, "old")
        try:
            if overwrite:
                _move_away(spark, path, old)
            hadoop.rename(spark, partial, path)
        except FileExistsError:  # another writer has put a complete folder there meanwhile
            _delete_quietly(spark, old)
            if not overwrite:
                break
        except BaseException as error:
            _restore(spark, path, old=old, partial=partial, error=error)
            raise
        else:
            _delete_old(spark, path, old)
            return
    _delete_quietly(spark, partial)
    _check_free(spark, path, overwrite=overwrite)
    raise FileExistsError(f"Cannot replace {path}: others wrote to it in each of {_ATTEMPTS} attempts. Try again.")


def _move_away(spark: SparkSession, path: str, old: str) -> None:
    if not hadoop.exists(spark, path):
        return
    try:
        hadoop.rename(spark, path, old)
    except OSError:
        if hadoop.exists(spark, path):
            raise
        # another writer has just moved it away, and will delete it


def _restore(spark: SparkSession, path: str, *, old: str, partial: str, error: BaseException) -> None:
    """Put the old folder back, and only then delete the new one."""
    try:
        if not hadoop.exists(spark, path) and hadoop.exists(spark, old):
            hadoop.rename(spark, old, path)
    except OSError as second:
        raise OSError(
            f"{error} The previous content could not be put back either: {second} It is at {old}, or still at {path}; "
            f"the complete new one is at {partial}. Rename one of them to {path}."
        ) from error
    _delete_quietly(spark, partial)


def _delete_old(spark: SparkSession, path: str, old: str) -> None:
    try:
        hadoop.delete(spark, old)
    except OSError as error:
        warnings.warn(
            f"{path} is written, but its previous content could not be deleted: {error}", RuntimeWarning, stacklevel=5
        )


def _delete_quietly(spark: SparkSession, path: str) -> None:
    try:
        hadoop.delete(spark, path)
    except OSError:
        pass  # a folder that could not be written often cannot be deleted either
