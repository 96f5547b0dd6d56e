"""What a trained model tells about images and latents."""

import numpy as np
import pytest
from pyspark.sql import functions as F

from bigdl_gan import GANModel, images


@pytest.fixture(scope="module")
def model(noise, dense_gan):
    return dense_gan(maxIter=3).fit(noise)


def by_id(df, column="score"):
    return {row["id"]: row[column] for row in df.collect()}


@pytest.fixture(scope="module")
def scores(model, noise):
    return by_id(model.score(noise))


def test_scores_are_the_discriminators_logits(model, noise, scores):
    """dllib's own forward pass with the running statistics, on the images as the networks see them."""
    pixels = images.to_numpy(noise.orderBy("id")).transpose(0, 3, 1, 2)
    network = model.getDiscriminator()
    network.set_evaluate_status()
    expected = network.forward((pixels / 127.5 - 1).astype(np.float32)).ravel()
    found = np.array([scores[i] for i in range(48)])
    assert np.ptp(expected) > 0.01  # they differ, so a wrong order would show
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.long
def test_a_score_depends_on_its_image_alone(model, noise, scores):
    """The images dealt anew, and a few of them: in every batch, each has other neighbours."""
    for df in (noise.repartition(5), noise.where("id % 3 = 1"), noise.orderBy(-F.col("id")).coalesce(1)):
        found = by_id(model.score(df))
        assert found and all(scores[i] == score for i, score in found.items())


def test_scores_come_lazily_as_a_column(model, noise, n_jobs):
    before = n_jobs()
    df = model.score(noise.withColumnRenamed("image", "picture"), "a.b", image_col="picture")
    assert n_jobs() == before
    assert df.columns == ["picture", "id", "a.b"] and df.schema["a.b"].dataType.simpleString() == "float"
    assert df.first()["a.b"] == model.score(noise).first()["score"]
    assert model.score(noise.limit(0)).collect() == []


@pytest.mark.parametrize("engine", ["mkldnn", "onednn"])
def test_scores_on_each_engine(model, noise, scores, engine):
    found = by_id(model.copy({model.engine: engine}).score(noise))
    np.testing.assert_allclose([found[i] for i in scores], list(scores.values()), atol=1e-5)


def test_scoring_refuses(model, noise, digits, n_jobs):
    before = n_jobs()
    for name in ("id", "", 3):
        with pytest.raises(ValueError, match="`output_col` must name a new column. Received: output_col="):
            model.score(noise, name)
    with pytest.raises(ValueError, match="`imageCol` must name a column of the DataFrame. Received: imageCol='image'"):
        model.score(noise.select("id"))
    with pytest.raises(TypeError, match="`id` must hold Spark's image struct"):
        model.score(noise, image_col="id")
    with pytest.raises(ValueError, match="`engine` must be one of .*Received: .*dnnl"):
        model.copy()._set(engine="dnnl").score(noise)
    with pytest.raises(ValueError, match="`discriminator` must be set. Received: nothing. Use a fitted"):
        GANModel().score(noise)
    assert n_jobs() == before
    with pytest.raises(Exception, match=r"discriminator's channels, height and width \(1, 4, 4\). Received: 1, 28, 28"):
        model.score(digits).count()
    with pytest.raises(Exception, match=r"\(1, 4, 4\). Received: null"):
        model.score(noise.withColumn("image", F.when(F.col("id") < 40, F.col("image")))).count()


def test_directions_are_the_first_layers(model):
    """The right singular vectors of the first dense layer's kernel, (16, 3)."""
    kernel = np.asarray(model.getGenerator().get_weights()[0], float)
    found = model.directions(3)
    assert kernel.shape == (16, 3) and found.shape == (3, 3)
    np.testing.assert_allclose(np.abs((found * np.linalg.svd(kernel)[2]).sum(axis=1)), 1, atol=1e-5)
    with pytest.raises(ValueError, match="`k` must be an integer from 1 to 3. Received: k=5"):
        model.directions()


@pytest.mark.long
def test_traverse(model, spark):
    latents = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
    direction = model.directions(1)[0]
    df = model.traverse(latents, direction, extent=2, steps=5)
    rows = df.orderBy("id").collect()
    assert df.columns == ["id", "offset", "latent", "image"]
    assert [row["id"] for row in rows] == list(range(10))
    assert [row["offset"] for row in rows] == [-2, -1, 0, 1, 2] * 2
    expected = [latent + offset * direction for latent in latents for offset in (-2, -1, 0, 1, 2)]
    np.testing.assert_allclose([row["latent"] for row in rows], expected, atol=1e-6)
    given = spark.createDataFrame([(i, latent.tolist()) for i, latent in enumerate(latents)], "id long, z array<float>")
    plain = images.to_numpy(model.copy().setLatentCol("z").setOutputCol("image").transform(given))
    moved = images.to_numpy(df.orderBy("id"))
    np.testing.assert_array_equal(moved[[2, 7]], plain)  # offset 0
    assert len(np.unique(moved.reshape(10, -1), axis=0)) == 10
    assert model.traverse(latents[0], direction).count() == 7


@pytest.mark.parametrize("arguments, options, kind, message", [
    ((np.ones(4), np.ones(3)), {}, ValueError, r"`latents` must be \(latent,\) or \(M, latent\) with latent=3. R"),
    ((np.ones((0, 3)), np.ones(3)), {}, ValueError, r"`latents` must be .* Received: shape \(0, 3\)"),
    ((np.ones(3), np.ones((1, 3))), {}, ValueError, r"`direction` must be \(latent,\) with latent=3. Received"),
    ((np.ones(3), [0, np.nan, 1]), {}, ValueError, "`direction` must be finite. Received: nan among them"),
    (("abc", np.ones(3)), {}, TypeError, "`latents` must be numbers. Received: latents='abc'"),
    ((np.ones(3), np.ones(3)), {"steps": 1}, ValueError, "`steps` must be an integer from 2 on. Received: steps=1"),
    ((np.ones(3), np.ones(3)), {"extent": 0}, ValueError, "`extent` must be a finite number above 0. Received: ex"),
])  # fmt: skip
def test_traverse_refuses(model, arguments, options, kind, message):
    with pytest.raises(kind, match=message):
        model.traverse(*arguments, **options)
