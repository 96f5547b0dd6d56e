"""The kernel distance by hand, and its standard error."""

import numpy as np
import pytest
from local_side import local_sides

from bigdl_gan.metrics.kernel_distance import kernel_distance, kernel_sums_of, standard_error

RNG = np.random.RandomState(0)
A, B = RNG.standard_normal((90, 5)).astype(np.float32), RNG.standard_normal((120, 5)).astype(np.float32) + 0.3


def sums(a, b):
    sides = local_sides(a, b)
    return kernel_sums_of(sides.fakes, sides.reals)


def by_pairs(a, b):
    kernel = lambda x, y: (x.astype(float) @ y.T.astype(float) / x.shape[1] + 1) ** 3  # noqa: E731
    n, m = len(a), len(b)
    within = [k.sum() - np.trace(k) for k in (kernel(a, a), kernel(b, b))]
    return within[0] / (n * (n - 1)) + within[1] / (m * (m - 1)) - 2 * kernel(a, b).mean()


def test_value():
    assert kernel_distance(sums(A, B)) == pytest.approx(by_pairs(A, B), rel=1e-12)


def test_negative_for_equal_distributions():
    found = [kernel_distance(sums(*RNG.standard_normal((2, 60, 5)).astype(np.float32))) for _ in range(30)]
    assert min(found) < 0 < max(found)


def test_standard_error_is_the_jackknife():
    left = [by_pairs(np.delete(A, row, 0), B) for row in range(len(A))]
    right = [by_pairs(A, np.delete(B, row, 0)) for row in range(len(B))]
    variance = sum((len(v) - 1) / len(v) * ((np.array(v) - np.mean(v)) ** 2).sum() for v in (left, right))
    assert standard_error(sums(A, B)) == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_standard_error_is_the_deviation_of_many_samples():
    rng = np.random.RandomState(1)
    found = [sums(rng.standard_normal((150, 4)), rng.standard_normal((150, 4)) + 0.5) for _ in range(200)]
    deviation = np.std([kernel_distance(one) for one in found])
    assert np.mean([standard_error(one) for one in found]) == pytest.approx(deviation, rel=0.15)


def test_two_images_have_no_error():
    assert np.isnan(standard_error(sums(A[:2], B)))
