"""Shortened runs of the examples on photographs, and the files that they write."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import bigdl_gan
from bigdl_gan import GANModel

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
EXAMPLES = Path(bigdl_gan.__file__).parents[1] / "examples"
SHORT = ["--width", "8", "--batch-size", "8", "--updates", "4", "--every", "2"]


def check(out, name, size, channels):
    with Image.open(out / f"{name}.png") as picture:
        pixels = np.asarray(picture)
    edge = 8 * (size + 2) + 2
    assert pixels.shape == ((edge, edge, 3) if channels == 3 else (edge, edge))
    assert sorted(p.name for p in (out / "grids").glob("0*.png")) == [f"{i:08d}.png" for i in (0, 2, 4)]
    with Image.open(out / f"{name}.gif") as film:
        assert film.n_frames == 3
    assert (out / "curves.png").stat().st_size > 0
    model = GANModel.load(str(out / "model"))
    assert model.iteration == 4 and model.generate(2).count() == 2


def require(folder):
    if not folder.is_dir():
        pytest.skip(f"needs the photographs of {folder}")
    return str(folder)


@pytest.mark.slow
def test_faces(spark, run, tmp_path):
    data = require(SHARED / "celeba_full32")
    run(sys.executable, EXAMPLES / "faces.py", "--data", data, "--out", tmp_path, "--size", "32", *SHORT)
    check(tmp_path, "faces", 32, 3)
    assert (tmp_path / "checkpoints" / "checkpoint-00000004").is_dir()


@pytest.mark.slow
def test_dogs(spark, run, tmp_path):
    data = require(SHARED / "stanford_dogs")
    breeds = ["--breeds", "Chihuahua", "pug", "beagle"]
    run(sys.executable, EXAMPLES / "dogs.py", "--data", data, "--out", tmp_path, "--size", "32", *breeds, *SHORT)
    check(tmp_path, "dogs", 32, 3)


@pytest.mark.slow
def test_zeros(spark, run, tmp_path):
    run(sys.executable, EXAMPLES / "digit_zero.py", "--out", tmp_path, *SHORT)
    check(tmp_path, "zeros", 28, 1)
