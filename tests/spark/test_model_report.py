"""`model.report`: with all that it can show, with little, and what it refuses before any Spark job."""

import warnings

import numpy as np
import pytest
from html_reader import Page
from mean_colours import MeanColours
from pyspark.sql import functions as F

from bigdl_gan import GANModel, images
from bigdl_gan.callbacks import GIF, SampleGrid
from bigdl_gan.report.pictures import of_pixels

pytestmark = pytest.mark.long

ALL = ["Training curves", "Metrics", "Samples over time", "Interpolation", "Nearest training images", "Params",
       "Networks", "Throughput", "Versions", "Make it again"]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def model(digits, digit_gan, run):
    callbacks = [SampleGrid(f"{run}/samples", every=2, rows=2, cols=2), GIF(f"{run}/film.gif", every=2, rows=2, cols=2)]
    return digit_gan(maxIter=4, seed=4, callbacks=callbacks).fit(digits)


def read(path):
    return Page(path.read_bytes())


def sources(page):
    return [attributes["src"] for tag, attributes in page.tags if tag == "img"]


def source_of(pixels):
    (source,) = sources(Page(of_pixels(pixels).shown("x").encode()))
    return source


@pytest.mark.slow
def test_with_all(model, run, digits, spark, tmp_path):
    reals = digits.withColumn("id", F.concat(F.lit("<row> "), F.monotonically_increasing_id()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # so few images are not enough for most
        model.report(
            f"file:{tmp_path}/report.html", run=f"file:{run}", reals=reals, features=MeanColours(spark),
            metrics=["kid", "authenticity"], n=64, seed=3, title="<Digits>",
        )  # fmt: skip
    page = read(tmp_path / "report.html")
    assert page.titles() == ALL and page.requests() == []
    told = page.text
    for words in ("<Digits>", "grey images of 28 × 28 from 5 latents", "mean colours", "Kernel distance",
                  "Authenticity", "0 updates", "2 updates", "4 updates", "film.gif up to update 4", "batchSize=8",
                  "maxIter=4"):  # fmt: skip
        assert words in told, words
    shown = sources(page)
    assert source_of(images.grid(images.to_numpy(model.generate(64, 3)), rows=8, cols=8)) == shown[0]
    assert len(shown) == 1 + 3 + 1 + 1 + 24
    check_pairs(page, model, reals)


def check_pairs(page, model, reals):
    """The pictures beside the ids are those of these rows."""
    pictures = {row["id"]: images.to_array(row["image"]) for row in reals.collect()}
    made = images.to_numpy(model.generate(64, 3))
    captions = [text for path, text in page.texts if path[-1] == "figcaption" and text.startswith("id ")]
    pairs = [text[3:].split(":")[0].split(" and ") for text in captions]
    assert len(pairs) == 12 and len({fake for fake, _ in pairs}) == 12
    shown = sources(page)[-24:]
    assert shown == [
        source for fake, real in pairs for source in (source_of(made[int(fake)]), source_of(pictures[real]))
    ]  # fmt: skip
    worst = [float(text.split("remoteness ")[1]) for text in captions]
    assert worst == sorted(worst)


def test_with_little(model, digits, tmp_path):
    """A loaded model tells as much as the fitted one; what is missing is named with its reason."""
    model.save(str(tmp_path / "model"))
    loaded = GANModel.load(str(tmp_path / "model"))
    loaded.report(str(tmp_path / "new" / "report.html"), reals=digits)
    page = read(tmp_path / "new" / "report.html")
    missing = ["Metrics", "Samples over time", "Nearest training images"]
    assert page.titles() == [*(title for title in ALL if title not in missing), "Left out"]
    left_out = page.text[page.text.rindex("Left out"):]
    assert all(title in left_out for title in missing)
    assert "features not given" in left_out and "run not given" in left_out
    cells = [text for path, text in page.texts if "table" in path]
    assert cells[cells.index("dense_1"):][:4] == ["dense_1", "Dense", "(392,)", "1,960"]
    assert "Conv2DTranspose" in cells and page.requests() == []


@pytest.mark.slow
def test_metrics_of_pixels_need_no_features(model, digits, spark, tmp_path):
    model.report(str(tmp_path / "report.html"), reals=digits, metrics=["diversity"], n=8)
    page = read(tmp_path / "report.html")
    assert "Metrics" in page.titles() and "No features." in page.text and "None of the metrics looks" in page.text


def test_with_nothing(spark, tmp_path):
    GANModel().report(str(tmp_path / "report.html"))
    page = read(tmp_path / "report.html")
    assert page.titles() == ["Params", "Versions", "Make it again", "Left out"]
    assert "The model has no generator" in page.text and "The model has no history" in page.text


@pytest.mark.parametrize("arguments, kind, message", [
    ({"path": ""}, ValueError, "`path` must not be empty"),
    ({"path": 3}, TypeError, "`path` must be text. Received: path=3"),
    ({"title": ""}, ValueError, "`title` must not be empty"),
    ({"run": ""}, ValueError, "`run` must not be empty"),
    ({"run": "/no/such/folder"}, OSError, "/no/such/folder"),
    ({"run": "file:/no/such/folder"}, OSError, "Cannot list file:/no/such/folder"),
    ({"n": 0}, ValueError, "`n` must be an integer from 1 on. Received: n=0"),
    ({"seed": 0.5}, TypeError, "`seed` must be an integer"),
    ({"reals": np.zeros(3)}, TypeError, "reals"),
    ({"features": 3}, TypeError, "`features` must be a feature extractor .* Received: int"),
    ({"metrics": ["kit"]}, ValueError, "`metrics` must hold names among .* Received: 'kit'"),
])  # fmt: skip
def test_refuses_before_any_job(arguments, kind, message, model, digits, spark, n_jobs, tmp_path):
    before = n_jobs()
    given = {"path": str(tmp_path / "never.html"), "reals": digits, "features": MeanColours(spark), **arguments}
    with pytest.raises(kind, match=message):
        model.report(given.pop("path"), **given)
    assert n_jobs() == before and list(tmp_path.iterdir()) == []
