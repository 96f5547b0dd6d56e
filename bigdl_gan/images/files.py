"""Images as picture files, one a row, written by the executors; and as films, arrays and displays on the driver."""

import io
from typing import Any, List, NamedTuple

import numpy as np
from PIL import Image
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan import _files, _jvm
from bigdl_gan.images.grid import grid, stack
from bigdl_gan.images.schema import check_image_column, quoted, to_array


class Written(NamedTuple):
    """What `write_png` and `write_jpeg` did: files written now, and files that were there already."""

    new: int
    already: int


def write_png(df: DataFrame, folder: str, *, nameCol: str = "id", imageCol: str = "image") -> Written:
    """Write each image as `<name>.png`, from the executors.

    What is there is complete, and stays: after a failure, the same call writes the rest.

    Args:
        folder: of any file system Hadoop reaches; made where there is none.
        nameCol: names of the files without suffix, each one once; strings or integers.
    Raises:
        ValueError: no such columns.
        TypeError: `imageCol` holds no image structs.
        RuntimeError: a name is null or no file's name, an image is broken, two rows have one name (seen where their
            pictures differ in size), or the file system refuses."""
    return _write(df, folder, nameCol, imageCol, kind=("png", "png"), quality=1.0)


def write_jpeg(
    df: DataFrame, folder: str, *, nameCol: str = "id", imageCol: str = "image", quality: float = 0.9
) -> Written:
    """`write_png` for `<name>.jpg`, with a quality from 0 to 1."""
    if not 0 <= quality <= 1:
        raise ValueError(f"`quality` must be from 0 to 1. Received: quality={quality}.")
    return _write(df, folder, nameCol, imageCol, kind=("jpeg", "jpg"), quality=quality)


def _write(df: DataFrame, folder: str, name_col: str, image_col: str, *, kind: Any, quality: float) -> Written:
    _jvm.refuse_connect(df)
    check_image_column(df, image_col)
    if name_col not in df.columns:
        raise ValueError(
            f"`nameCol` must name a column of the DataFrame. Received: nameCol={name_col!r}, columns: "
            f"{', '.join(df.columns)}."
        )
    rows = df.select(F.col(quoted(name_col)).cast("string"), F.col(quoted(image_col)))
    format, extension = kind
    new, already = _jvm.call("writePictures", _jvm.java_frame(rows), folder, format, extension, quality)
    return Written(new, already)


def to_numpy(df: DataFrame, *, imageCol: str = "image") -> np.ndarray:
    """All images, collected to the driver; in the order of `id` where there is such a column.

    Returns:
        uint8 (N, H, W, C), C = 1 grey or C = 3 in the order red, green, blue.
    Raises:
        ValueError: no such column; an empty DataFrame; images of different shapes.
        TypeError: the column holds no image structs."""
    check_image_column(df, imageCol)
    ordered = df.orderBy("id") if "id" in df.columns else df
    return stack([to_array(row[0]) for row in ordered.select(quoted(imageCol)).collect()], imageCol)


def write_gif(df: DataFrame, path: str, *, imageCol: str = "image", milliseconds: int = 100) -> None:
    """Write the images as the frames of an endless GIF, in the order of `id` where there is such a column.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
        milliseconds: how long a frame stays.
    Raises: as `to_numpy`."""
    if milliseconds < 1:
        raise ValueError(f"`milliseconds` must be at least 1. Received: milliseconds={milliseconds}.")
    frames = to_numpy(df, imageCol=imageCol)
    _files.write(path, gif(list(frames), [milliseconds] * len(frames)))


def gif(pictures: List[np.ndarray], milliseconds: List[int], *, comment: str = "") -> bytes:
    """An endless GIF of pictures, uint8 (H, W, C), each shown for so long; the comment is kept in the file."""
    frames = [Image.fromarray(p[:, :, 0] if p.shape[2] == 1 else p) for p in pictures]
    stream = io.BytesIO()
    options = {"comment": comment} if comment else {}
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0, **options)
    return stream.getvalue()


def show(df: DataFrame, *, rows: int = 4, cols: int = 8, imageCol: str = "image", scale: int = 1) -> Image.Image:
    """Display the first rows x cols images as a grid, in a notebook; elsewhere only the picture is returned.

    Args:
        scale: screen pixels for each pixel, in both directions.
    Returns:
        The picture, which has `save` and `show`.
    Raises: as `to_numpy`, and ValueError where rows, cols or scale are below 1."""
    if scale < 1:
        raise ValueError(f"`scale` must be at least 1. Received: scale={scale}.")
    ordered = df.orderBy("id") if "id" in df.columns else df
    pixels = grid(to_numpy(ordered.limit(max(rows * cols, 1)), imageCol=imageCol), rows=rows, cols=cols)
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    picture = picture.resize((picture.width * scale, picture.height * scale), Image.NEAREST)
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return picture
    if get_ipython() is not None:
        display(picture)
    return picture
