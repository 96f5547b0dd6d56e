"""Runs examples/train_digits.py unchanged: under plain Python, and under spark-submit on a cluster."""

import sys

import numpy as np
import pytest
from PIL import Image

from bigdl_gan import GANModel

ARGUMENTS = ["--max-iter", "3", "--batch-size", "16", "--quiet"]


def check(out, spoken):
    assert spoken.splitlines()[-1].startswith("3 updates, loss G ")
    with Image.open(out / "samples.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (8 * 30 + 2, 8 * 30 + 2) and pixels.dtype == np.uint8  # 2 pixels between the digits
    model = GANModel.load(str(out / "model"))
    assert [row["iteration"] for row in model.history] == [1, 2, 3] and model.getBatchSize() == 16
    assert model.generate(2).count() == 2


@pytest.mark.slow
def test_plain_python(spark, run, example, tmp_path):
    check(tmp_path / "out", run(sys.executable, example, "--out", tmp_path / "out", *ARGUMENTS))


@pytest.mark.slow
def test_spark_submit_on_two_executors(spark, submit, example, tmp_path):
    check(tmp_path / "out", submit(example, "--out", tmp_path / "out", *ARGUMENTS))
