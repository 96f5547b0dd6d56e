"""Stanford Dogs: photographs of 120 breeds, with a box around each dog."""

from typing import List, Sequence, Union

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bigdl_gan.datasets.listing import PICTURES, binary_files, check_folder, folder_names, literal, part_of_path
from bigdl_gan.images import prepare

_EDGES = ("xmin", "ymin", "xmax", "ymax")


def stanford_dogs(
    spark: SparkSession, root: str, size: Union[int, Sequence[int]], *, breeds: Sequence[str] = (), channels: int = 3,
    crop: Union[str, int] = "box", resample: str = "lanczos", handle_invalid: str = "error",
) -> DataFrame:  # fmt: skip
    """Stanford Dogs; lazy.

    Args:
        root: a folder with `Images` and, for crop="box", `Annotation`, on any file system Hadoop reaches.
        breeds: names as they follow the first hyphen in the folders' names ("Chihuahua"). If empty, all breeds.
        crop: "box" gives a row for each dog, the smallest part with `size`'s proportions around its box. Any other crop
            of `images.prepare` gives a row for each photograph.
        size, channels, resample, handle_invalid: as in `images.prepare`. With crop="box", a photograph without a box is
            invalid.
    Returns:
        `image`: Spark's image struct, with the file as origin; `breed`: string; `cause` with handle_invalid="keep".
    Raises:
        FileNotFoundError: `root` does not exist, or lacks these folders.
        ValueError: an unknown breed, or an argument breaks its rule.
    Source: Khosla et al. 2011, Novel dataset for fine-grained image categorization."""
    root = root.rstrip("/")
    check_folder(spark, f"{root}/Images", needs="Images")
    folders = _folders(folder_names(spark, f"{root}/Images"), breeds)
    files = binary_files(spark, [f"{root}/Images/{name}" for name in folders], pattern=PICTURES)
    if crop == "box":
        check_folder(spark, f"{root}/Annotation", needs="Annotation")
        boxes = _boxes(spark, [f"{root}/Annotation/{name}" for name in folders])
        files = files.withColumn("stem", F.regexp_replace(part_of_path(-1), r"\.[^.]*$", ""))
        files = files.join(F.broadcast(boxes), "stem", "left")
    files = files.withColumn("breed", F.regexp_replace(part_of_path(-2), "^[^-]*-", ""))
    return prepare(
        files, size, channels=channels, input_col="content", crop=crop, resample=resample, handle_invalid=handle_invalid
    ).select("image", "breed", *(["cause"] if handle_invalid == "keep" else []))


def _folders(present: List[str], breeds: Sequence[str]) -> List[str]:
    """The folders of the given breeds. Raises ValueError if one is missing."""
    by_breed = {name.split("-", 1)[1]: name for name in present if "-" in name}
    if isinstance(breeds, str) or not all(breed in by_breed for breed in breeds):
        raise ValueError(
            f"`breeds` must be a list of folders' names after the first hyphen. Received: breeds={breeds!r}. "
            f"Choose from {', '.join(sorted(by_breed))}."
        )
    return [by_breed[breed] for breed in breeds] if breeds else list(by_breed.values())


def _boxes(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """`stem` (the file's name, unique among all breeds) and `box`: a row for each <bndbox>.

    Uses regular expressions because Spark's XPath fails the job at the first damaged file. Here such a file yields no
    box, or half of one, so only its photograph is invalid."""
    files = spark.read.text([literal(path) for path in paths], wholetext=True, recursiveFileLookup=True)
    # no backslash: its meaning changes if spark.sql.parser.escapedStringLiterals is set
    edges = ", ".join(f"regexp_extract_all(value, '<{edge}>[ \t\r\n]*([0-9.]+)')" for edge in _EDGES)
    return files.withColumn("path", F.input_file_name()).select(
        part_of_path(-1).alias("stem"), F.expr(f"explode(arrays_zip({edges}))").alias("edges")
    ).select("stem", F.expr("array(edges.`0`, edges.`1`, edges.`2`, edges.`3`)").cast("array<double>").alias("box"))
