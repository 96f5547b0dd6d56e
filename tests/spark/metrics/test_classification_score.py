"""`classification_accuracy` on pictures whose labels can be learnt, and on some whose labels are wrong."""

import numpy as np
import pytest
from pyspark.sql import functions as F

from bigdl_gan.metrics.classification_score import classification_accuracy


@pytest.fixture(scope="module")
def pictures(frame):
    """Makes labelled pictures: the lighter half is on the left (0) or on the right (1)."""

    def make(count, seed):
        levels = np.random.default_rng(seed).integers(0, 100, (count, 6, 6, 1))
        for i in range(count):
            levels[i, :, i % 2 * 3:i % 2 * 3 + 3] += 100
        return frame(list(levels.astype(np.uint8)), 2).withColumn("label", (F.col("id") % 2).cast("int"))

    return make


@pytest.mark.slow
def test_wrong_labels_are_caught(pictures):
    reals, test = pictures(60, 1), pictures(40, 2)
    wrong = pictures(50, 3).withColumn("label", 1 - F.col("label"))
    options = {"epochs": 6, "batch_size": 16, "learning_rate": 0.01}
    found = classification_accuracy(wrong, reals, test, **options)
    assert found.value < 0.1 and found.real_value > 0.8
    assert (found.n_train, found.n_test, found.seed, dict(found.settings)) == (50, 40, 0, options)
    np.testing.assert_allclose(found.standard_error, np.sqrt(found.value * (1 - found.value) / 40))
    again = classification_accuracy(wrong, reals.repartition(3), test, **options)
    assert again[:4] == found[:4]


def test_refusals(pictures, n_jobs):
    df = pictures(4, 0)
    before = n_jobs()
    with pytest.raises(ValueError, match="`label_col` must name a column"):
        classification_accuracy(df, df.drop("label"), df)
    with pytest.raises(TypeError, match="classification_accuracy, for `test`, takes a Spark DataFrame. Received: None"):
        classification_accuracy(df, df, None)
    assert n_jobs() == before
    with pytest.raises(ValueError, match="`reals` must have rows. Received: an empty DataFrame"):
        classification_accuracy(df, df.where("id < 0"), df)
