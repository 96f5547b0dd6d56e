"""Writes images as picture files, one per row, on the executors; makes GIFs, arrays and grids on the driver."""

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
_MOST_MILLISECONDS = 655_350  # a GIF stores a frame's duration in 16 bits, as hundredths of a second
WRITE_MODES = ("error", "resume", "overwrite")


class Written(NamedTuple):
    """The result of `write_png` and `write_jpeg`: how many files are new, and how many existed already.

    mode="resume" kept the existing ones, "overwrite" replaced them; with "error" there are none."""

    new: int
    already: int


def write_png(
    df: DataFrame, folder: str, *, name_col: str = "id", image_col: str = "image", mode: str = "error"
) -> Written:
    """Write each image as `<name>.png`, from the executors.

    A file under its final name is always complete. If the call fails, some files may have been written already;
    mode="resume" writes the rest.

    Args:
        folder: on any file system Hadoop reaches; created if missing. Other files in it do not matter.
        name_col: the files' names without suffix, unique; strings or integers.
        mode: what to do with a row whose file existed before the call. "error": fail; other rows' files may have been
            written by then. "resume": keep the file if it has the length of this row's picture, else fail.
            "overwrite": replace the file. It is complete at any moment, and stays if the new one cannot be written. On
            object stores, and if Hadoop's FileContext is not supported, it may be missing for a moment.
    Raises:
        ValueError: no such columns or mode; a name is null or not a valid file name; an image is null or damaged; two
            rows have the same name.
        TypeError: `image_col` holds no image structs.
        FileExistsError: a file exists that `mode` does not allow. It is left unchanged.
        OSError: the file system refuses.
        RuntimeError: the images cannot be computed."""
    return _write(df, folder, name_col, image_col, kind=("png", "png", 1.0), mode=mode)


def write_jpeg(
    df: DataFrame, folder: str, *, name_col: str = "id", image_col: str = "image", quality: float = 0.9,
    mode: str = "error",
) -> Written:  # fmt: skip
    """`write_png` for `<name>.jpg`, with a quality from 0 to 1."""
    quality = to_number("quality", quality, least=0, most=1)
    return _write(df, folder, name_col, image_col, kind=("jpeg", "jpg", quality), mode=mode)


def _write(df: DataFrame, folder: str, name_col: str, image_col: str, *, kind: Any, mode: str) -> Written:
    """`kind`: the format, the files' suffix, the quality."""
    bridge.check_frame(df, f"images.write_{kind[0]}")
    bridge.refuse_stream(df, "Write its batches, in writeStream.foreachBatch(...).")
    check_one_of("mode", mode, WRITE_MODES)
    check_image_column(df, image_col)
    if name_col not in df.columns:
        raise ValueError(
            f"`name_col` must name a column of the DataFrame. Received: name_col={name_col!r}, columns: "
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


def to_numpy(df: DataFrame, *, image_col: str = "image") -> np.ndarray:
    """All images, collected to the driver, ordered by `id` if there is such a column.

    Returns:
        uint8 (N, H, W, C), C = 1 grey or C = 3 in the order red, green, blue.
    Raises:
        ValueError: no such column; an empty DataFrame; images of different shapes.
        TypeError: the column holds no image structs."""
    _check_readable(df, "images.to_numpy", image_col)
    ordered = df.orderBy("id") if "id" in df.columns else df
    return stack([to_array(row[0]) for row in ordered.select(quoted(image_col)).collect()], image_col)


def _check_readable(df: DataFrame, taker: str, image_col: str) -> None:
    bridge.check_frame(df, taker)
    bridge.refuse_stream(df, "Take its batches, in writeStream.foreachBatch(...).")
    check_image_column(df, image_col)


def write_gif(df: DataFrame, path: str, *, image_col: str = "image", milliseconds: int = 100) -> None:
    """Write the images as the frames of a looping GIF, ordered by `id` if there is such a column.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
        milliseconds: how long each frame stays, an integer.
    Raises: as `to_numpy`; OSError if the file system refuses."""
    milliseconds = to_integer("milliseconds", milliseconds, least=1, most=_MOST_MILLISECONDS)
    _check_readable(df, "images.write_gif", image_col)
    frames = to_numpy(df, image_col=image_col)
    driver_files.write(path, gif(list(frames), [milliseconds] * len(frames)))


def gif(pictures: List[np.ndarray], milliseconds: List[int], *, comment: str = "") -> bytes:
    """A looping GIF of pictures, uint8 (H, W, C), each shown for its milliseconds; stores the comment in the file."""
    frames = [Image.fromarray(p[:, :, 0] if p.shape[2] == 1 else p) for p in pictures]
    stream = io.BytesIO()
    options = {"comment": comment} if comment else {}
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0, **options)
    return stream.getvalue()


def show(
    df: DataFrame, *, rows: int = 4, cols: int = 8, image_col: str = "image", scale: Union[int, str] = "auto"
) -> Image.Image:
    """The first rows x cols images as a grid. A notebook displays it if the call is the cell's last line.

    Elsewhere in a cell, for example in a loop, write `display(images.show(df))`.

    Args:
        scale: screen pixels for each pixel, in both directions. "auto": as many as keep the grid within 600 pixels'
            width, but at least 1.
    Returns:
        The picture, which has `save` and `show`.
    Raises: as `to_numpy`; ValueError or TypeError if rows, cols or scale is not an integer of at least 1."""
    rows, cols, _ = check_layout(rows, cols)
    factor = 0 if scale == "auto" else to_integer("scale", scale, least=1)
    _check_readable(df, "images.show", image_col)
    ordered = df.orderBy("id") if "id" in df.columns else df
    pixels = grid(to_numpy(ordered.limit(rows * cols), image_col=image_col), rows=rows, cols=cols)
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    factor = factor or max(1, _SHOWN_WIDTH // picture.width)
    return picture.resize((picture.width * factor, picture.height * factor), Image.NEAREST)  # type: ignore[attr-defined]
