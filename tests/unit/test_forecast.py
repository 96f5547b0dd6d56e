"""The model in benchmarks/forecast.py, on times that follow it exactly."""

import numpy as np
import pytest

from benchmarks import forecast

BYTES = 24e6  # the gradients' bytes
A, B, C = 0.012, 0.05, 2e-9  # seconds an image and core, an update, a byte


def line(executors, cores, batch):
    exchange = C * 2 * (executors - 1) / executors * BYTES
    seconds = A * batch / (executors * cores) + B + exchange
    return {"executors": executors, "cores": cores, "batch": batch, "seconds": {"median": seconds},
            "exchange_share": exchange / seconds}  # fmt: skip


LINES = [line(1, 1, 64), line(1, 2, 64), line(2, 1, 64), line(1, 1, 32), line(2, 1, 32)]


def test_fit_finds_the_coefficients():
    np.testing.assert_allclose(forecast.fit(LINES, BYTES), [A, B, C], rtol=1e-9)


def test_each_measurement_is_predicted_from_the_others():
    tests = forecast.leave_one_out(LINES, BYTES)
    assert [(test["executors"], test["cores"], test["batch"]) for test in tests] == [
        (1, 1, 64), (1, 2, 64), (2, 1, 64), (1, 1, 32), (2, 1, 32)
    ]  # fmt: skip
    np.testing.assert_allclose([test["error"] for test in tests], 0, atol=1e-9)


def test_two_measurements_are_a_model_without_a_test():
    two = [line(1, 1, 64), line(2, 1, 64)]
    np.testing.assert_allclose(forecast.fit(two, BYTES), [A, B, C], rtol=1e-9)
    assert forecast.leave_one_out(two, BYTES) == []


def test_a_network_adds_the_ring():
    # 4 executors of 64 images: 6 steps of a quarter of 24 MB on 1.25 GB/s links, and 50 us each
    here = A * 64 + B + C * 2 * 3 / 4 * BYTES
    wire = 6 * (6e6 / 1.25e9 + 50e-6)
    found = forecast.model(LINES, BYTES)["predicted"]
    np.testing.assert_allclose(found["weak"][4], 256 / (here + wire), rtol=1e-9)
    np.testing.assert_allclose(found["one_executor"], 64 / (A * 64 + B), rtol=1e-9)
    np.testing.assert_allclose(found["weak_efficiency"][4], (A * 64 + B) / (here + wire), rtol=1e-9)
    assert found["strong_batch"] == 256
    np.testing.assert_allclose(found["strong"][4], found["weak"][4], rtol=1e-9)


@pytest.mark.parametrize("lines", [
    [line(2, 1, 64)],
    [line(2, 1, 64), line(1, 2, 64)],  # 32 images a core, both
    [line(1, 1, 64), line(1, 2, 64)],  # nobody to exchange with
], ids=["one", "same images per core", "no exchange"])  # fmt: skip
def test_no_model_of_what_does_not_determine_it(lines):
    assert forecast.model(lines, BYTES) == {}
