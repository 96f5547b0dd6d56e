"""Folders that hold one checkpoint: that of the best generator so far, by a metric."""

import warnings
from typing import Any, Dict, NamedTuple, Optional

from pyspark.sql import SparkSession

from bigdl_gan.checkpoints import checkpoint_files
from bigdl_gan.jvm import hadoop
from bigdl_gan.report.history import FIGURES

# What two checkpoints of one training have in common, whatever its free Params
_IDENTITY = ("plan", "networks", "images", "imageHash")


class Measured(NamedTuple):
    """A checkpoint, and its generator's figure."""

    figure: float
    checkpoint: checkpoint_files.Checkpoint


def is_better(figure: float, best: float, *, is_larger_better: bool) -> bool:
    """Whether a figure is better than the best so far; an equal one is not."""
    return figure > best if is_larger_better else figure < best


def find_best(
    spark: SparkSession, folder: str, metric: str, *, is_larger_better: bool, like: Dict[str, Any]
) -> Optional[Measured]:
    """The best checkpoint in a folder, of one training; None if there is none. A warning names damaged ones.

    There may be two, if a process died between writing the new one and deleting the old one.

    Args:
        like: metadata of a checkpoint of the training; those of other trainings are left out.
    Raises:
        OSError: the folder cannot be listed.
        ValueError: one has a later format."""
    best: Optional[Measured] = None
    for _, path in checkpoint_files.find(spark, folder):
        try:
            found = checkpoint_files.open_at(spark, path)
        except OSError as error:
            warnings.warn(f"Skipping damaged checkpoint {path}: {error}.", RuntimeWarning, stacklevel=2)
            continue
        figure = _figure(found, metric)
        if figure is None or any(found.metadata.get(name) != like.get(name) for name in _IDENTITY):
            continue
        if best is None or is_better(figure, best.figure, is_larger_better=is_larger_better):
            best = Measured(figure, found)
    return best


def _figure(checkpoint: checkpoint_files.Checkpoint, metric: str) -> Optional[float]:
    """The figure in the last row, which was measured after the checkpoint's last update."""
    rows = [*checkpoint.history["rows"], *checkpoint.history["open"]]
    return rows[-1].get(f"{FIGURES}{metric}") if rows else None


def delete_others(spark: SparkSession, folder: str, path: str) -> None:
    """Delete a folder's checkpoints but one, earlier and later ones, and what unfinished writes left.

    Raises:
        OSError: the file system refuses."""
    for _, other in checkpoint_files.find(spark, folder):
        if other != path:
            hadoop.delete(spark, other)
    checkpoint_files.prune(spark, folder, newest=0, keep=1)
