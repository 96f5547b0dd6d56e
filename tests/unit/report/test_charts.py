import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from bigdl_gan import charts

HISTORY = [
    {"iteration": i, "loss/generator": 1.0 + i, "loss/discriminator": 0.5, "accuracy/real": 0.9, "accuracy/fake": 0.8}
    for i in (1, 2, 3)
]


def panel(figure, label):
    """The axes with this label on the left."""
    (axes,) = [axes for axes in figure.axes if axes.get_ylabel() == label]
    return axes


def lines(figure):
    """Panel -> curve -> its points."""
    return {
        axes.get_ylabel(): {line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()}
        for axes in figure.axes
    }


def test_the_curves():
    assert lines(charts.curves(HISTORY)) == {
        "loss": {"generator": [[1, 2], [2, 3], [3, 4]], "discriminator": [[1, 0.5], [2, 0.5], [3, 0.5]]},
        "discriminator's probability": {},
        "discriminator's accuracy": {
            "on real images": [[1, 0.9], [2, 0.9], [3, 0.9]],
            "on generated images": [[1, 0.8], [2, 0.8], [3, 0.8]],
        },
        "gradient norm": {},
    }


def test_each_statistic_has_its_curve():
    names = ["probability/real", "probability/fake", "gradient_norm/generator", "gradient_norm/discriminator"]
    row = {"iteration": 7, "loss/generator": 0.1, **{name: 0.2 + i for i, name in enumerate(names)}}
    found = lines(charts.curves([row]))
    assert found["discriminator's probability"] == {"D(x)": [[7, 0.2]], "D(G(z))": [[7, 1.2]]}
    assert found["gradient norm"] == {"generator": [[7, 2.2]], "discriminator": [[7, 3.2]]}


def test_labels_and_limits():
    figure = charts.curves(HISTORY)
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "", "generator updates", "generator updates"]
    for label in ("discriminator's probability", "discriminator's accuracy"):
        assert panel(figure, label).get_ylim() == (-0.02, 1.02)
    low, high = panel(figure, "loss").get_ylim()
    assert low < 0.5 and high > 4  # all of the losses, which have no bounds
    told = [text.get_text() for text in panel(figure, "loss").get_legend().get_texts()]
    assert told == ["generator", "discriminator"] and panel(figure, "gradient norm").get_legend() is None


def test_an_entry_without_a_loss_is_skipped():
    history = [{"iteration": 1, "loss/generator": 1.0}, {"iteration": 2}, {"iteration": 3, "loss/generator": 2.0}]
    assert lines(charts.curves(history))["loss"] == {"generator": [[1, 1], [3, 2]]}


def test_the_file_shows_the_figure(tmp_path):
    path = tmp_path / "new" / "curves.png"
    charts.write_curves(HISTORY, str(path))
    figure = charts.curves(HISTORY)
    figure.set_dpi(100)
    figure.canvas.draw()
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        np.testing.assert_array_equal(np.asarray(picture.convert("RGBA")), np.asarray(figure.canvas.buffer_rgba()))


@pytest.mark.long
def test_a_notebook_displays_the_figure_without_pyplot():
    data, _ = InteractiveShell().display_formatter.format(charts.curves(HISTORY))
    assert data["image/png"].startswith(b"\x89PNG")
    code = f"import bigdl_gan, sys; bigdl_gan.charts.curves({HISTORY!r}); print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_leaves_matplotlib_alone(tmp_path):
    before = dict(matplotlib.rcParams)
    charts.write_curves(HISTORY, str(tmp_path / "c.png"))
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("draw", [charts.curves, lambda history: charts.write_curves(history, "never.png")])
@pytest.mark.parametrize(
    "history, message",
    [
        ([], "`history` must have at least one entry"),
        ([{"loss/generator": 1.0}], r"`iteration` in each entry. Received: an entry with keys \['loss/generator'\]"),
        ([{"iteration": 1}], r"loss/generator or loss/discriminator. Received: keys \['iteration'\]"),
    ],
)
def test_refuses(history, message, draw):
    with pytest.raises(ValueError, match=message):
        draw(history)
