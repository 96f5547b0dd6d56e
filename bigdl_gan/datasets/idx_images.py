"""MNIST, and every data set in its format: Fashion-MNIST, KMNIST, EMNIST."""

from functools import partial
from pathlib import Path
from typing import Callable, Dict, Iterable, List, Sequence, Tuple

import numpy as np
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.utils import AnalysisException

from bigdl_gan.datasets.idx import parse_idx
from bigdl_gan.datasets.listing import literal
from bigdl_gan.images.array_frames import to_frame
from bigdl_gan.params.values import to_integer

SAMPLE = str(Path(__file__).resolve().parent / "mnist_sample")
_STEMS = {"train": ("train",), "test": ("t10k", "test")}  # EMNIST uses the last one
_N_LABELS = 256  # a byte's values


def mnist(
    spark: SparkSession, *, path: str = SAMPLE, split: str = "train", digits: Iterable[int] = range(_N_LABELS),
    prefix: str = "",
) -> DataFrame:  # fmt: skip
    """MNIST's images and labels, in the files' order, in as many partitions as Spark's default parallelism.

    The driver reads and checks the files at once; the executors build the rows lazily.

    Args:
        path: a folder with the four original idx files or just the split's two, gzipped or not, on any file system
            Hadoop reaches. The default is the sample in the package, the first 10,000 training images.
        split: "train" or "test".
        digits: the labels to keep, 0 to 255.
        prefix: what precedes "train" and "t10k" or "test" in the files' names: "emnist-letters-" for that part of
            EMNIST. EMNIST's files hold pictures lying on their side, and they stay so.
    Returns:
        `image`: Spark's image struct, one channel, with the file and the position in it as origin; `label`: int.
    Raises:
        FileNotFoundError: the folder does not exist, or lacks the split's files.
        ValueError: an unknown split or digit; a file is damaged, or not in this format.
        TypeError: a digit is not an integer."""
    if split not in _STEMS:
        raise ValueError(f'`split` must be "train" or "test". Received: split={split!r}.')
    if path == SAMPLE and split != "train":
        raise FileNotFoundError(
            f"The bundled sample has split='train' only. Received: split={split!r}. Pass path=... for your own copy."
        )
    kept = _check_digits(digits)
    files = _local_files(path) if path == SAMPLE else _hadoop_files(spark, path)
    stems = [prefix + stem for stem in _STEMS[split]]
    images_name, images = _load(files, [f"{stem}-images" for stem in stems], n_axes=3, path=path)
    labels_name, labels = _load(files, [f"{stem}-labels" for stem in stems], n_axes=1, path=path)
    _check_labels(labels, n_images=len(images), origin=labels_name)
    positions = np.flatnonzero(np.isin(labels, kept))
    origins = [f"{images_name}#{position}" for position in positions]
    return to_frame(spark, images[positions], origins=origins, labels=labels[positions]).select("image", "label")


def _check_digits(digits: Iterable[int]) -> List[int]:
    kept = list(digits)
    if not kept:
        raise ValueError(f"`digits` must be one or more of 0 to 255. Received: digits={kept}.")
    return [to_integer("digits", digit, least=0, most=_N_LABELS - 1) for digit in kept]


def _local_files(path: str) -> Dict[str, Callable[[], bytes]]:
    """File name -> a function that reads it."""
    return {file.name: file.read_bytes for file in Path(path).iterdir()}


def _hadoop_files(spark: SparkSession, path: str) -> Dict[str, Callable[[], bytes]]:
    """The same through Spark, so any path that its readers accept works."""

    def files(pattern: str) -> DataFrame:
        return spark.read.format("binaryFile").option("pathGlobFilter", pattern).load(literal(path))

    try:
        found = files("*-ubyte*").select("path").collect()
    except AnalysisException as error:
        raise FileNotFoundError(f"`path` must be an existing folder. Received: path={path}.") from error
    names = [row["path"].rsplit("/", 1)[-1] for row in found]

    def read(name: str) -> bytes:
        return bytes(files(name).select("content").collect()[0]["content"])

    return {name: partial(read, name) for name in names}


def _load(
    files: Dict[str, Callable[[], bytes]], stems: Sequence[str], *, n_axes: int, path: str
) -> Tuple[str, np.ndarray]:
    """Load the first file present under one of its usual names; return its full name and its array."""
    names = [f"{stem}{joint}idx{n_axes}-ubyte{end}" for stem in stems for joint in "-." for end in ("", ".gz")]
    present = [name for name in names if name in files]
    if not present:
        received = ", ".join(sorted(files)) or "none"
        raise FileNotFoundError(
            f"`path` must hold one of {', '.join(names)}. Received: path={path}, with these idx files: {received}."
        )
    origin = f"{path.rstrip('/')}/{present[0]}"
    return origin, parse_idx(files[present[0]](), n_axes=n_axes, origin=origin)


def _check_labels(labels: np.ndarray, *, n_images: int, origin: str) -> None:
    if len(labels) != n_images:
        raise ValueError(
            f"{origin} must hold a label for each image ({n_images}). Received: {len(labels)} labels. "
            "Take both files from one data set."
        )
