"""A trained model's networks as files for other programs."""

import json
import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from safetensors.numpy import load_file, save_file

from bigdl_gan import GANModel, images, networks
from bigdl_gan.layers import Concatenate, Dense, Flatten, Input, Model, Reshape, Sequential
from bigdl_gan.networks import dcgan
from bigdl_gan.params import extras
from bigdl_gan.params.labels import Labels

LATENTS = np.random.default_rng(1).normal(size=(7, 5)).astype(np.float32)


@pytest.fixture(scope="module")
def model(digits, digit_gan):
    return digit_gan(maxIter=3, generatorLearningRate=0.02).fit(digits)  # fast: the average lags behind visibly


def run(path, **inputs):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, inputs)[0]


def pictures(spark, model):
    """The images of LATENTS, uint8 (7, 28, 28, 1)."""
    rows = spark.createDataFrame([(i, z.tolist()) for i, z in enumerate(LATENTS)], "id long, z array<float>")
    made = model.copy().setLatentCol("z").setOutputCol("image").transform(rows)
    return images.to_numpy(made.orderBy("id"))


@pytest.mark.long
def test_a_generator_as_onnx(model, spark, tmp_path, n_jobs):
    """Its images are dllib's own, and its levels those that Spark generates, but for values beside half a level."""
    before = n_jobs()
    model.export_onnx(str(tmp_path / "new" / "generator.onnx"))
    model.export_onnx(f"file:{tmp_path}/levels.onnx", pixels="uint8_rgb")
    assert n_jobs() == before
    network = model.getGenerator()
    network.set_evaluate_status()
    found = run(tmp_path / "new" / "generator.onnx", latents=LATENTS)
    np.testing.assert_allclose(found, network.forward(LATENTS), atol=1e-4)
    levels, expected = run(tmp_path / "levels.onnx", latents=LATENTS), pictures(spark, model)
    assert levels.shape == (7, 3, 28, 28) and levels.dtype == np.uint8
    difference = np.abs(levels.transpose(0, 2, 3, 1).astype(int) - expected)
    assert difference.max() <= 1 and (difference > 0).mean() < 0.01
    about = {p.key: p.value for p in onnx.load(str(tmp_path / "levels.onnx")).metadata_props}
    assert (about["model"], about["iteration"], about["pixels"]) == (model.uid, "3", "uint8_rgb")


def test_a_discriminator_as_onnx(model, digits, tmp_path):
    """Its logits of real images are the model's scores."""
    model.export_onnx(str(tmp_path / "d.onnx"), "discriminator", pixels="uint8")
    few = digits.limit(5)
    logits = run(tmp_path / "d.onnx", images=images.to_numpy(few).transpose(0, 3, 1, 2))
    np.testing.assert_allclose(logits[:, 0], [row["score"] for row in model.score(few).collect()], atol=1e-4)


def test_the_weights_that_generate_are_exported(model, tmp_path):
    for weights in ("average", "raw"):
        model.copy({model.generatorWeights: weights}).export_onnx(str(tmp_path / f"{weights}.onnx"))
    average, raw = (run(tmp_path / f"{weights}.onnx", latents=LATENTS) for weights in ("average", "raw"))
    assert np.abs(average - raw).max() > 1e-3


