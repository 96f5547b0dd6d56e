"""Nearest rows and balls against all pairs at once."""

import numpy as np
import pytest
from local_side import LocalSide, local_sides

from bigdl_gan.metrics import PrecisionRecall
from bigdl_gan.metrics.neighbours import neighbours_of
from bigdl_gan.metrics.tasks import pairs

RNG = np.random.RandomState(0)
A, B = RNG.standard_normal((130, 7)).astype(np.float32), RNG.standard_normal((170, 7)).astype(np.float32)


def all_distances(a, b):
    return np.sqrt(((a.astype(float)[:, None] - b.astype(float)) ** 2).sum(2))


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    """So that rows cross the borders of tiles and of their parts."""
    monkeypatch.setattr(pairs, "TILE", 16)
    monkeypatch.setattr(pairs, "_ROWS", 8)


def test_of_another_side():
    found = neighbours_of(LocalSide("fakes", A), LocalSide("reals", B), 4, np.ones(7))
    apart = all_distances(A, B)
    np.testing.assert_array_equal(found.rows, np.argsort(apart, 1)[:, :4])
    np.testing.assert_allclose(found.distances, np.sort(apart, 1)[:, :4], rtol=1e-13)


def test_of_its_own_side():
    side = LocalSide("fakes", A)
    found = neighbours_of(side, side, 3, np.zeros(7))
    np.testing.assert_array_equal(found.rows, np.argsort(all_distances(A, A), 1)[:, 1:4])


def test_copies_are_at_no_distance():
    """Far from zero a product of rows loses all digits of a small distance."""
    far = (B * 1e-3 + 1000).astype(np.float32)
    found = neighbours_of(LocalSide("fakes", far[[3, 5]]), LocalSide("reals", far), 1, np.full(7, 1000.0))
    assert found.distances.tolist() == [[0], [0]] and found.rows.tolist() == [[3], [5]]
    twice = LocalSide("fakes", np.repeat(A[:20], 2, 0))
    found = neighbours_of(twice, twice, 1, np.zeros(7))
    assert not found.distances.any()
    np.testing.assert_array_equal(found.rows[:, 0], np.arange(40) ^ 1)


def test_too_few_rows():
    side = LocalSide("reals", A[:3], partitions=1)
    with pytest.raises(ValueError, match="`reals` must have more than 3 images for 3 nearest neighbours. Received: 3"):
        neighbours_of(side, side, 3, np.zeros(7))


@pytest.mark.parametrize("boundary", ["open", "closed"])
def test_four_figures_by_all_pairs(boundary):
    k, within = 3, np.less_equal if boundary == "closed" else np.less
    own = [np.sort(all_distances(side, side), 1)[:, k] for side in (A, B)]
    apart = all_distances(A, B)
    inside = within(apart, own[1])
    expected = {
        "precision": inside.any(1).mean(), "recall": within(apart, own[0][:, None]).any(0).mean(),
        "density": inside.sum() / k / len(A), "coverage": inside.any(0).mean(),
    }  # fmt: skip
    sides = local_sides(A, B)
    for name, value in expected.items():
        assert PrecisionRecall(metricName=name, k=k, boundary=boundary).figure(sides).value == pytest.approx(value)


def test_a_copy_of_the_neighbour_lies_on_the_surface():
    """Fakes are copies of the reals: each ball's surface goes through the copy of its k-th neighbour, to the bit."""
    reals = RNG.standard_normal((40, 7)).astype(np.float32) * 100
    density = {
        boundary: PrecisionRecall(metricName="density", k=5, boundary=boundary).figure(local_sides(reals, reals)).value
        for boundary in ("open", "closed")
    }  # fmt: skip
    # each ball has its own centre's copy and those of 4 neighbours; with its surface, the fifth's
    assert density == {"open": pytest.approx(5 / 5), "closed": pytest.approx(6 / 5)}
