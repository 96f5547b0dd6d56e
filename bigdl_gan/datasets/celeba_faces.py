"""CelebA, aligned and cropped: faces with 40 attributes."""

import re
from typing import Sequence, Union

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bigdl_gan.datasets.listing import PICTURES, binary_files, check_folder, literal, part_of_path
from bigdl_gan.images import prepare
from bigdl_gan.jvm import hadoop

CELEBA_ATTRIBUTES = tuple(
    "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair Blond_Hair "
    "Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup High_Cheekbones Male "
    "Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose Receding_Hairline Rosy_Cheeks "
    "Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace "
    "Wearing_Necktie Young".split()
)
_LISTS = ("list_attr_celeba.txt", "list_attr_celeba.csv")  # the original, and Kaggle's
_SEPARATOR = re.compile("[ \t,]+")


def celeba(
    spark: SparkSession, root: str, size: Union[int, Sequence[int]], *, attributes: Sequence[str] = CELEBA_ATTRIBUTES,
    channels: int = 3, crop: Union[str, int] = 108, resample: str = "lanczos", handle_invalid: str = "error",
) -> DataFrame:  # fmt: skip
    """CelebA's aligned faces with their attributes; lazy, except that it reads the first lines of the list.

    Args:
        root: a folder with `img_align_celeba` and `list_attr_celeba.txt`, or Kaggle's `.csv`, on any file system
            Hadoop reaches.
        attributes: some of CELEBA_ATTRIBUTES. If empty, the list is not read.
        size, channels, crop, resample, handle_invalid: as in `images.prepare`. The default crop, the central 108 of
            178x218 pixels, is the usual one for GANs.
    Returns:
        `image`: Spark's image struct, with the file as origin; a boolean column for each attribute, null if the list
        lacks the file; `cause` with handle_invalid="keep".
    Raises:
        FileNotFoundError: `root` does not exist, or lacks these files.
        ValueError: an unknown attribute, a list in another format, or an argument breaks its rule.
    Source: Liu et al. 2015, arXiv:1411.7766; the crop: Larsen et al. 2016, arXiv:1512.09300."""
    unknown = [name for name in attributes if name not in CELEBA_ATTRIBUTES]
    if isinstance(attributes, str) or unknown:
        raise ValueError(
            f"`attributes` must be a list of some of datasets.celeba's: {', '.join(CELEBA_ATTRIBUTES)}. "
            f"Received: {attributes if isinstance(attributes, str) else ', '.join(map(str, unknown))}."
        )
    pictures = f"{root.rstrip('/')}/img_align_celeba"
    check_folder(spark, pictures, needs="img_align_celeba")
    files = binary_files(spark, [pictures], pattern=PICTURES)
    if attributes:
        listed = _attributes(spark, root.rstrip("/"), attributes)
        files = files.withColumn("file", part_of_path(-1)).join(F.broadcast(listed), "file", "left").drop("file")
    return prepare(
        files, size, channels=channels, input_col="content", crop=crop, resample=resample, handle_invalid=handle_invalid
    ).select("image", *(f"`{name}`" for name in attributes), *(["cause"] if handle_invalid == "keep" else []))


def _attributes(spark: SparkSession, root: str, attributes: Sequence[str]) -> DataFrame:
    """`file` and a boolean column for each attribute.

    The original list holds a count, the names, then a line for each file; Kaggle's holds "image_id" and the names, then
    the same lines. Spaces, tabs or commas separate the fields."""
    path = next((f"{root}/{name}" for name in _LISTS if hadoop.exists(spark, f"{root}/{name}")), "")
    if not path:
        raise FileNotFoundError(f"`root` must hold {' or '.join(_LISTS)}. Received: no such file in {root}.")
    lines = spark.read.text(literal(path))
    head = [_SEPARATOR.split(row["value"].strip()) for row in lines.head(3)]
    names, *rows = [head[0][1:], *head[1:]] if head and head[0][0] == "image_id" else [*head, [], []][1:]
    if names != list(CELEBA_ATTRIBUTES):
        raise ValueError(f"{path} must hold CelebA's 40 attributes in its header. Received: {names}.")
    if not rows or len(rows[0]) != len(CELEBA_ATTRIBUTES) + 1:
        raise ValueError(
            f"{path} must hold a file's name and {len(CELEBA_ATTRIBUTES)} numbers in each line after its header. "
            f"Received: {' '.join(rows[0]) if rows else ''!r} in the first such line."
        )
    fields = F.split(F.regexp_replace("value", "^[ \t]+|[ \t]+$", ""), _SEPARATOR.pattern)
    flags = ((fields[CELEBA_ATTRIBUTES.index(name) + 1] == "1").alias(name) for name in attributes)
    return lines.where(F.size(fields) == len(CELEBA_ATTRIBUTES) + 1).where(fields[0].contains(".")).select(
        fields[0].alias("file"), *flags
    )
