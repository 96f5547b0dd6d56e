"""The data-copying test, authenticity, and generators that copy more and more."""

import numpy as np
import pytest
from local_side import local_sides

from bigdl_gan.metrics import Memorization
from bigdl_gan.metrics.copies import remoteness
from bigdl_gan.metrics.memorization import Cell, cell_centres, copying, mean_ranks
from bigdl_gan.metrics.neighbours import Neighbours

RNG = np.random.RandomState(0)
TRAIN, HELD_OUT, NEW = (RNG.standard_normal((n, 5)).astype(np.float32) for n in (300, 200, 240))


def memorization(fakes, **params):
    return Memorization(**params).figure(local_sides(fakes, TRAIN, held_out=HELD_OUT))


def test_ranks_share_their_mean():
    assert mean_ranks(np.array([3.0, 1.0, 3.0, 0.5, 3.0])).tolist() == [4, 2, 4, 1, 4]


def test_score_by_hand():
    """Fakes 1, 2, 3 and held-out 4, 5: the sum of ranks 6, mean 9, variance 3 x 2 x 6 / 12."""
    cell = Cell(mean_ranks(np.arange(1.0, 6)), 3, 1.0)
    assert cell.score(np.array([6.0]))[0] == pytest.approx((6 - 9) / np.sqrt(3))


def test_score_has_the_variance_of_shuffles():
    """With ties, as copies have."""
    ranks = mean_ranks(np.repeat([0.0, 1, 2, 3], [15, 5, 4, 6]))
    cell = Cell(ranks, 12, 1.0)
    sums = np.array([RNG.permutation(ranks)[:12].sum() for _ in range(20000)])
    mean, deviation = cell.moments
    assert mean == pytest.approx(sums.mean(), rel=0.01) and deviation == pytest.approx(sums.std(), rel=0.03)


def test_cells_are_weighted_by_held_out_rows():
    """One cell where fakes are nearer than all held-out rows, one where they are further, at 3 to 1."""
    fakes = np.concatenate([np.zeros(30), np.full(30, 9.0)])
    held_out = np.full(40, 5.0)
    found = copying(fakes, held_out, np.repeat([0, 1], 30), np.repeat([0, 1], [30, 10]), n_shuffles=200, seed=0)
    near = Cell(mean_ranks(np.repeat([0.0, 5.0], [30, 30])), 30, 1).score(np.array([465.0]))[0]
    far = Cell(mean_ranks(np.repeat([9.0, 5.0], [30, 10])), 30, 1)
    far = far.score(np.array([far.ranks[:30].sum()]))[0]
    assert found.statistic == pytest.approx(0.75 * near + 0.25 * far)
    assert found.cells == 2 and abs(found.null.mean()) < 0.2


def test_few_fakes_in_a_cell():
    with pytest.raises(ValueError, match="needs a cell with 20 fakes and a held-out image. Received: 19 fakes"):
        copying(np.zeros(19), np.ones(9), np.zeros(19), np.zeros(9), n_shuffles=100, seed=0)


def test_new_images_are_not_copies():
    found = memorization(NEW)
    low, high = found.details["null_interval"]
    assert low < found.value < high and 0.02 < found.details["p_copying"] < 0.98
    assert found.details["null_deviation"] == pytest.approx(np.sqrt(1 / 3), rel=0.3)  # three cells, about as heavy


def test_more_copies_more_memorization():
    """Of 240 fakes 0, 60, 120 and 240 are training rows with a little noise."""
    values, shares = [], []
    for n in (0, 60, 120, 240):
        fakes = NEW.copy()
        fakes[:n] = TRAIN[:n] + 0.01 * RNG.standard_normal((n, 5))
        found = memorization(fakes)
        values.append(found.value)
        shares.append(memorization(fakes, metricName="authenticity").value)
    assert values == sorted(values, reverse=True) and values[0] > -2 and values[-1] < -10
    assert shares == sorted(shares, reverse=True) and shares[-1] == 0
    assert found.details["p_copying"] < 0.01 < 0.9 < found.details["p_underfitting"]


def test_far_fakes_are_underfitted():
    assert memorization(NEW * 3).value > 5


def test_authenticity_by_hand():
    """The nearest training row is 2 away; its own nearest is 1, 4 and 0 away. A copy of a row that is there twice."""
    to_train = Neighbours(np.array([[2.0], [2.0], [2.0], [0.0]]), np.array([[0], [1], [2], [2]]))
    within = Neighbours(np.array([[1.0], [4.0], [0.0]]), np.zeros((3, 1), int))
    assert remoteness(to_train, within).tolist() == [2, 0.5, np.inf, 0]


def test_authenticity_of_held_out_rows_is_a_yardstick():
    found = memorization(NEW, metricName="authenticity")
    assert found.details["held_out"] == pytest.approx(found.value, abs=0.15) and found.details["copies"] == 0
    assert memorization(TRAIN[:50], metricName="authenticity").details["copies"] == 50


def test_centres_of_clear_cells():
    rows = np.concatenate([RNG.standard_normal((50, 2)) + place for place in ([0, 0], [30, 0], [0, 30])])
    centres = cell_centres(local_sides(rows, rows).reals, 3, seed=1)
    assert sorted(np.round(centres / 30).astype(int).tolist()) == [[0, 0], [0, 1], [1, 0]]


def test_held_out_is_needed():
    with pytest.raises(ValueError, match="`held_out` must be given for memorization"):
        Memorization().figure(local_sides(NEW, TRAIN))
