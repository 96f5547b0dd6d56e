"""Image rows and pixels: Spark's image struct, NumPy arrays and picture files."""

from bigdl_gan.images.grid import grid, png, write_grid
from bigdl_gan.images.prepare import prepare
from bigdl_gan.images.schema import (
    CV_8UC1,
    CV_8UC3,
    IMAGE_SCHEMA,
    check_image_column,
    from_array,
    image_column,
    is_image_type,
    to_array,
)

__all__ = [
    "CV_8UC1", "CV_8UC3", "IMAGE_SCHEMA", "check_image_column", "from_array", "grid", "image_column", "is_image_type",
    "png", "prepare", "to_array", "write_grid",
]  # fmt: skip
