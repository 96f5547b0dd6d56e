"""Lists picture files with Spark's binaryFile reader, so any path that Spark accepts works."""

import re
from typing import List, Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, element_at, split

from bigdl_gan.jvm import hadoop

# by extension, in either case: a data set's folder also holds lists and read-me files
PICTURES = "*.{" + ",".join(
    "".join(f"[{letter}{letter.upper()}]" for letter in end)
    for end in ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff")
) + "}"  # fmt: skip


def binary_files(spark: SparkSession, paths: Sequence[str], *, pattern: str) -> DataFrame:
    """The files in folders and their subfolders: `path` and `content`.

    Makes fewer partitions than Spark, which puts at most 32 small files into one: starting a Python task takes as long
    as decoding dozens of files.

    Args:
        pattern: a Hadoop glob that the files' names match."""
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", pattern)
    files = reader.load([literal(path) for path in paths]).select("path", "content")
    n, cores = files.rdd.getNumPartitions(), spark.sparkContext.defaultParallelism
    return files.coalesce(max(1, min(n, 4 * cores), n // 16))


def literal(path: str) -> str:
    """Escape a path, which Spark's readers would take for a pattern, so that they read it literally."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


def part_of_path(index: int):
    """A column: the path's name (-1), its folder's (-2), ..."""
    return element_at(split(col("path"), "/"), index)


def check_folder(spark: SparkSession, path: str, *, needs: str) -> None:
    """Raise FileNotFoundError if there is no such file or folder. Runs no Spark job."""
    if not hadoop.exists(spark, path):
        raise FileNotFoundError(f"`root` must hold {needs}. Received: no {path}.")


def folder_names(spark: SparkSession, path: str) -> List[str]:
    return [name for name in hadoop.names(spark, path) if not name.startswith(("_", "."))]
