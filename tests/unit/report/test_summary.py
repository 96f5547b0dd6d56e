"""What a model prints."""

import re
import xml.etree.ElementTree as ET

import pytest

from bigdl_gan.report import summary

SHAPES = {"inputShape": [100], "outputShape": [1, 28, 28], "weights": 3}


def row(iteration, generator, discriminator):
    return {"iteration": iteration, "loss/generator": generator, "loss/discriminator": discriminator}


HISTORY = [row(390, 3.0, 1.0), row(780, 1.0234, 0.6149)]


@pytest.mark.parametrize(
    "shapes, history, expected",
    [
        (SHAPES, HISTORY, "images (1, 28, 28), latents (100,), update 780, loss G 1.02 D 0.615"),
        (SHAPES, [], "images (1, 28, 28), latents (100,), update 0"),
        (SHAPES, [{"iteration": 4, "loss/discriminator": float("nan")}],
         "images (1, 28, 28), latents (100,), update 4, loss D nan"),
        ({}, HISTORY, "update 780, loss G 1.02 D 0.615"),
        (None, [], "generator unset, update 0"),
    ],
)  # fmt: skip
def test_the_line(shapes, history, expected):
    assert summary.line("GAN_1", shapes, history) == f"GANModel: uid=GAN_1, {expected}"


def test_html_says_the_same():
    page = ET.fromstring(summary.as_html("<&>", SHAPES, HISTORY))
    assert page.find("code").text == "<&>"
    told = {line[0].text: line[1].text for line in page.iter("tr")}
    assert told == {"images": "(1, 28, 28)", "latents": "(100,)", "update": "780", "loss": "G 1.02 D 0.615"}


def test_the_curves_lie_on_one_scale():
    picture = ET.fromstring(f"<p>{summary.sparkline([row(0, 5, 1), row(30, 3, 1), row(40, 1, 5)])}</p>")
    texts = [line.get("points") for line in picture.iter("polyline")]
    points = [[tuple(map(float, point.split(","))) for point in text.split()] for text in texts]
    # 240 x 48 pixels, y downwards: update 30 of 40 is at 180, a loss of 3 between 1 and 5 at 24
    assert points == [[(0, 0), (180, 24), (240, 48)], [(0, 48), (180, 48), (240, 0)]]
    assert [line[0].text for line in picture.iter("polyline")] == ["loss G", "loss D"]


@pytest.mark.parametrize("history", [[], [row(1, 2, 3)], [{"iteration": 1}, {"iteration": 2}]], ids=len)
def test_nothing_to_draw(history):
    assert summary.sparkline(history) == ""
    assert "<svg" not in summary.as_html("GAN_1", None, history)


def test_level_losses_and_gaps():
    level = summary.sparkline([row(1, 2, 2), row(2, float("inf"), 2), row(3, 2, 2)])
    assert re.findall('points="([^"]*)"', level) == ["0.0,0.0 240.0,0.0", "0.0,0.0 120.0,0.0 240.0,0.0"]


def test_a_long_history_stays_small():
    assert len(summary.as_html("GAN_1", SHAPES, [row(i, i, -i) for i in range(20_000)])) < 10_000
