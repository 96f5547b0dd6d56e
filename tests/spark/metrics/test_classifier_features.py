"""`train_features` against PyTorch, its extractor against NumPy, and both saved and loaded."""

import json
import re

import numpy as np
import pytest
import torch
from pyspark.sql import functions as F

from bigdl_gan.images import to_numpy
from bigdl_gan.layers import BatchNormalization, Conv2D, Dense, Flatten, HeNormal, Input, ReLU, Sequential
from bigdl_gan.metrics.features import ClassifierFeatures, FeatureExtractor, train_features

SIDE = 6


@pytest.fixture(scope="module")
def labelled(frame):
    """40 noisy pictures with ids, "dark" for even ones and "light" for odd ones."""
    rng = np.random.default_rng(0)
    levels = rng.integers(0, 150, (40, SIDE, SIDE, 1)) + np.arange(40)[:, None, None, None] % 2 * 100
    names = F.when(F.col("id") % 2 == 0, "dark").otherwise("light")
    return frame(list(levels.astype(np.uint8)), 3).withColumn("label", names)


@pytest.fixture
def network(spark):
    """Makes the smallest network with a hidden layer."""

    def make(outputs=2, shape=(1, SIDE, SIDE), **last):
        first = Dense(4, activation="relu", kernel_initializer=HeNormal(seed=1))
        return Sequential([Input(shape), Flatten(), first, Dense(outputs, kernel_initializer=HeNormal(seed=2), **last)])

    return make


def weights_of(network):
    return [np.array(weight) for weight in network.get_weights()]


def by_hand(images, weights):
    """Features and probabilities of uint8 (N, H, W, 1), by the first layer's kernel and bias, and the second's."""
    x = images.reshape(len(images), -1) / 127.5 - 1
    features = np.maximum(x @ weights[0].T + weights[1], 0)
    powers = np.exp(features @ weights[2].T + weights[3])
    return features, powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.slow
