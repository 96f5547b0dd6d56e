"""Generators that fail on purpose, more and more: the metrics meant for each failure follow its severity."""

import numpy as np
import pytest
from local_side import local_sides

from bigdl_gan.metrics.evaluation import METRICS

RNG = np.random.RandomState(0)
N, CLASSES = 400, 8
CENTRES = 2 * RNG.standard_normal((CLASSES, 12))
LABELS, REAL_LABELS = RNG.randint(0, CLASSES, (2, N))  # equal counts would not be two independent samples
GOOD, REALS = (CENTRES[labels] + RNG.standard_normal((N, 12)) for labels in (LABELS, REAL_LABELS))
NOISE = RNG.standard_normal((N, 12))


def collapsed(severity):
    """Only 60, 15 and 4 different images, with a little noise."""
    rng = np.random.RandomState(1)
    return GOOD[rng.randint(0, (60, 15, 4)[severity - 1], N)] + 0.01 * NOISE if severity else GOOD


def forgetful(severity):
    """Classes 0, 0 to 1, 0 to 3 are replaced by the last."""
    forgotten = LABELS < (0, 1, 2, 4)[severity]
    return np.where(forgotten[:, None], CENTRES[-1] + NOISE, GOOD)


def noisy(severity):
    return GOOD + (0, 0.5, 1.5, 4)[severity] * NOISE


def blurred(severity):
    """All images come closer to the mean image."""
    return GOOD.mean(0) + (1, 0.8, 0.5, 0.2)[severity] * (GOOD - GOOD.mean(0))


EXPECTED = {
    collapsed: (("fid", "kid"), ("recall", "coverage")),
    forgetful: (("fid", "kid"), ("recall", "coverage")),
    noisy: (("fid", "kid", "feature_diversity"), ("precision", "density", "coverage")),
    blurred: (("fid", "kid"), ("recall", "coverage", "feature_diversity")),
}


@pytest.mark.parametrize("failure", EXPECTED, ids=lambda failure: failure.__name__)
def test_severity_is_seen(failure):
    rising, falling = EXPECTED[failure]
    values = {name: [] for name in (*rising, *falling)}
    for severity in range(4):
        sides = local_sides(failure(severity), REALS)
        for name in values:
            values[name].append(METRICS[name](metricName=name).figure(sides).value)
    for name in rising:
        assert values[name] == sorted(values[name]) and values[name][0] < values[name][-1], (name, values[name])
    for name in falling:
        assert values[name] == sorted(values[name], reverse=True) and values[name][0] > values[name][-1], name


def test_a_good_generator_passes():
    sides = local_sides(GOOD, REALS)
    values = {name: METRICS[name](metricName=name).figure(sides) for name in ("kid", "recall", "precision", "coverage")}
    assert abs(values["kid"].value) < 3 * values["kid"].standard_error
    assert min(values[name].value for name in ("recall", "precision", "coverage")) > 0.7
