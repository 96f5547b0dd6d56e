"""Layers of several inputs, and of label vectors, against PyTorch: in all layouts, in one or two groups of the batch.

The label vectors are computed from the input, so that they have gradients too."""

import numpy as np
import pytest
import torch
from joining_twins import ConditionalNorm, Graph
from torch import nn

from bigdl_gan import GANEstimator, GANModel
from bigdl_gan.images import IMAGE_SCHEMA, from_array
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import (
    Activation,
    Add,
    ConditionalBatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dot,
    Embedding,
    Flatten,
    Input,
    LeakyReLU,
    Model,
    Multiply,
    Reshape,
    Sequential,
    SpectralNormalization,
)

PRECISE = {"most": 1e-5, "norm": np.linalg.norm}
IMAGE, VECTOR = (16, 5, 4), (7,)


def numbers(x, count, shape=None):
    """So many numbers, of all of a tensor's values; in that shape."""
    node = Dense(count)(Flatten()(x))
    return node if shape is None else Reshape(shape)(node)


def linear(count, size=320):
    return nn.Sequential(nn.Flatten(), nn.Linear(size, count))


def per_channel(numbers):
    return numbers[:, :, None, None]


CASES = {  # input's shape, the output's node of the input's, twin; dllib's weights begin with the last branch's
    "product": (IMAGE, lambda x: Multiply()([Conv2D(16, 3, padding="same")(x), Conv2D(16, 1)(x)]),
                lambda: Graph(lambda x, b, a: a(x) * b(x), nn.Conv2d(16, 16, 1), nn.Conv2d(16, 16, 3, padding=1))),
    "product, channels that fill no block": (
        IMAGE, lambda x: Conv2D(3, 2)(Multiply()([Conv2D(17, 3)(x), Conv2D(17, 3)(x)])),
        lambda: Graph(lambda x, b, a, c: c(a(x) * b(x)), nn.Conv2d(16, 17, 3), nn.Conv2d(16, 17, 3),
                      nn.Conv2d(17, 3, 2))),
    "product, two layouts": (IMAGE, lambda x: Multiply()([x, Conv2D(16, 1)(x)]),
                             lambda: Graph(lambda x, a: x * a(x), nn.Conv2d(16, 16, 1))),
    "product, the other layout first": (IMAGE, lambda x: Multiply()([Conv2D(16, 1)(x), x]),
                                        lambda: Graph(lambda x, a: x * a(x), nn.Conv2d(16, 16, 1))),
    "product of matrices": (VECTOR, lambda x: Multiply()([numbers(x, 12, (4, 3)), numbers(x, 12, (4, 3))]),
                            lambda: Graph(lambda x, b, a: (a(x) * b(x)).reshape(-1, 4, 3), nn.Linear(7, 12),
                                          nn.Linear(7, 12))),
    "square": (VECTOR, lambda x: Dense(2)((lambda h: Multiply()([h, h]))(Dense(3)(x))),
               lambda: Graph(lambda x, a, b: b(a(x) ** 2), nn.Linear(7, 3), nn.Linear(3, 2))),
    "numbers of channels": (
        IMAGE, lambda x: Multiply()([Conv2D(17, 3)(x), numbers(x, 17, (17, 1, 1))]),
        lambda: Graph(lambda x, s, a: a(x) * per_channel(s(x)), linear(17), nn.Conv2d(16, 17, 3))),
    "numbers of channels, from a convolution and first": (
        IMAGE, lambda x: Multiply()([Conv2D(16, (5, 4))(x), Conv2D(16, 3)(x)]),
        lambda: Graph(lambda x, s, a: a(x) * s(x), nn.Conv2d(16, 16, (5, 4)), nn.Conv2d(16, 16, 3))),
    "numbers of the input's channels": (
        IMAGE, lambda x: Multiply()([x, Activation("sigmoid")(numbers(x, 16, (16, 1, 1)))]),
        lambda: Graph(lambda x, s: x * per_channel(s(x).sigmoid()), linear(16))),
    "three factors": (
        IMAGE, lambda x: Multiply()([numbers(x, 16, (16, 1, 1)), x, Conv2D(16, 1)(x)]),
        lambda: Graph(lambda x, s, a: per_channel(s(x)) * x * a(x), linear(16), nn.Conv2d(16, 16, 1))),
    "inner product": (VECTOR, lambda x: Dot()([Dense(9)(x), Dense(9)(x)]),
                      lambda: Graph(lambda x, b, a: (a(x) * b(x)).sum(1, keepdim=True), nn.Linear(7, 9),
                                    nn.Linear(7, 9))),
    "inner product with itself": (VECTOR, lambda x: Dot(axes=-1)([x, x]),
                                  lambda: Graph(lambda x: (x * x).sum(1, keepdim=True))),
    "embedding": (VECTOR, lambda x: Embedding(4)(x), lambda: nn.Linear(7, 4, bias=False)),
}  # fmt: skip
NORMS = {  # statistics too
    "blocks": (IMAGE, lambda x: ConditionalBatchNormalization()([Conv2D(32, 3)(x), numbers(x, 3)]),
               lambda: Graph(lambda x, y, a, norm: norm(a(x), y(x)), linear(3), nn.Conv2d(16, 32, 3),
                             ConditionalNorm(32, 3))),
    "channels that fill no block": (
        IMAGE, lambda x: Conv2D(2, 1)(ConditionalBatchNormalization()([Conv2D(17, 3)(x), numbers(x, 2)])),
        lambda: Graph(lambda x, y, a, norm, b: b(norm(a(x), y(x))), linear(2), nn.Conv2d(16, 17, 3),
                      ConditionalNorm(17, 2), nn.Conv2d(17, 2, 1))),
    "plain": (IMAGE, lambda x: ConditionalBatchNormalization(momentum=0.7, epsilon=0.1)([x, numbers(x, 2)]),
              lambda: Graph(lambda x, y, norm: norm(x, y(x)), linear(2),
                            ConditionalNorm(16, 2, momentum=0.3, epsilon=0.1))),
    "vectors": (VECTOR, lambda x: ConditionalBatchNormalization()([Dense(5)(x), Dense(4)(x)]),
                lambda: Graph(lambda x, y, a, norm: norm(a(x), y(x)), nn.Linear(7, 4), nn.Linear(7, 5),
                              ConditionalNorm(5, 4, images=False))),
    "its own label": (VECTOR, lambda x: ConditionalBatchNormalization()([x, x]),
                      lambda: Graph(lambda x, norm: norm(x, x), ConditionalNorm(7, 7, images=False))),
}  # fmt: skip


