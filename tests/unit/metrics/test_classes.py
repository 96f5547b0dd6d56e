"""The inception score and the balance of classes, from probabilities."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden_features import probabilities
from local_side import LocalSide

from bigdl_gan.metrics import ClassBalance, InceptionScore
from bigdl_gan.metrics.class_balance import Balance
from bigdl_gan.metrics.inception_score import inception_scores
from bigdl_gan.metrics.sides import Sides

RNG = np.random.RandomState(0)


def side(name, likely):
    return LocalSide(name, np.zeros((len(likely), 2)), probabilities=np.float32(likely))


def sides(fakes, reals):
    return Sides({"fakes": side("fakes", fakes), "reals": side("reals", reals)}, seed=0)


def of_labels(labels, n_classes=10):
    """Nearly certain probabilities."""
    return np.full((len(labels), n_classes), 0.01) + 0.9 * np.eye(n_classes)[labels]


def test_torch_fidelitys_score():
    golden = json.loads(Path(__file__).with_name("golden.json").read_text())["inception_score"]
    found = inception_scores(side("fakes", probabilities()), n_splits=10, seed=2020)
    np.testing.assert_allclose([found.splits.mean(), found.splits.std()], [golden["mean"], golden["deviation"]],
                               rtol=1e-6)  # fmt: skip


def test_bounds():
    certain, unsure = np.eye(4)[np.arange(80) % 4], np.full((80, 4), 0.25)
    assert inception_scores(side("fakes", certain), n_splits=2, seed=0).whole == pytest.approx(4)
    assert inception_scores(side("fakes", unsure), n_splits=2, seed=0).whole == pytest.approx(1)


def test_standard_error_is_the_deviation_of_many_samples():
    rng = np.random.RandomState(3)
    found = [inception_scores(side("fakes", rng.dirichlet(np.ones(4), 400)), n_splits=1, seed=0) for _ in range(150)]
    deviation = np.std([one.whole for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(deviation, rel=0.2)


def test_balance_by_hand():
    balance = Balance(np.array([6, 3, 1, 0]), np.array([25, 25, 25, 25]))
    assert balance.distance == pytest.approx((0.35 + 0.05 + 0.15 + 0.25) / 2)
    assert balance.missing.tolist() == [3]


def test_by_chance_is_the_mean_of_many_samples():
    rng = np.random.RandomState(1)
    found = [Balance(*rng.multinomial(500, [0.5, 0.2, 0.2, 0.1], 2)) for _ in range(400)]
    distances = [one.distance for one in found]
    assert np.mean([one.by_chance for one in found]) == pytest.approx(np.mean(distances), rel=0.05)


def test_a_forgotten_class():
    """The share of one class among fakes falls from all to none."""
    reals = of_labels(np.arange(1000) % 10)
    values, missing = [], []
    for kept in (100, 60, 20, 0):
        labels = np.concatenate([np.arange(900) % 9, np.full(kept, 9)])
        both = sides(of_labels(labels), reals)
        values.append(ClassBalance().figure(both).value)
        missing.append(ClassBalance(metricName="missing_classes").figure(both).value)
    assert values == sorted(values) and values[0] == 0 and values[-1] == pytest.approx(0.1)
    assert missing == [0, 0, 0, 1]
    assert ClassBalance().figure(both).details["missing"] == [9]


def test_too_few():
    few = sides(of_labels(np.arange(50) % 10), of_labels(np.arange(50) % 10))
    assert "need 100 images of each side. Received: 50 fakes" in ClassBalance().figure(few).caution
    assert "need 1000 fakes" in InceptionScore().figure(few).caution
