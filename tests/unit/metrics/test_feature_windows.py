"""Rows through an extractor in batches of one size, as a task does it; without Spark."""

import numpy as np
import pandas as pd
import pytest

from bigdl_gan.metrics.features.tasks.function_runs import function_runner

PICTURES = list(np.random.default_rng(0).integers(0, 256, (7, 2, 2, 3), dtype=np.uint8))


def batches(pictures, sizes):
    """Pandas' columns as Spark hands them over, in batches of these sizes."""
    modes = {1: 0, 3: 16}
    rows = [(p[:, :, ::-1].tobytes(), [*p.shape, modes[p.shape[2]]], f"{i}.png") for i, p in enumerate(pictures)]
    start = 0
    for size in sizes:
        yield tuple(pd.Series(list(column), dtype=object) for column in zip(*rows[start:start + size]))
        start += size


def run(function, pictures=PICTURES, sizes=(7,), *, channels=3, names=("features",), batch_size=3):
    runner = function_runner("mine", function, channels=channels, names=names, batch_size=batch_size)
    frames = list(runner.run(batches(pictures, sizes)))
    return {name: np.stack([row for frame in frames for row in frame[name]]) for name in names}


def means(images):
    return images.mean(axis=(1, 2))


EXPECTED = np.stack(PICTURES).mean(axis=(1, 2))


@pytest.mark.parametrize("sizes", [(7,), (1, 2, 4), (3, 4)])
def test_rows_come_back_in_their_order(sizes):
    found = run(means, sizes=sizes)["features"]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, EXPECTED, rtol=1e-6)


def test_every_call_has_the_same_number_of_images():
    shapes = []
    run(lambda images: shapes.append(images.shape) or means(images), sizes=(2, 5))
    assert shapes == [(3, 2, 2, 3)] * 3


def test_sizes_go_to_calls_of_their_own():
    mixed = [PICTURES[0], np.zeros((4, 1, 1), np.uint8), PICTURES[1]]
    shapes = []
    found = run(lambda images: shapes.append(images.shape) or means(images), mixed, (3,))["features"]
    assert sorted(shapes) == [(3, 2, 2, 3), (3, 4, 1, 3)]
    np.testing.assert_allclose(found, [EXPECTED[0], [0, 0, 0], EXPECTED[1]], rtol=1e-6)


def test_probabilities():
    found = run(lambda images: (means(images), images.max(axis=(1, 2)) > 0), names=("features", "probabilities"))
    np.testing.assert_array_equal(found["probabilities"], np.ones((7, 3)))


@pytest.mark.parametrize("function, message", [
    (lambda images: images.mean(), r"must return features as numbers of shape \(3, F\).*Received: float64 \(\)"),
    (lambda images: images, r"Received: uint8 \(3, 2, 2, 3\)"),
    (lambda images: means(images)[:1], r"Received: float64 \(1, 3\)"),
    (lambda images: np.full((3, 2), "a"), r"Received: <U1 \(3, 2\)"),
    (lambda images: (means(images), means(images)), "must return features. Received: 2 outputs"),
    (lambda images: means(images) / 0 * 0, "must return finite features. Received: nan for the image.*'0.png'"),
], ids=["scalar", "images", "rows", "text", "pair", "nan"])  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_a_function_may_not_return(function, message):
    with pytest.raises(ValueError, match=f"mine .*{message}"):
        run(function)


def test_a_pair_was_promised():
    with pytest.raises(ValueError, match="mine must return features and probabilities. Received: 1 outputs"):
        run(means, names=("features", "probabilities"))


def test_features_of_one_length():
    mixed = [PICTURES[0], np.zeros((5, 1, 3), np.uint8)]
    with pytest.raises(ValueError, match=r"as many features for every image. Received: \[36\] and \[45\]"):
        run(lambda images: np.resize(images, (3, images.size)), mixed, (2,))
