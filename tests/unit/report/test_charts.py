import matplotlib
import pytest
from PIL import Image

from bigdl_gan import charts

HISTORY = [
    {"iteration": i, "loss/generator": 1.0 + i, "loss/discriminator": 0.5, "accuracy/real": 0.9, "accuracy/fake": 0.8}
    for i in (1, 2, 3)
]


def test_writes_a_picture_and_its_folder(tmp_path):
    path = tmp_path / "new" / "curves.png"
    charts.write_curves(HISTORY, str(path))
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.size == (1200, 700)


def test_an_entry_without_a_loss_is_skipped(tmp_path):
    charts.write_curves([{"iteration": 1, "loss/generator": 1.0}, {"iteration": 2}], str(tmp_path / "c.png"))
    assert (tmp_path / "c.png").is_file()


def test_leaves_matplotlib_alone(tmp_path):
    before = dict(matplotlib.rcParams)
    charts.write_curves(HISTORY, str(tmp_path / "c.png"))
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "history, message",
    [
        ([], "`history` must have at least one entry"),
        ([{"loss/generator": 1.0}], r"`iteration` in each entry. Received: an entry with keys \['loss/generator'\]"),
        ([{"iteration": 1}], r"loss/generator or loss/discriminator. Received: keys \['iteration'\]"),
    ],
)
def test_refuses(history, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        charts.write_curves(history, str(tmp_path / "c.png"))
