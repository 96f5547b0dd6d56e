import pytest

from bigdl_gan.images.decoding.crop import InvalidImage, crop_box


@pytest.mark.parametrize(
    "picture, target, crop, expected",  # sizes are (height, width), boxes (left, top, right, bottom)
    [
        ((218, 178), (64, 64), 108, (35, 55, 143, 163)),  # CelebA's usual crop
        ((218, 178), (64, 64), "center", (0, 20, 178, 198)),
        ((100, 300), (32, 64), "center", (50, 0, 250, 100)),  # twice as wide as high
        ((100, 300), (32, 64), "none", (0, 0, 300, 100)),
        ((2, 2), (64, 64), "center", (0, 0, 2, 2)),
    ],
)
def test_without_a_box(picture, target, crop, expected):
    assert crop_box(picture, target, crop, ()) == expected


@pytest.mark.parametrize(
    "box, expected",
    [
        ((40, 50, 60, 70), (40, 50, 60, 70)),  # square already
        ((40, 50, 60, 90), (30, 50, 70, 90)),  # widened to both sides
        ((0, 50, 20, 90), (0, 50, 40, 90)),  # widened only to the right: the picture ends on the left
        ((190, 50, 200, 90), (160, 50, 200, 90)),
        ((10, 0, 190, 20), (50, 0, 150, 100)),  # the part would be larger than the picture: shrunk
        ((-50, -50, 30, 30), (0, 0, 30, 30)),  # what lies outside does not count
    ],
)
def test_around_a_box(box, expected):
    assert crop_box((100, 200), (64, 64), "box", box) == expected


@pytest.mark.parametrize(
    "crop, box, message",
    [
        (101, (), "200x100 pixels, smaller than the crop of 101"),
        ("box", (5, 5, 5, 9), "empty or outside the 200x100 pixels"),
        ("box", (9, 9, 5, 5), "empty or outside"),
        ("box", (200, 0, 210, 10), "empty or outside"),
        ("box", (float("nan"), 0, 10, 10), "empty or outside"),
    ],
)
def test_refuses(crop, box, message):
    with pytest.raises(InvalidImage, match=message):
        crop_box((100, 200), (64, 64), crop, box)
