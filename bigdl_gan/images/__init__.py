"""Image rows and pixels: Spark's image struct, NumPy arrays and picture files."""

from bigdl_gan.images.array_frames import from_numpy
from bigdl_gan.images.contact_sheet import grid, png, write_grid
from bigdl_gan.images.picture_files import Written, gif, show, to_numpy, write_gif, write_jpeg, write_png
from bigdl_gan.images.preparation import prepare
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
    "CV_8UC1", "CV_8UC3", "IMAGE_SCHEMA", "Written", "check_image_column", "from_array", "from_numpy", "gif", "grid",
    "image_column", "is_image_type", "png", "prepare", "show", "to_array", "to_numpy", "write_gif", "write_grid",
    "write_jpeg", "write_png",
]  # fmt: skip
