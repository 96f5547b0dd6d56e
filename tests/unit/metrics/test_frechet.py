"""The Frechet distance by hand, where its standard error comes from, and its extrapolation."""

import numpy as np
import pytest
from local_side import local_sides

from bigdl_gan.metrics import FrechetDistance
from bigdl_gan.metrics.frechet import compared, fitted, frechet_distance, sizes_of
from bigdl_gan.metrics.moments import Moments, moments_of_rows

RNG = np.random.RandomState(0)
A = RNG.standard_normal((200, 6)) * [1, 2, 3, 1, 1, 1] + 5
B = RNG.standard_normal((300, 6))


def test_by_hand():
    """With diagonal covariances the distance is |m - n|^2 + sum (s - t)^2 of the standard deviations."""
    one = Moments(9, np.array([1.0, 2.0]), np.diag([4.0, 9.0]))
    other = Moments(9, np.array([0.0, 4.0]), np.diag([1.0, 0.0]))
    assert frechet_distance(one, other) == pytest.approx(1 + 4 + 1 + 9, rel=1e-14)


def test_moments():
    found = moments_of_rows(A)
    np.testing.assert_allclose(found.mean, A.mean(0), rtol=1e-13)
    np.testing.assert_allclose(found.covariance, np.cov(A, rowvar=False), rtol=1e-12, atol=1e-12)


def test_same_rows_have_no_distance():
    flat = A @ np.diag([1, 1, 0, 0, 1, 0])  # half of the directions are constant
    for rows in (A, flat):
        assert abs(frechet_distance(moments_of_rows(rows), moments_of_rows(rows))) < 1e-12


def test_fewer_rows_than_features_is_the_nuclear_norm_of_rows():
    rng = np.random.RandomState(1)
    a, b = rng.standard_normal((7, 40)), rng.standard_normal((9, 40)) + 1
    parts = [(rows - rows.mean(0)) / np.sqrt(len(rows) - 1) for rows in (a, b)]
    shared = np.linalg.norm(parts[0] @ parts[1].T, "nuc")
    by_rows = ((a.mean(0) - b.mean(0)) ** 2).sum() + (parts[0] ** 2).sum() + (parts[1] ** 2).sum() - 2 * shared
    pair = moments_of_rows(a), moments_of_rows(b)
    assert frechet_distance(*pair) == pytest.approx(by_rows, rel=1e-12)
    assert compared(*pair).distance == pytest.approx(by_rows, rel=1e-12)


def test_influence_is_the_derivative():
    """The weight of one row grows by h: the distance changes by h times its influence, less the mean influence."""
    moments = [moments_of_rows(rows) for rows in (A, B)]
    for side, rows in enumerate((A, B)):
        own = compared(*moments).influences[side].of(rows.astype(np.float32))
        for row in (0, 7):
            changed = []
            for step in (1e-4, -1e-4):
                weights = np.full(len(rows), (1 - step) / len(rows))
                weights[row] += step
                mean = weights @ rows
                about = rows - mean
                pair = list(moments)
                factor = len(rows) / (len(rows) - 1)  # covariances over N - 1
                pair[side] = Moments(len(rows), mean, factor * (about.T * weights) @ about)
                changed.append(frechet_distance(*pair))
            # the covariance's part of the influence has the same factor
            about = rows[row] - rows.mean(0)
            slope = compared(*moments).influences[side].slope @ about
            expected = factor * (own[row] - own.mean() - slope) + slope
            assert (changed[0] - changed[1]) / 2e-4 == pytest.approx(expected, rel=1e-4)


def test_standard_error_is_the_deviation_of_many_samples():
    """200 pairs of samples of the same two distributions."""
    rng = np.random.RandomState(2)
    found = [
        FrechetDistance().figure(local_sides(rng.standard_normal((400, 4)) * [2, 1, 1, 1] + 1,
                                             rng.standard_normal((300, 4))))
        for _ in range(200)
    ]  # fmt: skip
    deviation = np.std([figure.value for figure in found])
    assert np.mean([figure.standard_error for figure in found]) == pytest.approx(deviation, rel=0.15)


def test_extrapolation_has_less_bias():
    """Both sides are one distribution, whose distance is 0. 20,000 reals have nearly no bias of their own."""
    rng = np.random.RandomState(3)
    sides = local_sides(rng.standard_normal((1500, 30)), rng.standard_normal((20000, 30)))
    bare, infinite = (FrechetDistance(metricName=name).figure(sides) for name in ("fid", "fid_infinity"))
    assert bare.value > 0.1 and abs(infinite.value) < bare.value / 4
    assert infinite.interval[0] < 0 < infinite.interval[1]
    assert infinite.details["sizes"][0] == 150 and len(infinite.details["sizes"]) == 15
    assert infinite.details["values"][-1] == pytest.approx(bare.value, rel=1e-9)


def test_line():
    line = fitted([10, 20, 40], [3 + 5 / 10, 3 + 5 / 20, 3 + 5 / 40])
    assert (line.intercept, line.slope) == (pytest.approx(3), pytest.approx(5)) and line.error < 1e-12
    assert sizes_of(50_000, 15)[0] == 5000 and sizes_of(50_000, 15)[-1] == 50_000
    assert sizes_of(100_000, 15)[0] == 5000
    assert sizes_of(4, 15) == [2, 3, 4]


def test_too_few():
    sides = local_sides(A[:6], B)
    caution = FrechetDistance().figure(sides).caution
    assert "needs more than 6 images" in caution and "Received: 6 fakes, 300 reals" in caution
    with pytest.raises(ValueError, match="`fakes` must have at least 2 images for fid. Received: 1"):
        FrechetDistance().figure(local_sides(A[:1], B))
    few = FrechetDistance(metricName="fid_infinity").figure(local_sides(A[:40], B)).caution
    assert few.endswith("Take 70 fakes.")
