"""Writes golden.json: what other libraries say of the features in tests/support/golden_features.py.

Run by hand, in an environment of its own, as none of these packages is needed otherwise:

    python3.11 -m venv v && v/bin/pip install numpy==1.26.4 scipy==1.15.3 scikit-learn==1.5.2 torch==2.13.0
    v/bin/pip install --no-deps prdc==0.2 clean-fid==0.1.35 torch-fidelity==0.4.0 torchmetrics==1.9.0
    v/bin/pip install --no-deps requests tqdm pillow lightning-utilities packaging idna urllib3 certifi
    v/bin/pip install --no-deps charset_normalizer
    PYTHONPATH=tests/support v/bin/python tests/unit/metrics/write_golden.py

torchvision, which some import, would bring 5 GB: an empty module in its place is enough for their formulas."""

import json
import sys
import types
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np


def stand_in(name):
    module = types.ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    module.__getattr__ = lambda attribute: MagicMock()
    module.__path__ = []
    sys.modules[name] = module


for missing in ("torchvision", "torchvision.models", "torchvision.transforms", "torchvision.datasets",
                "torchvision.transforms.functional", "torchvision.models.inception"):  # fmt: skip
    stand_in(missing)

import torch  # noqa: E402
from cleanfid import fid as clean  # noqa: E402
from golden_features import CASES, features, probabilities  # noqa: E402
from prdc import compute_prdc  # noqa: E402
from scipy.stats import mannwhitneyu  # noqa: E402
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric  # noqa: E402
from torch_fidelity.metric_isc import isc_features_to_metric  # noqa: E402
from torch_fidelity.metric_kid import kid_features_to_metric  # noqa: E402
from torch_fidelity.metric_prc import calculate_precision_recall_full  # noqa: E402
from torchmetrics.image.fid import FrechetInceptionDistance  # noqa: E402
from torchmetrics.image.kid import KernelInceptionDistance  # noqa: E402


class Identity(torch.nn.Module):
    """Takes features for images."""

    def __init__(self, width):
        super().__init__()
        self.num_features = width

    def forward(self, x):
        return x


def of_case(name):
    fakes, reals = features(name)
    a, b = torch.from_numpy(fakes), torch.from_numpy(reals)
    found = {"clean-fid": {"fid": float(clean.frechet_distance(
        fakes.mean(0), np.cov(fakes, rowvar=False), reals.mean(0), np.cov(reals, rowvar=False)))}}  # fmt: skip
    statistics = [fid_features_to_statistics(side) for side in (a, b)]
    found["torch-fidelity"] = {"fid": fid_statistics_to_metric(*statistics, False)["frechet_inception_distance"]}
    extractor = Identity(fakes.shape[1])
    metric = FrechetInceptionDistance(feature=extractor, input_img_size=(1, 1, 1)).set_dtype(torch.float64)
    metric.update(a, real=False)
    metric.update(b, real=True)
    found["torchmetrics"] = {"fid": float(metric.compute())}
    n = min(len(fakes), len(reals))
    if len(fakes) == len(reals):  # one subset of all rows
        found["clean-fid"]["kid"] = float(clean.kernel_distance(fakes, reals, num_subsets=1, max_subset_size=n))
        metric = KernelInceptionDistance(feature=extractor, subsets=1, subset_size=n).set_dtype(torch.float64)
        metric.update(a, real=False)
        metric.update(b, real=True)
        found["torchmetrics"]["kid"] = float(metric.compute()[0])
    kid = kid_features_to_metric(a, b, kid_subsets=7, kid_subset_size=n // 2, rng_seed=2020, verbose=False,
                                 kid_kernel="poly", kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None,
                                 kid_kernel_poly_coef0=1)  # fmt: skip
    found["torch-fidelity"]["subset_mean"] = kid["kernel_inception_distance_mean"]
    found["torch-fidelity"]["subset_deviation"] = kid["kernel_inception_distance_std"]
    precision, recall = calculate_precision_recall_full(a, b, neighborhood=3)[:2]
    found["torch-fidelity"].update(precision=float(precision), recall=float(recall))
    found["prdc"] = {key: float(value) for key, value in compute_prdc(reals, fakes, 5).items()}
    return found


def inception_score():
    logits = torch.from_numpy(np.log(probabilities()))
    found = isc_features_to_metric(logits, splits=10, shuffle=True, rng_seed=2020)
    return {"mean": found["inception_score_mean"], "deviation": found["inception_score_std"]}


def rank_sum():
    """U of two samples with ties, and its approximation's z without correction for continuity."""
    rng = np.random.RandomState(5)
    x, y = rng.randint(0, 12, 40) / 4, rng.randint(2, 14, 50) / 4
    found = mannwhitneyu(x, y, alternative="two-sided", method="asymptotic", use_continuity=False)
    return {"x": x.tolist(), "y": y.tolist(), "u": float(found.statistic), "p": float(found.pvalue)}


packages = ("clean-fid", "torch-fidelity", "torchmetrics", "prdc", "scipy", "scikit-learn", "numpy", "torch")
golden = {
    "versions": {name: version(name) for name in packages}, "cases": {name: of_case(name) for name in CASES},
    "inception_score": inception_score(), "rank_sum": rank_sum(),
}  # fmt: skip
Path(__file__).with_name("golden.json").write_text(json.dumps(golden, indent=1) + "\n")
