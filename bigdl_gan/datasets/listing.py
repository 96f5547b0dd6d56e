"""Lists picture files with Spark's binaryFile reader, so any path that Spark accepts works."""

import re
from typing import List, Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, element_at, split

from bigdl_gan.jvm import hadoop

# by their extension in either case: a data set's folder holds lists and read-me files too
PICTURES = "*.{" + ",".join(
    "".join(f"[{letter}{letter.upper()}]" for letter in end)
    for end in ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff")
) + "}"  # fmt: skip


def binary_files(spark: SparkSession, paths: Sequence[str], *, pattern: str) -> DataFrame:
    """The files in folders and the folders within them: `path` and `content`.

    In fewer partitions than Spark makes, which puts at most 32 small files into one: starting a task of Python takes as
    long as decoding dozens of them.

    Args:
        pattern: of the files' names, as Hadoop's globs."""
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", pattern)
    files = reader.load([literal(path) for path in paths]).select("path", "content")
    n, cores = files.rdd.getNumPartitions(), spark.sparkContext.defaultParallelism
    return files.coalesce(max(1, min(n, 4 * cores), n // 16))


def literal(path: str) -> str:
    """A path that Spark's readers take as it is written, whatever characters are in it: to them it is a pattern."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


def part_of_path(index: int):
    """A column: the path's name (-1), its folder's (-2), ..."""
    return element_at(split(col("path"), "/"), index)


def check_folder(spark: SparkSession, path: str, *, needs: str) -> None:
    """Raise FileNotFoundError where there is no such file or folder; no Spark job."""
    if not hadoop.exists(spark, path):
        raise FileNotFoundError(f"`root` must hold {needs}. Received: no {path}.")


def folder_names(spark: SparkSession, path: str) -> List[str]:
    return [name for name in hadoop.names(spark, path) if not name.startswith(("_", "."))]
