"""Any folder of pictures."""

from typing import Sequence, Union

from pyspark.sql import DataFrame, SparkSession

from bigdl_gan.datasets.listing import PICTURES, binary_files, check_folder, part_of_path
from bigdl_gan.images import prepare


def folder(
    spark: SparkSession, root: str, size: Union[int, Sequence[int]], *, labels_from_parent: bool = True,
    channels: int = 3, crop: Union[str, int] = "center", resample: str = "lanczos", handleInvalid: str = "error",
    minSide: int = 16,
) -> DataFrame:  # fmt: skip
    """The JPEG, PNG, WebP, GIF, BMP and TIFF files in a folder and the folders within it; lazy.

    Files are known by their extension; those whose name or folder starts with "_" or "." are left out, as always in
    Spark.

    Args:
        root: on any file system Hadoop reaches.
        labels_from_parent: with `label`, the name of the folder a file is in.
        size, channels, crop, resample, handleInvalid, minSide: as of `images.prepare`; the crop is not "box".
    Returns:
        `image`: Spark's image struct, with the file as origin; `label`: string; `cause` where handleInvalid="keep".
    Raises:
        FileNotFoundError: no such folder.
        ValueError: an argument breaks its rule."""
    check_folder(spark, root, needs="pictures")
    files = binary_files(spark, [root], pattern=PICTURES)
    if labels_from_parent:
        files = files.withColumn("label", part_of_path(-2))
    return prepare(
        files, size, channels=channels, inputCol="content", crop=crop, resample=resample, handleInvalid=handleInvalid,
        minSide=minSide,
    ).drop("path", "content")  # fmt: skip
