"""The images that a model makes from given and from truncated latents, and the latents that it finds for images."""

import numpy as np
import pytest
from pyspark.sql import functions as F

from bigdl_gan import images


@pytest.fixture(scope="module")
def model(noise, dense_gan):
    return dense_gan(maxIter=3).fit(noise)


@pytest.fixture(scope="module")
def digits_model(spark, digit_gan, digits):
    return digit_gan(maxIter=3).fit(digits)


def pixels(df):
    return images.to_numpy(df)


def test_images_say_where_they_come_from(model):
    rows = model.generate(3, seed=9).orderBy("id").collect()
    origins = [row["image"]["origin"] for row in rows]
    assert origins == [f"gan:{model.uid}?iteration=3&seed=9&id={i}" for i in range(3)]


@pytest.mark.long
def test_truncation(model, spark):
    """Truncation reduces variety without clipping: a draw within the limit is unchanged."""
    near = model.copy().setTruncation(0.5)
    plain, truncated = pixels(model.generate(64)).astype(float), pixels(near.generate(64)).astype(float)
    assert truncated.std(axis=0).mean() < 0.8 * plain.std(axis=0).mean()
    far = model.copy().setTruncation(50.0)
    np.testing.assert_array_equal(pixels(far.generate(64)), plain)
    assert "&truncation=0.5&id=1" in near.generate(2).orderBy("id").collect()[1]["image"]["origin"]
    np.testing.assert_array_equal(pixels(near.generate(8)), truncated[:8])
    with pytest.raises(ValueError, match="`truncation` must be at least 0.1. Received: truncation=0.05"):
        model.copy().setTruncation(0.05).generate(1)


@pytest.mark.long
def test_interpolation_ends_where_it_should(model, spark):
    ends = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
    path = model.interpolate(ends, 4).orderBy("id").collect()
    assert [row["id"] for row in path] == [0, 1, 2, 3, 4]
    rows = [(i, [float(x) for x in end]) for i, end in enumerate(ends)]
    latents = spark.createDataFrame(rows, "id long, z array<float>")
    direct = model.copy().setLatentCol("z").setOutputCol("image").transform(latents)
    first, last = pixels(direct)
    np.testing.assert_array_equal(images.to_array(path[0]["image"]), first)
    np.testing.assert_array_equal(images.to_array(path[-1]["image"]), last)
    with pytest.raises(ValueError, match="`latents` must have the generator's 3 numbers each. Received: 4"):
        model.interpolate(np.ones((2, 4)), 4)


@pytest.mark.long
def test_reconstruction_finds_what_it_made(digits_model, spark):
    """An odd number of the model's own images: the latents found reproduce them, far better than the initial ones."""
    wanted = digits_model.generate(35, seed=4)
    found = digits_model.reconstruct(wanted, steps=np.int64(150), learning_rate=np.float32(0.1))
    rows = found.orderBy("id").collect()
    assert found.columns == ["id", "image", "latent", "distance"] and len(rows) == 35
    distances = np.array([row["distance"] for row in rows])
    digits_model.reconstruct(wanted, learning_rate=1)  # an integer is accepted as a number
    begin = digits_model.reconstruct(wanted, steps=1, learning_rate=1e-9).orderBy("id").collect()
    assert distances.mean() < 0.25 * np.mean([row["distance"] for row in begin])
    again = digits_model.copy().setLatentCol("latent").setOutputCol("again").transform(found)
    made = np.stack([images.to_array(row["again"]) for row in again.orderBy("id").collect()]).astype(float)
    actual = np.sqrt(((made - pixels(wanted)) ** 2).mean(axis=(1, 2, 3))) / 255
    np.testing.assert_allclose(actual, distances, atol=0.01)  # pixels are rounded to 256 levels


def test_reconstruction_refuses(model, noise, digits):
    with pytest.raises(ValueError, match="`steps` must be an integer from 1 to .* Received: steps=0"):
        model.reconstruct(noise, steps=0)
    with pytest.raises(TypeError, match="`steps` must be an integer from 1 to .* Received: steps=2.0"):
        model.reconstruct(noise, steps=2.0)
    for rate in (0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="`learning_rate` must be a finite number above 0. Received"):
            model.reconstruct(noise, learning_rate=rate)
    with pytest.raises(ValueError, match="must not have a column `latent` or `distance`"):
        model.reconstruct(noise.withColumnRenamed("id", "latent"))
    with pytest.raises(Exception, match=r"generator's channels, height and width \(1, 4, 4\). Received: 1, 28, 28"):
        model.reconstruct(digits).count()
    short = noise.withColumn("image", F.col("image").withField("data", F.unhex(F.lit("00"))))
    with pytest.raises(Exception, match="data must have 16 bytes. Received: 1, origin"):
        model.reconstruct(short).count()