def graph(shape, function):
    node = Input(shape)
    return Model(node, function(node))


@pytest.mark.parametrize("name", CASES)
def test_layer(agree, spark, name):
    shape, function, twin = CASES[name]
    agree(graph(shape, function), twin(), groups=2, **PRECISE)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("name", NORMS)
def test_conditional_batch_norm(agree, spark, name, groups):
    shape, function, twin = NORMS[name]
    agree(graph(shape, function), twin(), groups=groups, steps=2, batch=6, **PRECISE)


@pytest.mark.parametrize("name", ["blocks", "vectors"])
def test_a_new_conditional_batch_norm_leaves_its_input_in_generation(core, spark, name):
    """Running means start at 0 and variances at 1, and all weights at 0."""
    shape, function, _ = NORMS[name]
    node = Input(shape)
    model = Model(node, ConditionalBatchNormalization(epsilon=1e-9)([node, numbers(node, 3)]))
    x = np.random.default_rng(0).normal(size=(4, *shape)).astype(np.float32)
    np.testing.assert_allclose(core(model, x, x, training=False).output, x.ravel(), rtol=1e-6)


def test_a_mean_far_from_zero(core, spark):
    """Sums are in double precision."""
    x = (1000 + np.random.default_rng(0).normal(size=(6, *IMAGE))).astype(np.float32)
    exact = nn.BatchNorm2d(16, eps=1e-3).double()(torch.from_numpy(x).double()).detach().numpy()
    y = core(graph(IMAGE, lambda x: ConditionalBatchNormalization()([x, numbers(x, 2)])), x, x).output
    np.testing.assert_allclose(y, exact.ravel(), atol=2e-3)  # float32's spacing at 1,000 is 6e-5 standard deviations