@pytest.mark.parametrize("arguments, options, message", [
    (("critic",), {}, "`network` must be one of generator, discriminator. Received: network='critic'"),
    ((), {"pixels": "rgb"}, "`pixels` must be one of float, uint8, uint8_rgb. Received: pixels='rgb'"),
    (("discriminator",), {"pixels": "uint8_rgb"}, "`pixels` must be one of float, uint8. Received: pixels='uint8_rgb'"),
])  # fmt: skip
def test_onnx_refuses(model, tmp_path, arguments, options, message):
    with pytest.raises(ValueError, match=message):
        model.export_onnx(str(tmp_path / "x.onnx"), *arguments, **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_weights_go_out_and_come_back(model, spark, digit_gan, tmp_path):
    model.export_safetensors(str(tmp_path / "weights.safetensors"))
    tensors = load_file(str(tmp_path / "weights.safetensors"))
    kernel = tensors["generator.1.dense.kernel"]
    np.testing.assert_array_equal(kernel, model.getOrDefault("generator").get_weights()[0])
    np.testing.assert_array_equal(tensors["raw_generator.1.dense.kernel"], model.raw_generator.get_weights()[0])
    assert {"generator.3.batchnorm.moving_mean", "discriminator.1.convolution.bias"} <= set(tensors)
    fresh = digit_gan()
    given = {"generator": fresh.getGenerator(), "discriminator": fresh.getDiscriminator()}
    again = GANModel.from_weights(f"file:{tmp_path}/weights.safetensors", **given)
    assert again.weights_digest() == model.weights_digest() and again.history == []
    np.testing.assert_array_equal(pictures(spark, again), pictures(spark, model))
    assert (given["generator"].get_weights()[0] != kernel).any()  # they were copied
    again.save(str(tmp_path / "model"))
    assert GANModel.load(str(tmp_path / "model")).weights_digest() == model.weights_digest()


def test_from_weights_refuses(model, digit_gan, dense_networks, tmp_path):
    path = tmp_path / "weights.safetensors"
    model.export_safetensors(str(path))
    given = {"generator": model.getGenerator(), "discriminator": model.getDiscriminator()}
    with pytest.raises(ValueError, match=r"`generator` must have the layers that `path` was exported from.*"
                       r"generator.1.dense.kernel is float32 of shape \(392, 5\), and a network in which it is"):
        GANModel.from_weights(str(path), **{**given, "generator": dense_networks()["generator"]})
    with pytest.raises(ValueError, match="discriminator.3.* is float32.* and a network in which it is missing"):
        small = Sequential([Input((3,)), Dense(2)])
        tensors = load_file(str(path))
        kept = {name: value for name, value in tensors.items() if not name.startswith("discriminator.1.")}
        save_file({**kept, "discriminator.1.dense.kernel": np.ones((2, 3), np.float32),
                   "discriminator.1.dense.bias": np.ones(2, np.float32)}, str(tmp_path / "other"))  # fmt: skip
        GANModel.from_weights(str(tmp_path / "other"), **{**given, "discriminator": small})
    with pytest.raises(TypeError, match="`discriminator` must be a model of bigdl_gan.layers. Received: str."):
        GANModel.from_weights(str(path), generator=given["generator"], discriminator="d")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="`path` must hold a safetensors file. Received: path="):
        GANModel.from_weights(str(path), **given)
    with pytest.raises(OSError):
        GANModel.from_weights(str(tmp_path / "nothing"), **given)


@pytest.fixture(scope="module")
def conditional(spark):
    """A model that paints the level of its label, whatever the latent, and whose logit sees the label; untrained."""
    z, x, y = Input((2,)), Input((1, 2, 2)), Input((3,))
    painted = Reshape((1, 2, 2))(Dense(4, activation="tanh", use_bias=False)(Concatenate()([z, y])))
    judged = Dense(1)(Concatenate()([Flatten()(x), y]))
    given = {"generator": Model([z, y], painted), "discriminator": Model([x, y], judged)}
    given["generator"].set_weights([np.tile(np.float32([0, 0, -0.5, 0.1, 0.5]), (4, 1))])
    model = GANModel()._set(**given)
    model.labels = Labels(["colour"], ["blue", "green", "red"], True, [[0], [1], [2]], [5, 6, 7])
    return model


def test_conditional_networks(conditional, tmp_path):
    """They have a second input, and a file of weights keeps what the labels mean."""
    labels, rng = np.eye(3, dtype=np.float32)[[2, 0]], np.random.default_rng(0)
    conditional.export_onnx(str(tmp_path / "g.onnx"))
    made = run(tmp_path / "g.onnx", latents=rng.normal(size=(2, 2)).astype(np.float32), labels=labels)
    np.testing.assert_allclose(made, np.tanh([0.5, -0.5])[:, None, None, None] * np.ones((1, 2, 2)), atol=1e-6)
    conditional.export_onnx(str(tmp_path / "d.onnx"), "discriminator")
    pixels = rng.uniform(-1, 1, size=(2, 1, 2, 2)).astype(np.float32)
    kernel, bias = conditional.getDiscriminator().get_weights()
    expected = np.hstack([pixels.reshape(2, 4), labels]) @ kernel.T + bias
    np.testing.assert_allclose(run(tmp_path / "d.onnx", images=pixels, labels=labels), expected, atol=1e-5)
    about = {p.key: p.value for p in onnx.load(str(tmp_path / "d.onnx")).metadata_props}
    assert json.loads(about["labels"])["names"] == ["blue", "green", "red"]
    conditional.export_safetensors(str(tmp_path / "weights"))
    given = {"generator": conditional.getGenerator(), "discriminator": conditional.getDiscriminator()}
    again = GANModel.from_weights(str(tmp_path / "weights"), **given)
    assert again.labels == conditional.labels and again.weights_digest() == conditional.weights_digest()
    save_file(load_file(str(tmp_path / "weights")), str(tmp_path / "none"))
    with pytest.raises(ValueError, match="`generator` must take the labels that .* takes 3, path=.* with none"):
        GANModel.from_weights(str(tmp_path / "none"), **given)
    save_file(load_file(str(tmp_path / "weights")), str(tmp_path / "odd"), metadata={"labels": '{"columns": [1]}'})
    with pytest.raises(ValueError, match="must hold a model's labels in its header. Received: path=.*: labels"):
        GANModel.from_weights(str(tmp_path / "odd"), **given)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["dcgan", "mlp", "r3gan", "resnet"])
