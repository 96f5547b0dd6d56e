"""Trainings on labelled images, and what their models generate for labels."""

import re

import numpy as np
import pytest
from pyspark.sql import functions as F

from bigdl_gan import GANEstimator, GANModel, layers
from bigdl_gan.jvm import bridge
from bigdl_gan.training import labelling

pytestmark = pytest.mark.long

SHAPE = (1, 4, 4)
LEVELS = (-0.5, 0.0, 0.5)  # what the generator paints for each number of a label vector, before any training
COLOURS = {"blue": 10, "green": 20, "red": 30}


def networks(n_labels=3):
    """A generator that paints the sum of its labels' levels, whatever the latent; a discriminator that sees labels."""
    z, y = layers.Input((2,)), layers.Input((n_labels,))
    painted = layers.Dense(16, use_bias=False)(layers.Concatenate()([z, y]))
    generator = layers.Model([z, y], layers.Activation("tanh")(layers.Reshape(SHAPE)(painted)))
    columns = [0.0, 0.0, *(np.arctanh(level) for level in (*LEVELS, *LEVELS)[:n_labels])]
    generator.set_weights([np.tile(np.float32(columns), (16, 1))])
    x, label = layers.Input(SHAPE), layers.Input((n_labels,))
    joined = layers.Concatenate()([layers.Flatten()(x), label])
    return {"generator": generator, "discriminator": layers.Model([x, label], layers.Dense(1)(joined))}


@pytest.fixture(scope="module")
def made(spark):
    return networks()


@pytest.fixture(scope="module")
def coloured(frame):
    """30 blue, 12 green and 6 red images, all different."""
    pixels = np.random.default_rng(0).integers(0, 256, size=(48, 4, 4, 1), dtype=np.uint8)
    rows = frame(list(pixels), 3)
    name = F.when(F.col("id") < 30, "blue").when(F.col("id") < 42, "green").otherwise("red")
    return rows.withColumn("colour", name).cache()


@pytest.fixture(scope="module")
def gan(made):
    def make(**arguments):
        usual = {"labelCol": "colour", "batchSize": 8, "maxIter": 2, "callbacks": [], "emaHalfLife": 0.0}
        return GANEstimator(**{**made, **usual, **arguments})

    return make


@pytest.fixture(scope="module")
def model(gan, coloured):
    return gan(generatorLearningRate=1e-6).fit(coloured)


def painted(df, column="image"):
    """The mean level of each image, in the order of ids, in [-1, 1]."""
    rows = df.orderBy("id").collect()
    return [np.frombuffer(bytes(row[column].data), np.uint8).mean() / 127.5 - 1 for row in rows]


def weights(model):
    return model.weights_digest()


def test_a_model_knows_its_labels(model):
    assert model.labels.names == ["blue", "green", "red"] and model.labels.counts == [30, 12, 6]
    assert model.labels.columns == ["colour"] and model.labels.is_one_hot


def test_images_for_labels(model):
    """One, a list in turn, and mixtures."""
    np.testing.assert_allclose(painted(model.generate(5, labels="red")), 0.5, atol=0.01)
    in_turn = model.generate(5, labels=["red", "blue"])
    np.testing.assert_allclose(painted(in_turn), [0.5, -0.5, 0.5, -0.5, 0.5], atol=0.01)
    assert in_turn.columns == ["id", "colour", "image"]
    assert [row.colour for row in in_turn.orderBy("id").collect()] == ["red", "blue", "red", "blue", "red"]
    mixed = model.generate(2, labels={"red": 0.5, "green": 0.5})
    np.testing.assert_allclose(painted(mixed), np.tanh(np.arctanh(0.5) / 2), atol=0.01)
    assert [row.colour for row in mixed.collect()] == [None, None]


def test_labels_have_the_images_shares(model):
    """And each image is of its label; the same seed gives the same labels."""
    n = 2000
    rows = model.generate(n, seed=3).orderBy("id").collect()
    found = [row.colour for row in rows]
    for name, share in zip(("blue", "green", "red"), (30 / 48, 12 / 48, 6 / 48)):
        assert abs(found.count(name) / n - share) < 4 * np.sqrt(share * (1 - share) / n)
    level = dict(zip(("blue", "green", "red"), LEVELS))
    np.testing.assert_allclose(painted(model.generate(20, seed=3)), [level[name] for name in found[:20]], atol=0.01)


