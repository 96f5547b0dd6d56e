"""Tiny images and networks, and a look at what Spark does with them."""

import functools

import numpy as np
import pytest
from bigdl.dllib.keras.layers import Activation, BatchNormalization, Dense, Flatten, Reshape
from bigdl.dllib.keras.models import Sequential

from bigdl_gan import GANEstimator, datasets
from bigdl_gan.images import IMAGE_SCHEMA, from_array
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import building, initialize
from bigdl_gan.networks import dcgan
from bigdl_gan.training import assembly


@pytest.fixture(scope="session")
def frame(spark):
    """Makes a DataFrame(image, id) of uint8 arrays (H, W, C); None is a null image."""

    def make(arrays, n_partitions=2):
        rows = [(None if array is None else from_array(array, origin=f"{i}.png"), i) for i, array in enumerate(arrays)]
        rdd = spark.sparkContext.parallelize(rows, n_partitions)
        return spark.createDataFrame(rdd, f"image {IMAGE_SCHEMA.simpleString()}, id long")

    return make


@pytest.fixture(scope="session")
def noise(frame):
    """48 different images of (C, H, W) = (1, 4, 4), in three partitions."""
    return frame(list(np.random.default_rng(0).integers(0, 256, size=(48, 4, 4, 1), dtype=np.uint8)), 3)


@pytest.fixture(scope="session")
def digits(spark):
    """64 bundled digits as plain rows: nothing cached, and no Python worker needed to read them."""
    rows = datasets.mnist(spark).select("image").limit(64).collect()
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, 2), f"image {IMAGE_SCHEMA.simpleString()}")


@pytest.fixture(scope="session")
def dense_networks(spark):
    """Makes the smallest networks that train: 3 latents to (channels, size, size), with a batch norm in each."""

    @functools.lru_cache(maxsize=None)
    def build(size, channels, seed):
        shape = (channels, size, size)
        with building():
            generator, discriminator = Sequential(), Sequential()
            generator.add(Dense(channels * size * size, input_shape=(3,)))
            generator.add(Reshape(shape))
            generator.add(BatchNormalization(epsilon=1e-5, momentum=0.1))
            generator.add(Activation("tanh"))
            discriminator.add(Flatten(input_shape=shape))
            discriminator.add(Dense(4))
            discriminator.add(BatchNormalization(epsilon=1e-5, momentum=0.1))
            discriminator.add(Activation("relu"))
            discriminator.add(Dense(1))
            networks = {"generator": generator, "discriminator": discriminator}
            return {role: initialize(network, stddev=0.2, seed=seed) for role, network in networks.items()}

    def make(size=4, channels=1, seed=0):
        # dllib asks the JVM for each layer a dozen times: copies take a fortieth of the time
        return {role: bridge.clone_network(network) for role, network in build(size, channels, seed).items()}

    return make


@pytest.fixture(scope="session")
def dense_gan(dense_networks):
    """Makes an estimator of `dense_networks` for `noise`: 2 updates of 8 images, in silence, if not told otherwise."""

    def make(**arguments):
        return GANEstimator(**{**dense_networks(), "batchSize": 8, "maxIter": 2, "callbacks": [], **arguments})

    return make


@pytest.fixture(scope="session")
def digit_gan(spark):
    """Makes an estimator of narrow DCGANs for `digits`: 2 updates of 8 images, in silence; arguments replace these.

    The generator starts from larger weights than usual, so that its images differ from the first update on."""

    def make(**arguments):
        generator = initialize(dcgan.generator(28, 1, 5, 4), stddev=0.2, seed=0)
        networks = {"generator": generator, "discriminator": dcgan.discriminator(28, 1, 4)}
        return GANEstimator(**{**networks, "batchSize": 8, "maxIter": 2, "callbacks": [], **arguments})

    return make


@pytest.fixture(scope="session")
def n_jobs(spark):
    """Counts the Spark jobs submitted so far."""
    return lambda: spark.sparkContext._jsc.sc().dagScheduler().numTotalJobs()


@pytest.fixture(scope="session")
def pixels():
    """Collects a DataFrame of generated images: id -> bytes."""
    return lambda df: {row["id"]: bytes(row["image"]["data"]) for row in df.collect()}


@pytest.fixture
def refused(n_jobs, spark, monkeypatch):
    """Fits, and expects an error with that message before any Spark job."""
    monkeypatch.setattr(assembly, "Loop", lambda *args, **options: pytest.fail("The training started."))

    def refused(gan, df, kind, message):
        before = n_jobs()
        with pytest.raises(kind, match=message):
            gan.fit(df)
        assert n_jobs() == before
        assert list(bridge.call("resourceUse")) == [0, 0]

    return refused