def test_our_conditional_networks(spark, family, tmp_path):
    """Colour images for labels: the levels that Spark generates, and the logits that Spark scores these with."""
    made_by = getattr(networks, family)
    options = {"initializer": "he_normal"} if family == "dcgan" else {}  # its usual weights make grey images
    model = GANModel()._set(generator=made_by.generator(16, 3, 5, 8, n_labels=3, **options),
                            discriminator=made_by.discriminator(16, 3, 8, n_labels=3))  # fmt: skip
    model.labels = Labels(["colour"], ["blue", "green", "red"], True, [[0], [1], [2]], [5, 6, 7])
    names = ["red", "blue", "green", "green", "red", "blue", "red"]
    labels = np.eye(3, dtype=np.float32)[[model.labels.names.index(name) for name in names]]
    rows = [(i, z.tolist(), name) for i, (z, name) in enumerate(zip(LATENTS, names))]
    df = spark.createDataFrame(rows, "id long, z array<float>, colour string")
    made = model.copy().setLatentCol("z").setOutputCol("image").transform(df)
    found = images.to_numpy(made.orderBy("id"))
    model.export_onnx(str(tmp_path / "g.onnx"), pixels="uint8")
    levels = run(tmp_path / "g.onnx", latents=LATENTS, labels=labels)
    difference = np.abs(levels.transpose(0, 2, 3, 1).astype(int) - found)
    assert len(np.unique(levels)) > 20 and difference.max() <= 1 and (difference > 0).mean() < 0.01
    model.export_onnx(str(tmp_path / "d.onnx"), "discriminator", pixels="uint8")
    logits = run(tmp_path / "d.onnx", images=found.transpose(0, 3, 1, 2), labels=labels)[:, 0]
    scores = [row["score"] for row in model.score(made).orderBy("id").collect()]
    np.testing.assert_allclose(logits, scores, atol=1e-4 * np.abs(logits).max())
    assert model.directions(2).shape == (2, 5)


def test_the_documentation(model, tmp_path, monkeypatch):
    """docs/export.md's code, with this model's sizes."""
    monkeypatch.chdir(tmp_path)
    text = Path(__file__).parents[3].joinpath("docs", "export.md").read_text()
    code = "".join(re.findall("```python\n(.*?)```", text, re.DOTALL))
    for written, here in (("(8, 100)", "(8, 5)"), ("generator(28, 1)", "generator(28, 1, 5, 4)"),
                          ("discriminator(28, 1)", "discriminator(28, 1, 4)")):  # fmt: skip
        assert written in code
        code = code.replace(written, here)
    names = {"model": model, "GANModel": GANModel, "dcgan": dcgan}
    exec(code, names)
    assert names["pixels"].shape == (8, 1, 28, 28) and names["same"].weights_digest() == model.weights_digest()


def test_a_missing_package(model, tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(extras.importlib, "import_module", missing)
    with pytest.raises(RuntimeError, match=r"needs the package onnx, .* pip install 'bigdl_gan\[onnx\]'"):
        model.export_onnx(str(tmp_path / "x.onnx"))
    with pytest.raises(RuntimeError, match=r"needs the package safetensors, .* 'bigdl_gan\[safetensors\]'"):
        model.export_safetensors(str(tmp_path / "x"))


def test_nothing_to_export(tmp_path):
    for call in (GANModel().export_onnx, GANModel().export_safetensors):
        with pytest.raises(ValueError, match="`generator` must be set. Received: nothing. Use a fitted"):
            call(str(tmp_path / "x"))
