"""Images as picture files, one a row, written by the executors; and as films, arrays and grids on the driver."""

import io
from typing import Any, List, NamedTuple, Union

import numpy as np
from PIL import Image
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.contact_sheet import check_layout, grid, stack
from bigdl_gan.images.schema import check_image_column, quoted, to_array
from bigdl_gan.jvm import bridge, driver_files
from bigdl_gan.params.values import check_one_of, to_integer, to_number

_SHOWN_WIDTH = 600  # screen pixels
_MOST_MILLISECONDS = 655_350  # of a GIF's frame: 16 bits of hundredths of a second
WRITE_MODES = ("error", "resume", "overwrite")


class Written(NamedTuple):
    """What `write_png` and `write_jpeg` did: the number of files that are new, and of those that were there already:
    they stayed with mode="resume", were replaced with "overwrite", and are none with "error"."""

    new: int
    already: int


def write_png(
    df: DataFrame, folder: str, *, nameCol: str = "id", imageCol: str = "image", mode: str = "error"
) -> Written:
    """Write each image as `<name>.png`, from the executors.

    A file that has its name is complete. After a failure, some files are written; mode="resume" writes the rest.

    Args:
        folder: of any file system Hadoop reaches; made where there is none. Other files in it do not matter.
        nameCol: names of the files without suffix, each one once; strings or integers.
        mode: what to do with a row whose file was there before the call. "error": fail; files of other rows may have
            been written by then. "resume": leave it, if it is as long as this row's picture, and fail else.
            "overwrite": replace it; it is whole at any moment (on object stores and where Hadoop's FileContext is not
            supported, there may be none for a moment), and stays where the new one cannot be written.
    Raises:
        ValueError: no such columns or mode; a name is null or no file's name, an image is null or broken, two rows
            have one name.
        TypeError: `imageCol` holds no image structs.
        FileExistsError: a file is there, as `mode` says. It is left as it was.
        OSError: the file system refuses.
        RuntimeError: the images cannot be computed."""
    return _write(df, folder, nameCol, imageCol, kind=("png", "png", 1.0), mode=mode)


def write_jpeg(
    df: DataFrame, folder: str, *, nameCol: str = "id", imageCol: str = "image", quality: float = 0.9,
    mode: str = "error",
) -> Written:  # fmt: skip
    """`write_png` for `<name>.jpg`, with a quality from 0 to 1."""
    quality = to_number("quality", quality, least=0, most=1)
    return _write(df, folder, nameCol, imageCol, kind=("jpeg", "jpg", quality), mode=mode)


def _write(df: DataFrame, folder: str, name_col: str, image_col: str, *, kind: Any, mode: str) -> Written:
    """`kind`: the format, the files' suffix, the quality."""
    bridge.refuse_connect(df)
    bridge.refuse_stream(df, "Write its batches, in writeStream.foreachBatch(...).")
    check_one_of("mode", mode, WRITE_MODES)
    check_image_column(df, image_col)
    if name_col not in df.columns:
        raise ValueError(
            f"`nameCol` must name a column of the DataFrame. Received: nameCol={name_col!r}, columns: "
            f"{', '.join(df.columns)}."
        )
    rows = df.select(F.col(quoted(name_col)).cast("string").alias("name"), F.col(quoted(image_col)).alias("image"))
    done = bridge.call_json("writePictures", bridge.java_frame(rows), folder, *kind, mode)
    if done.get("kind") == "exists":
        raise FileExistsError(f"{done['message']} {_REMEDIES[mode]}")
    if done.get("kind") == "file system":
        raise OSError(done["message"])
    if done.get("kind") == "row":
        raise ValueError(done["message"])
    return Written(done["new"], done["already"])


_REMEDIES = {
    "error": 'Use mode="resume" to write what is missing, mode="overwrite" to replace it, or another folder.',
    "resume": 'Use mode="overwrite" to replace it, or another folder.',
    "overwrite": "Delete it, or use another folder.",
}


def to_numpy(df: DataFrame, *, imageCol: str = "image") -> np.ndarray:
    """All images, collected to the driver; in the order of `id` where there is such a column.

    Returns:
        uint8 (N, H, W, C), C = 1 grey or C = 3 in the order red, green, blue.
    Raises:
        ValueError: no such column; an empty DataFrame; images of different shapes.
        TypeError: the column holds no image structs."""
    bridge.refuse_stream(df, "Take its batches, in writeStream.foreachBatch(...).")
    check_image_column(df, imageCol)
    ordered = df.orderBy("id") if "id" in df.columns else df
    return stack([to_array(row[0]) for row in ordered.select(quoted(imageCol)).collect()], imageCol)


def write_gif(df: DataFrame, path: str, *, imageCol: str = "image", milliseconds: int = 100) -> None:
    """Write the images as the frames of an endless GIF, in the order of `id` where there is such a column.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
        milliseconds: how long a frame stays, an integer.
    Raises: as `to_numpy`; OSError where the file system refuses."""
    milliseconds = to_integer("milliseconds", milliseconds, least=1, most=_MOST_MILLISECONDS)
    frames = to_numpy(df, imageCol=imageCol)
    driver_files.write(path, gif(list(frames), [milliseconds] * len(frames)))


def gif(pictures: List[np.ndarray], milliseconds: List[int], *, comment: str = "") -> bytes:
    """An endless GIF of pictures, uint8 (H, W, C), each shown for so long; the comment is kept in the file."""
    frames = [Image.fromarray(p[:, :, 0] if p.shape[2] == 1 else p) for p in pictures]
    stream = io.BytesIO()
    options = {"comment": comment} if comment else {}
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0, **options)
    return stream.getvalue()


def show(
    df: DataFrame, *, rows: int = 4, cols: int = 8, imageCol: str = "image", scale: Union[int, str] = "auto"
) -> Image.Image:
    """The first rows x cols images as a grid; a notebook displays it where it is a cell's last line.

    Elsewhere in a cell, as in a loop: `display(images.show(df))`.

    Args:
        scale: screen pixels for each pixel, in both directions. "auto": as many as make the grid up to 600 wide, 1 at
            least.
    Returns:
        The picture, which has `save` and `show`.
    Raises: as `to_numpy`, and ValueError or TypeError where rows, cols or scale are no integers from 1 on."""
    rows, cols, _ = check_layout(rows, cols)
    factor = 0 if scale == "auto" else to_integer("scale", scale, least=1)
    ordered = df.orderBy("id") if "id" in df.columns else df
    pixels = grid(to_numpy(ordered.limit(rows * cols), imageCol=imageCol), rows=rows, cols=cols)
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    factor = factor or max(1, _SHOWN_WIDTH // picture.width)
    return picture.resize((picture.width * factor, picture.height * factor), Image.NEAREST)  # type: ignore[attr-defined]
