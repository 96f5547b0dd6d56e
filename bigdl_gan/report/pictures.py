"""Pictures for a page: of pixels or of files, no larger than a page can use."""

import io
from typing import NamedTuple, Tuple

import numpy as np
from PIL import Image

from bigdl_gan.images import png
from bigdl_gan.report.markup import Markup
from bigdl_gan.report.page import picture

_WIDEST = 1000  # pixels; a wider picture is made smaller
_COARSE = 600  # narrower pictures show their pixels if they are enlarged
_KINDS = {"PNG": "png", "GIF": "gif"}
MOST_BYTES = 16 << 20  # of one file
_MOST_PIXELS = 64_000_000  # a small file may hold many


class Picture(NamedTuple):
    """A picture file.

    Attributes:
        kind: "png" or "gif".
        size: width and height in pixels."""

    data: bytes
    kind: str
    size: Tuple[int, int]

    def shown(self, alt: str) -> Markup:
        """The picture as HTML; `alt` says what it shows."""
        width, height = self.size
        return picture(self.data, alt=alt, width=width, height=height, kind=self.kind, is_coarse=width < _COARSE)


def of_pixels(pixels: np.ndarray) -> Picture:
    """A PNG of uint8 (H, W, C), C = 1 grey or C = 3 in the order red, green, blue."""
    return of_file(png(pixels))


def of_file(data: bytes) -> Picture:
    """A PNG, made smaller if it is wide, or a GIF as it is.

    Raises:
        ValueError: neither a PNG nor a GIF, damaged, or too large."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"it has {len(data):,} bytes, more than {MOST_BYTES:,}")
    try:
        with Image.open(io.BytesIO(data), formats=list(_KINDS)) as image:
            kind, size = _KINDS[str(image.format)], image.size
            if size[0] * size[1] > _MOST_PIXELS:
                raise ValueError(f"it has {size[0]} x {size[1]} pixels, more than {_MOST_PIXELS:,}")
            image.load()
            if kind == "gif" or size[0] <= _WIDEST:
                return Picture(data, kind, size)
            smaller = image.convert("L" if image.mode == "L" else "RGB")
            size = (_WIDEST, max(1, round(size[1] * _WIDEST / size[0])))
            stream = io.BytesIO()
            smaller.resize(size, Image.LANCZOS).save(stream, "PNG")  # type: ignore[attr-defined]
            return Picture(stream.getvalue(), "png", size)
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"it is no complete picture ({error})") from error
