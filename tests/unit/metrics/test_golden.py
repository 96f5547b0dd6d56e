"""The formulas against other libraries', on the same features: golden.json, by write_golden.py."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden_features import CASES, features
from local_side import local_sides

from bigdl_gan.metrics import FrechetDistance, PrecisionRecall
from bigdl_gan.metrics.kernel_distance import kernel_distance, kernel_sums_of

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())
every_case = pytest.mark.parametrize("case", CASES)


def test_versions():
    """Of the libraries that the figures come from."""
    assert {name: GOLDEN["versions"][name] for name in ("clean-fid", "torch-fidelity", "torchmetrics", "prdc")} == {
        "clean-fid": "0.1.35", "torch-fidelity": "0.4.0", "torchmetrics": "1.9.0", "prdc": "0.2",
    }  # fmt: skip


@every_case
@pytest.mark.parametrize("library", ["clean-fid", "torch-fidelity", "torchmetrics"])
def test_frechet_distance(case, library):
    found = FrechetDistance().figure(local_sides(*features(case))).value
    np.testing.assert_allclose(found, GOLDEN["cases"][case][library]["fid"], rtol=1e-6)


@pytest.mark.parametrize("library", ["clean-fid", "torchmetrics"])
def test_kernel_distance(library):
    sides = local_sides(*features("more rows than features"))
    found = kernel_distance(kernel_sums_of(sides.fakes, sides.reals))
    np.testing.assert_allclose(found, GOLDEN["cases"]["more rows than features"][library]["kid"], rtol=1e-6)


@every_case
@pytest.mark.parametrize("name", ["precision", "recall", "density", "coverage"])
def test_precision_and_others(case, name):
    found = PrecisionRecall(metricName=name, k=5).figure(local_sides(*features(case))).value
    np.testing.assert_allclose(found, GOLDEN["cases"][case]["prdc"][name], rtol=1e-6)


@every_case
@pytest.mark.parametrize("name", ["precision", "recall"])
def test_closed_balls(case, name):
    found = PrecisionRecall(metricName=name, k=3, boundary="closed").figure(local_sides(*features(case))).value
    np.testing.assert_allclose(found, GOLDEN["cases"][case]["torch-fidelity"][name], rtol=1e-6)
