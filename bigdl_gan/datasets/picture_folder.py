"""Any folder of pictures."""

from typing import Sequence, Union

from pyspark.sql import DataFrame, SparkSession

from bigdl_gan.datasets.listing import PICTURES, binary_files, check_folder, part_of_path
from bigdl_gan.images import prepare


def folder(
    spark: SparkSession, root: str, size: Union[int, Sequence[int]], *, labels_from_parent: bool = True,
    channels: int = 3, crop: Union[str, int] = "center", resample: str = "lanczos", handle_invalid: str = "error",
    min_side: int = 16,
) -> DataFrame:  # fmt: skip
    """The JPEG, PNG, WebP, GIF, BMP and TIFF files in a folder and its subfolders; lazy.

    Files are recognised by their extension. As always in Spark, those whose name or folder starts with "_" or "." are
    skipped.

    Args:
        root: a folder on any file system Hadoop reaches.
        labels_from_parent: whether to add `label`, the name of the file's folder.
        size, channels, crop, resample, handle_invalid, min_side: as in `images.prepare`, but without crop="box".
    Returns:
        `image`: Spark's image struct, with the file as origin; `label`: string; `cause` with handle_invalid="keep".
    Raises:
        FileNotFoundError: the folder does not exist.
        ValueError: an argument breaks its rule."""
    check_folder(spark, root, needs="pictures")
    files = binary_files(spark, [root], pattern=PICTURES)
    if labels_from_parent:
        files = files.withColumn("label", part_of_path(-2))
    return prepare(
        files, size, channels=channels, input_col="content", crop=crop, resample=resample,
        handle_invalid=handle_invalid, min_side=min_side,
    ).drop("path", "content")  # fmt: skip