@pytest.mark.parametrize("labels, message", [
    ("pink", "`labels` must be among the model's labels: 'blue', 'green', 'red'. Received: 'pink'."),
    (["red", 1], "Received: 1."), ([], "`labels` must have at least one label. Received: [].".replace("[]", r"\[\]")),
    ({"red": "much"}, "`labels` must be a finite number"),
])  # fmt: skip
def test_unknown_labels(model, labels, message):
    with pytest.raises((ValueError, TypeError), match=message):
        model.generate(2, labels=labels)


def test_transform_takes_labels_from_a_column(model, spark):
    rows = [(0, "green"), (1, "red"), (2, "blue")]
    made = model.transform(spark.createDataFrame(rows, "id long, colour string"))
    assert made.columns == ["id", "colour", "generated"]
    np.testing.assert_allclose(painted(made, "generated"), [0, 0.5, -0.5], atol=0.01)
    elsewhere = model.copy().setLabelCol("other")
    again = elsewhere.transform(spark.createDataFrame(rows, "id long, other string"))
    np.testing.assert_allclose(painted(again, "generated"), [0, 0.5, -0.5], atol=0.01)
    with pytest.raises(ValueError, match="`labelCol` must name columns of the DataFrame. Received: labelCol='other'"):
        elsewhere.transform(made.drop("generated"))
    for label in ("pink", None):
        odd = model.transform(spark.createDataFrame([(0, label)], "id long, colour string"))
        with pytest.raises(Exception, match=f"The labels in `colour` must be among .*Received: {label or 'null'}"):
            odd.collect()


def test_a_path_goes_from_label_to_label(model):
    latents = np.random.default_rng(0).normal(size=(2, 2))
    made = model.interpolate(latents, 2, labels=["blue", "red"])
    np.testing.assert_allclose(painted(made), [-0.5, 0, 0.5], atol=0.01)
    assert made.columns == ["id", "latent", "label_vector", "image"]
    np.testing.assert_allclose(painted(model.interpolate(latents, 2, labels="red")), 0.5, atol=0.01)
    with pytest.raises(ValueError, match="`labels` must be one label, or one for each of the 2 latents. Received: 3"):
        model.interpolate(latents, 2, labels=["red", "red", "red"])
    with pytest.raises(ValueError, match="Received: none"):
        model.interpolate(latents, 2)


def test_reconstruct_takes_labels_from_a_column(model):
    """The latents change nothing here: so a distance shows which label it was."""
    shown = model.generate(3, labels=["blue", "green", "red"])
    found = model.reconstruct(shown, steps=1).collect()
    assert max(row.distance for row in found) < 0.01 and set(found[0].asDict()) == {
        "id", "colour", "image", "latent", "distance"
    }
    wrong = model.reconstruct(shown.withColumn("colour", F.lit("blue")), steps=1).orderBy("id").collect()
    np.testing.assert_allclose([row.distance for row in wrong], [0, 0.25, 0.5], atol=0.01)


def test_score_takes_labels_from_a_column(model, coloured):
    """The discriminator is linear in the label vector: its weights are the differences."""
    one = coloured.where("id = 0").select("image", "id")
    scores = {name: model.score(one.withColumn("colour", F.lit(name))).first().score for name in model.labels.names}
    kernel, _ = model.getDiscriminator().get_weights()
    differences = kernel.ravel()[16:] - kernel.ravel()[16]
    np.testing.assert_allclose(np.subtract(list(scores.values()), scores["blue"]), differences, atol=1e-5)
    with pytest.raises(ValueError, match="`labelCol` must name columns of the DataFrame. Received: labelCol='colour'"):
        model.score(one)


def test_traverse_takes_labels(model):
    latents = np.ones((2, 2))
    made = model.traverse(latents, [1.0, 0.0], steps=2, labels=["blue", "red"])
    np.testing.assert_allclose(painted(made), [-0.5, -0.5, 0.5, 0.5], atol=0.01)
    assert made.columns == ["id", "offset", "latent", "label_vector", "image"]


