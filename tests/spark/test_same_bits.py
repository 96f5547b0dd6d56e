"""One seed, one result: whatever runs at the same time, and in any order of the images."""

import threading

import numpy as np
import pytest
from pyspark.sql import functions as F

from bigdl_gan import GANEstimator
from bigdl_gan.callbacks import SampleGrid
from bigdl_gan.networks import dcgan

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def make(spark):
    """Makes an estimator with DCGANs whose dense layers have sums that MKL adds in another order on two threads."""

    def make(**arguments):
        return GANEstimator(**{
            "generator": dcgan.generator(28, 1, 8, 4), "discriminator": dcgan.discriminator(28, 1, 4), "batchSize": 16,
            "maxIter": 12, "seed": 0, "callbacks": [], **arguments,
        })  # fmt: skip

    return make


def bits(model):
    """All weights and the loss of each update."""
    weights = [w.ravel() for role in ("generator", "discriminator") for w in model.getOrDefault(role).get_weights()]
    losses = [[row["loss/generator"], row["loss/discriminator"]] for row in model.history]
    return np.concatenate([*weights, np.ravel(losses)])


@pytest.fixture(scope="module")
def alone(make, digits):
    return bits(make().fit(digits))


@pytest.mark.slow
def test_grids_of_samples_change_no_bit(make, digits, alone, tmp_path):
    watched = make(callbacks=[SampleGrid(str(tmp_path), every=3)]).fit(digits)
    np.testing.assert_array_equal(bits(watched), alone)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["generate", "reconstruct", "fit"])
def test_what_other_threads_do_changes_no_bit(make, digits, alone, what):
    model = make(maxIter=1).fit(digits)
    beside = {
        "generate": lambda: model.generate(32, seed=1).count(),
        "reconstruct": lambda: model.reconstruct(digits.limit(2), steps=2).collect(),
        "fit": lambda: make(maxIter=2).fit(digits),
    }[what]
    ended, rounds = threading.Event(), []

    def keep_on():
        while not ended.is_set():
            beside()
            rounds.append(1)

    other = threading.Thread(target=keep_on)
    other.start()
    try:
        training = bits(make().fit(digits))
    finally:
        ended.set()
        other.join()
    assert rounds
    np.testing.assert_array_equal(training, alone)


@pytest.mark.slow
def test_training_changes_no_generated_pixel(make, digits, pixels):
    """Latents found by descent reveal a product's last bit; pixels show only what survives rounding."""
    model = make(maxIter=2).fit(digits)
    few = digits.limit(3)
    latents = [row["latent"] for row in model.reconstruct(few, steps=3).collect()]
    images = pixels(model.generate(32))
    seen = []

    def look(rows, training):
        seen.append([[row["latent"] for row in model.reconstruct(few, steps=3).collect()], pixels(model.generate(32))])

    make(maxIter=3, callbacks=[look]).fit(digits)
    assert seen and all(found == [latents, images] for found in seen)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["reversed", "repartitioned", "one partition", "sorted by another column"])
def test_the_order_of_the_rows_does_not_matter(spark, make, digits, alone, how):
    rows = digits.collect()
    df = {
        "reversed": lambda: spark.createDataFrame(rows[::-1], digits.schema),
        "repartitioned": lambda: digits.repartition(5),
        "one partition": lambda: digits.coalesce(1),
        "sorted by another column": lambda: digits.withColumn("n", F.rand(seed=1)).orderBy("n"),
    }[how]()
    np.testing.assert_array_equal(bits(make().fit(df)), alone)


def test_equal_images_are_all_seen(make, digits):
    """All images count, even if their hashes are equal."""
    twice = digits.limit(8).union(digits.limit(8)).union(digits.limit(8))
    rows = make(maxIter=3, batchSize=8).fit(twice).history
    assert rows[-1]["epoch"] == 1.0 and np.isfinite(rows[-1]["loss/discriminator"])
