"""`digits`: the classifier in the package."""

from pathlib import Path

import numpy as np
import pytest

from bigdl_gan import datasets
from bigdl_gan.metrics.features import digits

MNIST = Path(__file__).resolve().parents[4] / "shared" / "data" / "mnist"


@pytest.mark.long
def test_knows_the_bundled_digits(spark):
    sample = datasets.mnist(spark).limit(300).cache()
    extractor = digits()
    assert extractor.labels == list(range(10)) and extractor.images == 60_000
    assert extractor.accuracy(sample, "label") > 0.98
    rows = extractor.extract(sample).collect()
    probabilities = np.array([row.probabilities for row in rows])
    assert probabilities.shape == (300, 10) and np.isfinite([row.features for row in rows]).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.slow
@pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST's test set is not in ../shared/data/mnist")
def test_knows_the_test_set(spark):
    test = datasets.mnist(spark, path=str(MNIST), split="test")
    assert digits().accuracy(test, "label") >= 0.99
