"""Contact sheets: many images in one picture file."""

import io
from typing import Sequence, Tuple

import numpy as np
from PIL import Image
from pyspark.sql import DataFrame

from bigdl_gan.images.schema import check_image_column, quoted, to_array
from bigdl_gan.jvm import bridge, driver_files
from bigdl_gan.params.values import to_integer


def grid(images: np.ndarray, *, rows: int, cols: int, padding: int = 2) -> np.ndarray:
    """Tile images into one picture, row by row, on black; cells without an image stay black.

    Args:
        images: uint8 (N, H, W, C), N at most rows x cols.
        padding: pixels between cells and around them.
    Returns:
        uint8 (rows x (H + padding) + padding, cols x (W + padding) + padding, C).
    Raises:
        ValueError: rows or cols below 1, padding below 0, no image, or more images than cells.
        TypeError: one of these numbers is not an integer."""
    rows, cols, padding = check_layout(rows, cols, padding=padding)
    if images.ndim != 4 or not 1 <= len(images) <= rows * cols:
        raise ValueError(
            f"`images` must be (N, H, W, C) with 1 to rows x cols = {rows * cols} images. Received: {images.shape}."
        )
    _, height, width, channels = images.shape
    shape = (rows * (height + padding) + padding, cols * (width + padding) + padding, channels)
    picture = np.zeros(shape, np.uint8)
    for index, image in enumerate(images):
        top = padding + index // cols * (height + padding)
        left = padding + index % cols * (width + padding)
        picture[top:top + height, left:left + width] = image
    return picture


def write_grid(
    df: DataFrame, path: str, *, rows: int = 8, cols: int = 8, image_col: str = "image", padding: int = 2
) -> None:
    """Write the first rows x cols images as one PNG, replacing a file of that name.

    "First" means the lowest `id` if there is such a column, else the DataFrame's own order. Collects only those images
    to the driver.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches (hdfs://..., s3a://...). Its folder is created.
    Raises:
        ValueError: no such column; an empty DataFrame; images of different shapes; rows, cols or padding out of range.
        TypeError: the column holds no image structs, or one of these numbers is not an integer.
        OSError: the file system refuses."""
    rows, cols, padding = check_layout(rows, cols, padding=padding)
    bridge.check_frame(df, "images.write_grid")
    bridge.refuse_stream(df, "Take its batches, in writeStream.foreachBatch(...).")
    check_image_column(df, image_col)
    ordered = df.orderBy("id") if "id" in df.columns else df
    arrays = [to_array(row[0]) for row in ordered.select(quoted(image_col)).limit(rows * cols).collect()]
    driver_files.write(path, png(grid(stack(arrays, image_col), rows=rows, cols=cols, padding=padding)))


def check_layout(rows: int, cols: int, *, padding: int = 0) -> Tuple[int, int, int]:
    """The numbers that describe a grid. Raises ValueError or TypeError if one breaks its rule."""
    return to_integer("rows", rows, least=1), to_integer("cols", cols, least=1), to_integer("padding", padding, least=0)


def stack(arrays: Sequence[np.ndarray], image_col: str) -> np.ndarray:
    """Images (H, W, C) as (N, H, W, C). Raises ValueError if there are none, or if their shapes differ."""
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) != 1:
        received = f"shapes {shapes[0]} and {shapes[1]}" if shapes else "an empty DataFrame"
        raise ValueError(f"`{image_col}` must hold images of one height, width and channels. Received: {received}.")
    return np.stack(arrays)


def png(picture: np.ndarray) -> bytes:
    """A PNG file of a picture, uint8 (H, W, C), C = 1 grey or C = 3 in the order red, green, blue."""
    pixels = picture[:, :, 0] if picture.shape[2] == 1 else picture
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG")
    return stream.getvalue()
