"""examples/demo.py, which `make demo` runs: shortened, and how long it would train."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import bigdl_gan
from bigdl_gan import GANModel
from bigdl_gan.networks import dcgan

ROOT = Path(bigdl_gan.__file__).parents[1]
DEMO = ROOT / "examples" / "demo.py"


@pytest.mark.slow
def test_the_demo(spark, tmp_path):
    command = [sys.executable, str(DEMO), "--updates", "2", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 updates in ") and f"see {tmp_path}/out/samples.png" in done.stdout
    for name, size in (("samples", (242, 242)), ("curves", (1200, 700))):  # 8 x 30 + 2
        with Image.open(tmp_path / "out" / f"{name}.png") as picture:
            assert picture.size == size
    model = GANModel.load(str(tmp_path / "out" / "model"))
    assert model.iteration == 2 and model.getBatchSize() == 64


@pytest.mark.slow
def test_how_long_it_trains(digits):
    demo = runpy.run_path(str(DEMO))
    affordable, networks = demo["affordable"], {"generator": dcgan.generator(28, 1, 5, 2)}
    networks["discriminator"] = dcgan.discriminator(28, 1, 2)
    affordable.__globals__["BUDGET_SECONDS"] = 1e6
    assert affordable(digits, networks) == 3125  # 20 epochs of 10,000 digits, 64 at once
    affordable.__globals__["BUDGET_SECONDS"] = 60
    assert 1 <= affordable(digits, networks) <= 3125