def test_features_are_the_networks(labelled, network, n_jobs):
    model = network()
    extractor = ClassifierFeatures(model, name="mine", labels=["dark", "light"])
    assert isinstance(extractor, FeatureExtractor)
    before = n_jobs()
    found = extractor.extract(labelled, keep=["id", "label"])
    assert n_jobs() == before
    assert found.columns == ["id", "label", "features", "probabilities"]
    assert found.rdd.getNumPartitions() == labelled.rdd.getNumPartitions()
    rows = found.orderBy("id").collect()
    features, probabilities = by_hand(to_numpy(labelled), weights_of(model))
    np.testing.assert_allclose([row.features for row in rows], features, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose([row.probabilities for row in rows], probabilities, rtol=1e-5)
    moved = extractor.extract(labelled.repartition(2, F.col("id") % 7), keep=["id"]).orderBy("id").collect()
    assert [row.features for row in moved] == [row.features for row in rows]
    assert extractor.extract(labelled.where("id < 0")).collect() == []
    assert extractor.accuracy(labelled, "label") == np.mean(probabilities.argmax(axis=1) == np.arange(40) % 2)


@pytest.mark.slow
def test_training_is_pytorchs(labelled, network):
    """With all images in each batch their order does not matter, so PyTorch can take the same steps."""
    model, epochs, rate = network(), 6, 0.02
    weights = [torch.tensor(weight, requires_grad=True) for weight in weights_of(model)]
    x = torch.tensor(to_numpy(labelled).reshape(40, -1) / 127.5 - 1, dtype=torch.float32)
    labels = torch.arange(40) % 2
    optimizer, losses = torch.optim.Adam(weights, lr=rate), []
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = rate * (1 + np.cos(np.pi * epoch / epochs)) / 2
        hidden = torch.relu(x @ weights[0].T + weights[1])
        loss = torch.nn.functional.cross_entropy(hidden @ weights[2].T + weights[3], labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    extractor = train_features(
        labelled, "label", network=model, epochs=epochs, batch_size=1000, learning_rate=rate, name="mine"
    )  # fmt: skip
    np.testing.assert_allclose(extractor.losses, losses, rtol=1e-5)
    for ours, torchs in zip(weights_of(model), weights):
        np.testing.assert_allclose(ours, torchs.detach().numpy(), rtol=1e-4, atol=1e-5)
    assert (extractor.labels, extractor.images) == (["dark", "light"], 40)


@pytest.mark.slow
def test_rows_in_any_order_give_the_same_bits(labelled):
    """The default network, with batch norms, and batches of 16."""
    options = {"epochs": 4, "batch_size": 16, "learning_rate": 0.01, "seed": 3}
    first = train_features(labelled, "label", **options)
    shuffled = labelled.repartition(2, F.col("id") % 5).withColumn("label", F.col("id") % 2)  # numbers for names
    second = train_features(shuffled, "label", **options)
    assert first.describe()["sha256"] == second.describe()["sha256"]
    assert second.labels == [0, 1] and first.losses == second.losses
    assert first.losses[-1] < 0.5 * first.losses[0]
    assert first.accuracy(labelled, "label") > 0.9
    other = train_features(labelled, "label", **{**options, "seed": 4})
    assert other.describe()["sha256"] != first.describe()["sha256"]


@pytest.mark.long
def test_saved_and_loaded(labelled, network, tmp_path):
    path = str(tmp_path / "classifier")
    extractor = ClassifierFeatures(
        network(), name="mine", labels=["dark", "light"], resize="bicubic", losses=[0.5], images=40
    )  # fmt: skip
    extractor.save(path)
    loaded = ClassifierFeatures.load(path)
    assert loaded.describe() == extractor.describe()
    assert (loaded.labels, loaded.losses, loaded.images) == (["dark", "light"], [0.5], 40)
    with pytest.raises(FileExistsError, match="classifier"):
        extractor.save(path)
    extractor.save(path, overwrite=True)
    (tmp_path / "classifier" / ".classifier.json.crc").unlink()
    content = json.loads((tmp_path / "classifier" / "classifier.json").read_text())
    for change, message in [
        ({"labels": ["dark", "dark"]}, "two or more distinct"), ({"labels": ["dark", 1]}, "two or more distinct"),
        ({"resize": "cubic"}, "resize must be none or "), ({"format": 2}, "another format"),
        ({"name": 1}, "name must be"),
    ]:  # fmt: skip
        (tmp_path / "classifier" / "classifier.json").write_text(json.dumps({**content, **change}))
        with pytest.raises(ValueError, match=f"`path` must hold a classifier that was saved whole.*{message}"):
            ClassifierFeatures.load(path)


@pytest.mark.slow
def test_other_sizes(frame, network):
    """A larger colour picture of one colour is the same picture to the network, if it may be resized."""
    flat = np.full((9, 12, 3), 50, np.uint8)
    small = np.full((SIDE, SIDE, 1), 50, np.uint8)
    mixed = frame([flat, small], 1)
    model = network()
    resizing = ClassifierFeatures(model, name="mine", labels=["a", "b"], resize="lanczos")
    first, second = resizing.extract(mixed, keep=["id"]).orderBy("id").collect()
    assert first.features == second.features and resizing.describe()["resizing"].startswith("lanczos")
    strict = ClassifierFeatures(model, name="mine", labels=["a", "b"])
    with pytest.raises(Exception, match=r"classifier's channels, height and width \(1, 6, 6\). Received: 3, 9, 12"):
        strict.extract(mixed).collect()
    with pytest.raises(Exception, match="Received: null"):
        strict.extract(frame([None], 1)).collect()


def test_a_graph_that_goes_around_the_hidden_layer(spark):
    from bigdl_gan.layers import Add, Model

    image = Input((1, SIDE, SIDE))
    flat = Flatten()(image)
    hidden = Dense(4, activation="relu")(flat)
    model = Model(image, Dense(2)(Add()([hidden, Dense(4)(flat)])))
    found = ClassifierFeatures(model, name="mine", labels=["a", "b"]).describe()
    assert re.fullmatch(r"Merge 'add_\d+'", found["layer"])


@pytest.mark.long
def test_batch_norm_uses_running_statistics(labelled):
    """In a batch of other images a picture has the same features."""
    model = Sequential([Input((1, SIDE, SIDE)), Conv2D(2, 3), BatchNormalization(), ReLU(), Flatten(), Dense(2)])
    extractor = train_features(labelled, "label", network=model, epochs=2, batch_size=8)
    whole = {row.id: row.features for row in extractor.extract(labelled, keep=["id"]).collect()}
    alone = extractor.extract(labelled.where("id = 7"), keep=["id"]).first()
    assert alone.features == whole[7]


@pytest.mark.parametrize("arguments, kind, message", [
    ({"label_col": "class"}, ValueError, "`label_col` must name a column.*columns: image, id, label"),
    ({"label_col": "image"}, ValueError, "`label_col` must hold integers or strings. Received: image of type struct"),
    ({"image_col": "label"}, TypeError, "`label` must hold Spark's image struct"),
    ({"epochs": 0}, ValueError, "`epochs` must be an integer from 1"),
    ({"batch_size": 0}, ValueError, "`batch_size` must be an integer from 1"),
    ({"learning_rate": 0.0}, ValueError, "`learning_rate` must be a finite number above 0"),
    ({"resize": "cubic"}, ValueError, "`resize` must be one of none, box"),
])  # fmt: skip
def test_refusals_before_any_job(labelled, n_jobs, arguments, kind, message):
    before = n_jobs()
    with pytest.raises(kind, match=message):
        train_features(labelled, **{"label_col": "label", **arguments})
    assert n_jobs() == before


@pytest.mark.long
def test_refused_rows(labelled, frame):
    cases = [
        (labelled.withColumn("label", F.lit(1)), "needs two labels at least. Received: 1"),
        (labelled.where("id < 0"), "Received: none, of an empty DataFrame"),
        (labelled.withColumn("label", F.when(F.col("id") > 4, F.col("label"))), "Received: 5 rows with a null"),
        (labelled.union(frame([np.zeros((7, 7, 3), np.uint8)], 1).withColumn("label", F.lit("dark"))),
         r"one size and number of channels.*40 of \(1, 6, 6\), 1 of \(3, 7, 7\)"),
    ]  # fmt: skip
    for df, message in cases:
        with pytest.raises(ValueError, match=message):
            train_features(df, "label")


@pytest.mark.parametrize("make, kind, message", [
    (lambda make: "vgg", TypeError, "`network` must be a Keras model of bigdl_gan.layers. Received: str"),
    (lambda make: make(outputs=3), ValueError, r"`network` must end in Dense\(2\).*Received: outputs \(3,\)"),
    (lambda make: make(activation="sigmoid"), ValueError, "that are sigmoid"),
    (lambda make: Sequential([Input((1, 1, 2)), Flatten(), ReLU()]), ValueError, "that are relu, of 2 layers"),
    (lambda make: Sequential([Input((36,)), Dense(4), Dense(2)]), ValueError, r"must take images.*Received: \(36,\)"),
    (lambda make: make(shape=(1, 7, 7)), ValueError, r"\(1, 6, 6\), as `df` has. Received: a network for \(1, 7, 7\)"),
], ids=["text", "outputs", "sigmoid", "no dense", "vectors", "size"])  # fmt: skip
def test_refused_networks(labelled, network, make, kind, message):
    with pytest.raises(kind, match=message):
        train_features(labelled, "label", network=make(network))


@pytest.mark.slow
def test_unknown_and_null_labels(labelled, network):
    extractor = ClassifierFeatures(network(), name="mine", labels=["dark", "light"])
    assert extractor.accuracy(labelled.withColumn("label", F.lit("green")), "label") == 0
    assert extractor.accuracy(labelled.withColumn("label", F.lit(1)), "label") == 0
    with pytest.raises(ValueError, match="`df` must have rows, each with a label. Received: 40 null labels"):
        extractor.accuracy(labelled.withColumn("label", F.lit(None).cast("string")), "label")
    with pytest.raises(ValueError, match="Received: no rows"):
        extractor.accuracy(labelled.where("id < 0"), "label")
