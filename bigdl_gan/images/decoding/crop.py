"""Computes which part of a picture to keep, in whole pixels; reads no pixel."""

from typing import Sequence, Tuple, Union

Box = Tuple[int, int, int, int]  # left, top, right, bottom; right and bottom excluded
Size = Tuple[int, int]  # height, width

CROPS = ("center", "none", "box")


class InvalidImage(ValueError):
    """A picture that cannot be used; the message is the cause, in one line."""


def crop_box(picture: Size, target: Size, crop: Union[str, int], box: Sequence[float]) -> Box:
    """The part of a picture that is resized to the target.

    Args:
        picture: size in pixels, upright.
        target: the target's size; only its proportions count.
        crop: "center": the largest centred part with the target's proportions; "none": all of it; a number: the centred
            square with sides of that many pixels; "box": the smallest part with the target's proportions around `box`,
            moved inside the picture, and shrunk if the picture is too small for it.
        box: left, top, right, bottom in pixels; used only by "box".
    Raises:
        InvalidImage: the picture is smaller than the square, or the box is empty or outside the picture."""
    height, width = picture
    if crop == "none":
        return 0, 0, width, height
    if crop == "center":
        return _centred(picture, _largest(picture, target))
    if crop == "box":
        return _around(picture, target, box)
    if int(crop) > min(picture):
        raise InvalidImage(f"{width}x{height} pixels, smaller than the crop of {crop}")
    return _centred(picture, (int(crop), int(crop)))


def _largest(picture: Size, target: Size) -> Size:
    """The largest size with the target's proportions that fits into the picture."""
    scale = min(picture[0] / target[0], picture[1] / target[1])
    return max(1, round(target[0] * scale)), max(1, round(target[1] * scale))


def _centred(picture: Size, part: Size) -> Box:
    top, left = (picture[0] - part[0]) // 2, (picture[1] - part[1]) // 2
    return left, top, left + part[1], top + part[0]


def _around(picture: Size, target: Size, box: Sequence[float]) -> Box:
    height, width = picture
    left, top, right, bottom = box
    shown = (max(left, 0), max(top, 0), min(right, width), min(bottom, height))
    if not (shown[0] < shown[2] and shown[1] < shown[3]):  # written with `not` to refuse a NaN too
        raise InvalidImage(f"box {tuple(box)} is empty or outside the {width}x{height} pixels")
    left, top, right, bottom = shown
    scale = max((bottom - top) / target[0], (right - left) / target[1])
    part = (max(1, round(target[0] * scale)), max(1, round(target[1] * scale)))
    if part[0] > height or part[1] > width:
        part = _largest(picture, target)
    start_x = min(max(round((left + right - part[1]) / 2), 0), width - part[1])
    start_y = min(max(round((top + bottom - part[0]) / 2), 0), height - part[0])
    return start_x, start_y, start_x + part[1], start_y + part[0]