def test_directions_count_latents_only(gan, coloured):
    """The generator's first layer takes latents and labels; only the latents' columns count."""
    found = gan(generatorLearningRate=1e-2).fit(coloured).directions(2)
    assert found.shape == (2, 2)
    np.testing.assert_allclose(found @ found.T, np.eye(2), atol=1e-5)


def test_saved_and_loaded(model, tmp_path):
    model.write().save(str(tmp_path / "model"))
    loaded = GANModel.load(str(tmp_path / "model"))
    assert loaded.labels == model.labels and loaded.getLabelCol() == "colour"
    assert painted(loaded.generate(4, seed=1)) == painted(model.generate(4, seed=1))


def test_a_resume_is_exact(gan, coloured, tmp_path):
    """Also from a checkpoint, and for callbacks: they see labels."""
    seen = []

    def look(rows, training):
        seen.append(training.generate(2).columns)

    whole = gan(maxIter=5).fit(coloured)
    gan(maxIter=2, checkpointDir=str(tmp_path)).fit(coloured)
    resumed = gan(maxIter=5, checkpointDir=str(tmp_path), callbacks=[look]).fit(coloured.repartition(2))
    assert weights(resumed) == weights(whole)
    assert seen and seen[0] == ["id", "colour", "image"]
    assert GANModel.load(str(tmp_path)).labels == whole.labels
    other = coloured.withColumn("colour", F.when(F.col("id") == 0, "red").otherwise(F.col("colour")))
    with pytest.raises(ValueError, match="A training must be resumed on the images it began with"):
        gan(maxIter=6, checkpointDir=str(tmp_path)).fit(other)
    renamed = coloured.withColumn("colour", F.concat(F.lit("a "), "colour"))
    with pytest.raises(ValueError, match=re.escape("the labels it began with. Received: ['a blue', 'a green'")):
        gan(maxIter=6, checkpointDir=str(tmp_path)).fit(renamed)


def test_labels_matter_and_their_names_do_not(gan, coloured):
    number = F.when(F.col("colour") == "blue", 10).when(F.col("colour") == "green", 20).otherwise(30)
    one = gan().fit(coloured)
    numbered = gan().fit(coloured.withColumn("colour", number))
    assert numbered.labels.names == [10, 20, 30] and weights(numbered) == weights(one)
    assert numbered.generate(1, labels=np.int64(20)).first().colour == 20
    shifted = gan().fit(coloured.withColumn("colour", F.when(F.col("id") < 20, "blue").when(F.col("id") < 40, "green")
                                            .otherwise("red")))
    assert weights(shifted) != weights(one)


def test_balanced_batches(gan, coloured):
    assert weights(gan(balanceClasses=True).fit(coloured)) != weights(gan().fit(coloured))


@pytest.mark.parametrize("rank", [0, 1])
def test_a_balanced_order(spark, rank):
    """Each round has each class once; of a class's images, all come before one comes again."""
    classes = [0] * 7 + [2] * 3 + [5]
    order = list(bridge.call("probeBalancedOrder", classes, 4, rank, 3 * 21))
    rounds = np.reshape([classes[image] for image in order], (-1, 3))
    assert all(sorted(turn) == [0, 2, 5] for turn in rounds.tolist()) and len({*map(tuple, rounds.tolist())}) > 1
    for kind, size in ((0, 7), (2, 3), (5, 1)):
        own = np.reshape([image for image in order if classes[image] == kind], (-1, size))
        assert all(sorted(turn) == sorted(own[0]) for turn in own.tolist()), kind
    firsts = {tuple(image for image in order if classes[image] == 0)[7 * i:7 * i + 7] for i in range(3)}
    assert len(firsts) == 3
    assert order != list(bridge.call("probeBalancedOrder", classes, 4, 1 - rank, 3 * 21))


