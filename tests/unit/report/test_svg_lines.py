"""Line charts as SVG: where their points lie, what their axes say, and what they say in words."""

import numpy as np
import pytest
from html_reader import Page

from bigdl_gan.report.curve_points import Panel, curve_of
from bigdl_gan.report.svg_lines import legible, line_chart, short, ticks


def chart(y, *, x=None, scale="linear", label="a"):
    y = np.asarray(y, float)
    x = np.arange(1, len(y) + 1) if x is None else np.asarray(x, float)
    return Page(line_chart(Panel("Losses", [curve_of(label, x, y)], scale), "one").encode())


def lines(page):
    return [
        (attributes["class"], [tuple(map(float, pair.split(","))) for pair in attributes["points"].split()])
        for tag, attributes in page.tags if tag == "polyline"
    ]  # fmt: skip


def labels(page):
    return [text for path, text in page.texts if path[-1] == "text"]


def test_points_lie_where_the_axes_say():
    """A share of 1 is at the top, y = 10, and 0 at the bottom, 200; x from 50 (update 0) to 408 (the last)."""
    page = chart([1, 0.5, 0], x=[0, 5, 10], scale="share")
    assert lines(page) == [("smooth line-0", [(50, 10), (229, 105), (408, 200)])]
    assert labels(page) == ["0", "0.2", "0.4", "0.6", "0.8", "1", "0", "2", "4", "6", "8", "10"]
    assert len([1 for tag, _ in page.tags if tag == "circle"]) == 3  # few points are shown as such


def test_the_raw_curve_is_behind_the_smooth_one():
    found = lines(chart(np.tile([0.0, 1.0], 100)))
    assert [kind for kind, _ in found] == ["raw line-0", "smooth line-0"]
    raw, smooth = ([y for _, y in points] for _, points in found)
    assert max(raw) - min(raw) > 100 and max(smooth) - min(smooth) < 40  # window 9: 4/9 to 5/9


def test_a_spike_does_not_flatten_the_rest_and_is_told():
    page = chart([1e6, *np.linspace(1, 2, 999)])
    assert "1 value outside; the largest is 1,000,000" in page.text


def test_a_logarithmic_axis_if_allowed_and_useful():
    wide = np.geomspace(0.01, 1000, 50)
    assert "logarithmic axis" in chart(wide, scale="log").text and "logarithmic" not in chart(wide).text
    assert "logarithmic" not in chart(np.linspace(1, 40, 50), scale="log").text
    assert "logarithmic" not in chart([0, *wide], scale="log").text  # no logarithm of 0
    (_, raw), (_, smooth) = lines(chart(wide, scale="log"))
    steps = np.diff([y for _, y in raw])
    np.testing.assert_allclose(steps, steps.mean(), atol=0.11)  # a straight line, to the drawing's rounding


@pytest.mark.parametrize("y", [[3.0], [0.0], [-2.0, -2.0], [1e-300, 1e-300]])
def test_level_and_single_values(y):
    page = chart(y)
    ((_, points),) = lines(page)
    assert all(50 <= a <= 408 and 10 <= b <= 200 for a, b in points) and "nan" not in str(page.tags)


def test_those_who_cannot_see_it_are_told():
    page = chart([2.0, 1.0, 4.0], label="<loss>")
    (svg,) = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert svg["role"] == "img" and svg["aria-labelledby"] == "title-one desc-one"
    told = {path[-1]: text for path, text in page.texts}
    assert told["title"] == "Losses"
    assert told["desc"] == "<loss>: from 2 at update 1 to 4 at update 3; least 1, greatest 4."


@pytest.mark.parametrize("low, high, most, expected", [
    (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 1300, 7, [0, 200, 400, 600, 800, 1000, 1200]),
    (-3, 4, 5, [-2, 0, 2, 4]), (0.3, 0.31, 5, [0.3, 0.305, 0.31]), (7, 7, 5, [7]),
])  # fmt: skip
def test_ticks(low, high, most, expected):
    np.testing.assert_allclose(ticks(low, high, most=most), expected, rtol=1e-12, atol=1e-12)


def test_numbers():
    assert [short(value) for value in (0, 0.25, 1200, 12_500, 3e6, 2e9)] == ["0", "0.25", "1200", "12.5k", "3M", "2G"]
    assert [legible(value) for value in (0.0012345, 999.4, 1234.5, -2e6, 1e12)] == [
        "0.00123", "999", "1,234", "-2,000,000", "1e+12",
    ]  # fmt: skip