def test_rows_are_looked_up_and_add_up(core, spark):
    """By hand, of one channel that is -1 and 1: (1 + y G) z + y B with G = 1, 10 and B = 100, 200."""
    node = Input((3,))
    x, y = Dense(1, use_bias=False)(node), Dense(2, use_bias=False)(node)
    layer = ConditionalBatchNormalization(epsilon=1e-12)
    model = Model(node, layer([x, y]))
    model.set_weights([np.float32(w) for w in ([[0, 1, 0], [0, 0, 1]], [[1, 0, 0]], [1, 10], [100, 200])])
    rows = np.float32([[-1, 1, 0], [1, 1, 0], [-1, 0, 1], [1, 1, 1], [1, 0, 0], [-1, 0, 0.5]])
    expected = [-2 + 100, 2 + 100, -11 + 200, 12 + 300, 1, -6 + 100]
    np.testing.assert_allclose(core(model, rows, np.ones((6, 1), np.float32)).output, expected, rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("kind", ["norm", "product", "numbers of channels"])
def test_between_tiled_convolutions(agree, spark, kind, groups):
    """A conditional norm runs on their layout, in which each pixel's channels of all samples lie together."""
    def joined(h, x):
        if kind == "norm":
            return ConditionalBatchNormalization()([h, Dense(3)(Flatten()(Conv2D(2, 8)(x)))])
        return Multiply()([h, h if kind == "product" else Conv2D(128, 8)(x)])

    def model(x):
        h = LeakyReLU(0.2)(joined(Conv2D(128, 4, 2, "same")(x), x))
        return Conv2DTranspose(128, 4, 2, "same")(h)

    down, up = nn.Conv2d(128, 128, 4, 2, 1), nn.ConvTranspose2d(128, 128, 4, 2, 1)
    leaky = nn.functional.leaky_relu
    twin = {
        "norm": lambda: Graph(
            lambda x, y, down, norm, up: up(leaky(norm(down(x), y(x)), 0.2)),
            nn.Sequential(nn.Conv2d(128, 2, 8), nn.Flatten(), nn.Linear(2, 3)), down, ConditionalNorm(128, 3), up),
        "product": lambda: Graph(lambda x, down, up: up(leaky(down(x) ** 2, 0.2)), down, up),
        "numbers of channels": lambda: Graph(lambda x, s, down, up: up(leaky(down(x) * s(x), 0.2)),
                                             nn.Conv2d(128, 128, 8), down, up),
    }[kind]()  # fmt: skip
    # 4,096 products in each sum make more rounding
    agree(graph((128, 8, 8), model), twin, groups=groups, batch=16 * groups, scale=0.05, **PRECISE)


@pytest.mark.parametrize("name", ["product, two layouts", "numbers of channels", "inner product", "embedding"])
def test_dllib_runs_it_too(core, spark, name):
    """Output and gradients, of the model in evaluation and on a table of tensors."""
    shape, function, _ = CASES[name]
    model = graph(shape, function)
    x = np.random.default_rng(1).normal(size=(4, *shape)).astype(np.float32)
    dy = np.random.default_rng(2).normal(size=(4, *model.get_output_shape()[1:])).astype(np.float32)
    expected = core(model, x, dy)
    with bridge.quiet_dllib():
        output, bottom = model.forward(x), model.backward(x, dy)
    np.testing.assert_allclose(output.ravel(), expected.output, atol=1e-5)
    np.testing.assert_allclose(bottom.ravel(), expected.input_gradient, atol=1e-4)


def test_a_wrong_table_is_refused(spark):
    a, b = Input((3,)), Input((3,))
    model = Model([a, b], Dot()([a, b]))
    message = r"The input of Dot must be \(batch, 3\) and \(batch, 3\). Received: \(2, 4\)"
    with bridge.quiet_dllib(), pytest.raises(Exception, match=message):
        model.forward([np.ones((2, 4), np.float32), np.ones((2, 3), np.float32)])


def conditional_networks():
    """A generator with conditional norms, and a projection discriminator, 1x4x4."""
    z, image = Input((5,)), Input((1, 4, 4))
    y = Activation("sigmoid")(Dense(2)(z))
    h = ConditionalBatchNormalization(momentum=0.5)([Reshape((4, 2, 2))(Dense(16)(z)), y])
    up = Conv2DTranspose(1, 4, 2, "same", activation="tanh")(LeakyReLU(0.2)(h))
    features = Dense(6, activation="gelu")(Flatten()(Conv2D(4, 3, activation="silu")(image)))
    label = Activation("sigmoid")(Dense(2)(Flatten()(image)))
    projection = Dot()([features, SpectralNormalization(Embedding(6))(label)])
    return Model(z, up), Model(image, Add()([Dense(1)(features), projection]))


@pytest.fixture(scope="module")
def trained(spark):
    """A model after three updates with a penalty."""
    pixels = np.random.default_rng(0).integers(0, 256, size=(12, 4, 4, 1), dtype=np.uint8)
    rows = spark.sparkContext.parallelize([(from_array(image),) for image in pixels], 2)
    generator, discriminator = conditional_networks()
    return GANEstimator(
        generator=generator, discriminator=discriminator, batchSize=4, maxIter=3, r1=1.0, seed=3, callbacks=[],
        emaHalfLife=0.0,
    ).fit(spark.createDataFrame(rows, f"image {IMAGE_SCHEMA.simpleString()}"))  # fmt: skip


def test_generation_uses_running_statistics(trained, core):
    """Those that training moved, with weights that training moved."""
    generator = trained.getGenerator()
    z = np.random.default_rng(1).normal(size=(6, 5)).astype(np.float32)
    dy = np.zeros((6, 1, 4, 4), np.float32)
    run = core(generator, z, dy, training=False)
    norm = ConditionalNorm(4, 2)
    twin = Graph(
        lambda z, x, y, norm, up: up(nn.functional.leaky_relu(norm(x(z), y(z).sigmoid()), 0.2)).tanh(),
        nn.Sequential(nn.Linear(5, 16), nn.Unflatten(1, (4, 2, 2))), nn.Linear(5, 2), norm,
        nn.ConvTranspose2d(4, 1, 4, 2, 1),
    ).eval()  # fmt: skip
    for parameter, weight in zip(twin.parameters(), generator.get_weights()):
        parameter.data = torch.from_numpy(weight.reshape(parameter.shape))
    assert norm.scales.abs().min() > 0 and norm.shifts.abs().min() > 0
    mean, variance = np.split(run.state.copy(), 2)
    assert np.abs(mean).min() > 0 and np.abs(variance - 1).min() > 1e-3
    norm.norm.running_mean[:], norm.norm.running_var[:] = torch.from_numpy(mean), torch.from_numpy(variance)
    np.testing.assert_allclose(run.output, twin(torch.from_numpy(z)).detach().numpy().ravel(), atol=1e-6)


def test_a_trained_model_is_saved_and_loaded(trained, tmp_path):
    trained.write().save(str(tmp_path / "model"))
    loaded = GANModel.load(str(tmp_path / "model"))
    assert loaded.weights_digest() == trained.weights_digest()
    images = [[bytes(row["image"]["data"]) for row in model.generate(5, seed=2).orderBy("id").collect()]
              for model in (trained, loaded)]  # fmt: skip
    assert images[0] == images[1] and len(set(images[0])) == 5


def test_the_table_names_them(trained, spark):
    generator, discriminator = conditional_networks()
    lines = [" ".join(line.split()) for model in (generator, discriminator) for line in str(model).splitlines()]
    assert any("ConditionalBatchNormalization (4, 2, 2) 16" in line for line in lines)
    assert any("Dot (1,) 0" in line for line in lines)
    table = str(Sequential([Input((3,)), Embedding(2)]))
    assert " ".join(table.splitlines()[2].split()) == "embedding_1 Embedding (2,) 6"