def test_attributes(gan, coloured):
    """Several at once; as flags, as 0 and 1, and as -1 and 1."""
    flags = {"dark": F.col("id") % 2 == 0, "old": F.col("id") < 12, "wide": F.col("id") % 3 == 0}
    kinds = [lambda c: c, lambda c: c.cast("tinyint"), lambda c: F.when(c, 1).otherwise(-1)]
    frames = [
        coloured.select("image", "id", *(kind(flag).alias(name) for name, flag in flags.items())) for kind in kinds
    ]
    common = {"labelCols": list(flags), "generatorLearningRate": 1e-6}
    models = [_attributed(gan, **common).fit(df) for df in frames]
    assert len({weights(model) for model in models}) == 1
    model = models[0]
    assert model.labels.names == list(flags) and not model.labels.is_one_hot and sum(model.labels.counts) == 48
    np.testing.assert_allclose(painted(model.generate(1, labels="wide")), 0.5, atol=0.01)
    np.testing.assert_allclose(painted(model.generate(1, labels={"dark": 1, "wide": 1})), 0, atol=0.01)
    made = model.generate(600, seed=1)
    assert made.columns == ["id", "dark", "old", "wide", "image"]
    old = [row.old for row in made.collect()]
    assert set(old) == {0.0, 1.0} and abs(np.mean(old) - 0.25) < 0.08
    np.testing.assert_allclose(
        painted(model.transform(frames[2].where("id in (0, 1, 3)")), "generated"), [0, 0, 0.5], atol=0.01
    )
    with pytest.raises(ValueError, match="`labelCols` must name columns of attributes.*Received: old with nulls"):
        _attributed(gan, **common).fit(frames[1].withColumn("old", F.lit(2)))


def _attributed(gan, **arguments):
    estimator = gan(**arguments)
    estimator.clear(estimator.labelCol)
    return estimator


@pytest.mark.parametrize("arguments, message", [
    ({"labelCols": ["a"]}, "`labelCol` and `labelCols` must not both be set"),
    ({"labelCol": "no"}, "`labelCol` must name columns of the DataFrame. Received: labelCol='no'"),
    ({"labelCol": "image"}, "`labelCol` must have type tinyint, .*, string. Received: image of type struct"),
])  # fmt: skip
def test_params_that_break_a_rule(gan, coloured, arguments, message):
    with pytest.raises(ValueError, match=message):
        gan(**arguments).fit(coloured)


def test_networks_and_params_that_do_not_fit(gan, coloured, dense_networks, made):
    no_labels = gan()
    no_labels.clear(no_labels.labelCol)
    with pytest.raises(ValueError, match="`labelCol` or `labelCols` must be set with networks that take labels"):
        no_labels.fit(coloured)
    with pytest.raises(ValueError, match="`labelCol` must be set with balanceClasses=True"):
        no_labels.setBalanceClasses(True).fit(coloured)
    with pytest.raises(ValueError, match="`labelCol` must be unset with networks that take no labels"):
        gan(**dense_networks()).fit(coloured)
    with pytest.raises(ValueError, match="Both networks must take the same labels. Received: .* 3 numbers, .* takes 0"):
        gan(discriminator=dense_networks()["discriminator"]).fit(coloured)
    with pytest.raises(ValueError, match="must take label vectors of 3 numbers, .*'blue', 'green', 'red'.* take 2"):
        gan(**networks(2)).fit(coloured)
    with pytest.raises(ValueError, match="must take label vectors of 1 numbers, one for each column of `labelCols`"):
        _attributed(gan, labelCols=["id"]).fit(coloured)


def test_labels_that_cannot_be_classes(gan, coloured, monkeypatch):
    with pytest.raises(ValueError, match="without nulls. Received: colour with 6 of them"):
        gan().fit(coloured.withColumn("colour", F.when(F.col("colour") != "red", F.col("colour"))))
    monkeypatch.setattr(labelling, "MOST_CLASSES", 2)
    with pytest.raises(ValueError, match="at most 2 classes. Received: colour, which has more. Is it a column of ids"):
        gan().fit(coloured)


def test_a_model_without_labels_refuses_them(dense_gan, noise):
    model = dense_gan().fit(noise)
    assert model.labels is None
    with pytest.raises(ValueError, match="`labels` must be None with a model that takes no labels. Received: 3."):
        model.generate(1, labels=3)
    with pytest.raises(ValueError, match="`labels` must be None"):
        model.interpolate(np.ones((2, 3)), 2, labels=3)


def test_a_transfer_keeps_labels_in_their_places(gan, coloured, model):
    again = gan(initialModel=model).fit(coloured)
    assert again.labels == model.labels
    with pytest.raises(ValueError, match="`initialModel` must have learned the labels of the images: 'a'"):
        gan(initialModel=model).fit(
            coloured.withColumn("colour", F.translate(F.substring("colour", 1, 1), "bgr", "abc"))
        )
