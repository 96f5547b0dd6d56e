"""`classification_accuracy` on pictures whose labels can be learnt, and on some whose labels are wrong."""

import numpy as np
import pytest
from pyspark.sql import functions as F

from bigdl_gan.metrics import ClassificationAccuracy, classification_accuracy, evaluate


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


@pytest.mark.slow
def test_as_an_evaluator(pictures):
    reals, test = pictures(60, 1), pictures(40, 2)
    wrong = pictures(50, 3).withColumn("label", 1 - F.col("label"))
    options = {"epochs": 2, "batch_size": 16, "learning_rate": 0.01}
    expected = classification_accuracy(wrong, reals, test, **options)
    evaluator = ClassificationAccuracy(epochs=2, batchSize=16, learningRate=0.01)
    found = evaluate(wrong, reals, [evaluator], held_out=test)["classification_accuracy"]
    assert (found.value, found.standard_error) == (expected.value, expected.standard_error)
    assert dict(found.details) == {
        "reals": expected.real_value, "reals_standard_error": expected.real_standard_error, "n_held_out": 40
    }  # fmt: skip
    assert (found.n_fakes, found.n_reals, found.is_larger_better) == (50, 50, True)
    renamed = [df.withColumnRenamed("label", "digit") for df in (wrong, reals, test)]
    alone = evaluator.copy().setReals(renamed[1]).setHeldOut(renamed[2]).setLabelCol("digit")
    assert alone.evaluate(renamed[0].withColumnRenamed("image", "generated")) == expected.value


def test_refusals(pictures, n_jobs):
    df = pictures(4, 0)
    before = n_jobs()
    with pytest.raises(ValueError, match="`label_col` must name a column"):
        classification_accuracy(df, df.drop("label"), df)
    with pytest.raises(TypeError, match="classification_accuracy, for `test`, takes a Spark DataFrame. Received: None"):
        classification_accuracy(df, df, None)
    with pytest.raises(ValueError, match="`held_out` must be given for classification_accuracy"):
        evaluate(df, df, "classification_accuracy")
    with pytest.raises(ValueError, match="`label_col` must name a column .* label_col='label'"):
        evaluate(df, df.drop("label"), "classification_accuracy", held_out=df)
    assert n_jobs() == before
    with pytest.raises(ValueError, match="`reals` must have rows. Received: an empty DataFrame"):
        classification_accuracy(df, df.where("id < 0"), df)
