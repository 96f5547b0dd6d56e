"""What a user sees of a model: its line, its cell in a notebook, its images and its history."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

import bigdl_gan
from bigdl_gan import GANModel, images


@pytest.fixture(scope="module")
def model(digits, digit_gan):
    return digit_gan(maxIter=3, seed=4).fit(digits)


def line(model, facts):
    return f"GANModel: uid={model.uid}, {facts}"


@pytest.mark.long
def test_a_model_says_what_it_is(model, tmp_path):
    last = model.history[-1]
    losses = f"loss G {last['loss/generator']:.3g} D {last['loss/discriminator']:.3g}"
    assert repr(model) == line(model, f"images (1, 28, 28), latents (5,), update 3, {losses}")
    assert str(model) == repr(model) and model.uid.startswith("GANEstimator_")
    model.save(str(tmp_path / "model"))
    assert repr(GANModel.load(str(tmp_path / "model"))) == repr(model)


def test_a_model_without_a_training(model, spark):
    empty = GANModel()
    assert repr(empty) == line(empty, "generator unset, update 0") and empty.uid.startswith("GANModel_")
    bare = GANModel()._set(generator=model.getGenerator())
    assert repr(bare) == line(bare, "images (1, 28, 28), latents (5,), update 0")
    odd = GANModel()._set(generator="no network")
    assert repr(odd) == line(odd, "update 0")


def test_a_notebook_shows_the_curves(model):
    data, _ = InteractiveShell().display_formatter.format(model)
    assert data["text/plain"] == repr(model)
    assert "(1, 28, 28)" in data["text/html"] and data["text/html"].count("<polyline") == 2


# 5 latents, widths 8 and 4; the weights: 5 x 392, 2 x 8, 8 x 4 x 16, 2 x 4, 4 x 1 x 16 + 1
TRAINED = """\
  name                   layer               output       weights
  dense_1                Dense               (392,)         1,960
  reshape_1              Reshape             (8, 7, 7)          0
  batch_normalization_1  BatchNormalization  (8, 7, 7)         16
  relu_1                 Activation          (8, 7, 7)          0
  conv2d_transpose_1     Conv2DTranspose     (4, 14, 14)      512
  batch_normalization_2  BatchNormalization  (4, 14, 14)        8
  relu_2                 Activation          (4, 14, 14)        0
  conv2d_transpose_2     Conv2DTranspose     (1, 28, 28)       65
  activation_1           Activation          (1, 28, 28)        0
"""


def test_the_trained_generators_summary(model, capsys):
    """Printed once, and not returned too: a notebook would show it twice."""
    assert model.getGenerator().summary() is None
    title, table = capsys.readouterr().out.split("\n", 1)
    assert title.startswith("Sequential 'sequential_") and table == TRAINED


def test_the_networks_are_behind_getters(model):
    """`model.generator` is a Param, as in all of Spark ML; the help says how to get the network."""
    shown = " ".join(GANModel.__doc__.split())
    assert "`getGenerator()` and `getDiscriminator()` return the networks" in shown
    assert "`model.generator` is the Param" in shown
    assert model.generator.name == "generator" and model.getGenerator().get_output_shape() == (None, 1, 28, 28)
    assert model.getDiscriminator().get_output_shape() == (None, 1)


AFTER_THE_END = """
import sys
from pyspark.sql import SparkSession
from bigdl_gan import GANModel, configure

spark = configure(SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")).getOrCreate()
model = GANModel.load(sys.argv[1])
before = repr(model)
spark.stop()
print(before.replace("images (1, 28, 28), latents (5,), ", "") == repr(model), "<polyline" in model._repr_html_())
spark.sparkContext._gateway.shutdown()
spark.sparkContext._gateway.proc.kill()
print(repr(model))
"""


@pytest.mark.slow
def test_a_model_still_prints_when_its_session_has_ended(model, tmp_path):
    model.save(str(tmp_path / "model"))
    root = Path(bigdl_gan.__file__).parents[1]
    command = [sys.executable, "-c", AFTER_THE_END, str(tmp_path / "model")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr
    ended, gone = done.stdout.splitlines()
    assert ended == "True True" and gone.startswith(f"GANModel: uid={model.uid}, update 3, loss G ")


@pytest.mark.parametrize("n, cells", [(32, (4, 8)), (10, (2, 8)), (3, (1, 3))])
def test_show(model, n, cells):
    picture = model.show(n, seed=2)
    rows, cols = cells
    expected = images.show(model.generate(n, seed=2), rows=rows, cols=cols)
    assert picture.size == expected.size and 400 < picture.width <= 600
    np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_show_without_arguments(model):
    np.testing.assert_array_equal(np.asarray(model.show()), np.asarray(images.show(model.generate(32))))


def test_show_refuses(model):
    with pytest.raises(ValueError, match="`n` must be an integer from 1 on. Received: n=0"):
        model.show(0)


def test_the_history_as_a_frame(model):
    frame = model.history_frame()
    assert frame.iteration.tolist() == [1, 2, 3]
    assert frame.loss_generator.tolist() == [row["loss/generator"] for row in model.history]
    assert frame.seconds_update.tolist() == [row["seconds/update"] for row in model.history]
