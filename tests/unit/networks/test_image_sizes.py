"""Which sizes the ready-made networks can have."""

import re

import pytest

from bigdl_gan.networks.image_sizes import to_start

OF_THE_ISSUE = sorted({m * 2**n for m in (3, 4, 5, 6, 7) for n in range(8) if 16 <= m * 2**n <= 256})


def test_every_pair_of_sides_of_3_to_7_times_a_power_of_two():
    assert len(OF_THE_ISSUE) == 17
    for height in OF_THE_ISSUE:
        for width in OF_THE_ISSUE:
            start = to_start((height, width))
            assert 4 <= min(start.rows, start.columns) <= 7
            times = 2**start.n_halvings
            assert (start.rows * times, start.columns * times) == (start.height, start.width) == (height, width)


@pytest.mark.parametrize("size, start", [
    (16, (4, 4, 2)), (28, (7, 7, 2)), (32, (4, 4, 3)), (48, (6, 6, 3)), (64, (4, 4, 4)), (96, (6, 6, 4)),
    (128, (4, 4, 5)), (160, (5, 5, 5)), (256, (4, 4, 6)), ((96, 64), (6, 4, 4)), ((64, 96), (4, 6, 4)),
    ((16, 256), (4, 64, 2)), ((44, 16), (11, 4, 2)),
])  # fmt: skip
def test_starts(size, start):
    found = to_start(size)
    assert (found.rows, found.columns, found.n_halvings) == start


@pytest.mark.parametrize("size, remedy", [
    (15, "16"), (17, "16 or 20"), (50, "48 or 56"), (44, "40 or 48"), (250, "224 or 256"), (300, "256"),
    ((50, 50), "(48, 48) or (56, 56)"), ((100, 64), "(96, 64) or (112, 64)"), ((64, 100), "(64, 96) or (64, 112)"),
    ((255, 100), "(256, 96) or (256, 112)"),
])  # fmt: skip
def test_the_message_names_the_nearest_sizes(size, remedy):
    message = (
        "`image_size` must be from 16 to 256 pixels, its smaller side 4, 5, 6 or 7 times a power of two, its larger "
        f"one a multiple of that power. Received: image_size={size!r}. Use {remedy}."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        to_start(size)


@pytest.mark.parametrize("size", [1, 8, 21, 1000, (1, 1000), (33, 250), (200, 201)])
def test_sizes_that_messages_name_work(size):
    with pytest.raises(ValueError, match="Use ") as refused:
        to_start(size)
    named = re.findall(r"\(\d+, \d+\)|\d+", str(refused.value).split("Use ")[1])
    assert named
    for text in named:
        to_start(tuple(map(int, text.strip("()").split(", "))) if "(" in text else int(text))


@pytest.mark.parametrize("size, message", [
    (64.0, "`image_size` must be an integer from 1 on. Received: image_size=64.0. Pass 64."),
    ((64, "64"), "`image_size[1]` must be an integer from 1 on. Received: image_size[1]='64'."),
])  # fmt: skip
def test_no_integers(size, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        to_start(size)
