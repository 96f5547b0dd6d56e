"""The points of a report's curves."""

import numpy as np

from bigdl_gan.report.curve_points import (
    centred_means,
    curve_of,
    extremes,
    panels,
    rates,
    thinned,
)


def test_centred_means():
    values = np.array([1.0, 2.0, 6.0, 3.0, 9.0])
    np.testing.assert_allclose(centred_means(values, 3), [1.5, 3, 11 / 3, 6, 6], rtol=1e-12)
    np.testing.assert_allclose(centred_means(np.array([4.0, 2.0]), 1), [4, 2], rtol=1e-12)
    np.testing.assert_allclose(centred_means(np.full(99, 7.0), 5), 7, rtol=1e-12)


def test_a_curve_is_smoothed_over_a_25th_of_its_rows():
    assert [curve_of("", np.arange(n), np.ones(n)).window for n in (1, 24, 50, 75, 1000)] == [1, 1, 3, 3, 41]


def test_spikes_survive_the_thinning():
    x, y = np.arange(20_000.0), np.zeros(20_000)
    y[[7, 11_111, 19_999]] = 5, -9, 2
    a, b = extremes(x, y)
    assert len(a) <= 480 and (np.diff(a) > 0).all()
    assert {7.0: 5, 11_111.0: -9, 19_999.0: 2}.items() <= dict(zip(a, b)).items()
    assert extremes(x[:480], y[:480])[0] is not None and len(extremes(x[:480], y[:480])[0]) == 480


def test_a_thinned_line_keeps_its_ends():
    a, b = thinned(np.arange(10_000.0), np.arange(10_000.0) ** 2)
    assert len(a) == 240 and (a[0], a[-1]) == (0, 9999) and (b == a**2).all()
    assert thinned(np.arange(3.0), np.ones(3))[0].tolist() == [0, 1, 2]


def test_one_chart_for_each_family_and_for_each_other_statistic():
    rows = [
        {"iteration": 1, "seconds": 1.0, "loss/generator": 1.0, "accuracy/fake": 0.5, "seconds/update": 0.1},
        {"iteration": 2, "seconds": 2.0, "loss/generator": float("nan"), "loss/discriminator": 3.0, "metric/kid": 0.1,
         "standard_error/kid": 0.01},
        {"iteration": 3, "seconds": 3.0, "loss/generator": float("inf"), "own/figure": 9.0, "penalty/r1": 2.0},
    ]
    found = {panel.title: [(c.label, c.x.tolist(), c.y.tolist()) for c in panel.curves] for panel in panels(rows)}
    assert found == {
        "Losses": [("generator", [1], [1]), ("discriminator", [2], [3])],
        "Discriminator's accuracy": [("on generated images", [1], [0.5])],
        "Penalties": [("R1", [3], [2])],
        "Kernel distance": [("metric/kid", [2], [0.1])],
        "own/figure": [("own/figure", [3], [9])],
    }
    assert [panel.scale for panel in panels(rows)] == ["linear", "share", "linear", "linear", "linear"]
    assert panels([{"iteration": 1, "gradient_norm/generator": 2.0}])[0].scale == "log"
    assert panels([]) == []


def test_images_per_second():
    """Rows may cover several updates, and a resume may leave two rows at one time."""
    places = ((1, 8, 1.0), (2, 16, 3.0), (4, 32, 3.0), (6, 64, 4.0))
    rows = [{"iteration": i, "images": n, "seconds": t} for i, n, t in places]
    x, y = rates([*rows, {"iteration": 7}])
    assert (x.tolist(), y.tolist()) == ([2, 6], [4, 32])
    assert rates(rows[:1])[0].tolist() == []
