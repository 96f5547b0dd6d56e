"""Sequential and Model: what they say, the names, and dllib's own layers among ours."""

import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras import models

from bigdl_gan import GANEstimator, GANModel
from bigdl_gan.layers import (
    ELU,
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    FilteredDownSampling2D,
    FilteredUpSampling2D,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
    MaxPooling2D,
    Model,
    ReLU,
    Reshape,
    Sequential,
    Softplus,
    UpSampling2D,
    ZeroPadding2D,
    building,
    initialize,
)
from bigdl_gan.layers.construction import Names
from bigdl_gan.networks import dcgan

pytestmark = pytest.mark.usefixtures("spark")

NO_SHAPE = "the first layer must know its input's shape, without the batch axis. Begin with Input((latent_dim,)) or "


def dllib_dense(*arguments, **options):
    with building():
        return keras.Dense(*arguments, **options)


def names(model):
    return [layer.name() for layer in model.layers]


MISTAKES = [  # layers, kind of error, message
    (lambda: [Dense(3)], ValueError, f"Layer 0 of 'net', Dense: {NO_SHAPE}"),
    (lambda: [dllib_dense(3)], ValueError, f"Layer 0 of 'net', Dense: {NO_SHAPE}"),
    (lambda: [Input((4,)), Dense(3), Conv2D(3, 3, name="first")], ValueError,
     "Layer 2 of 'net', Conv2D 'first': Conv2D's input must be images, (channels, height, width). Received: (3,)."),
    (lambda: [Input((3, 4, 4)), dllib_dense(2), keras.Flatten(), keras.Convolution2D(3, 3, 3)], ValueError,
     "Layer 3 of 'net', Convolution2D: Convolution2D requires 4D input"),
    (lambda: [keras.Convolution2D(3, 3, 3, input_shape=(28, 28, 1))], ValueError,
     "Layer 0 of 'net', Convolution2D: output size is too small. outputWidth: -1, outputHeight: 26. Images are "
     "(channels, height, width): is that the order of input_shape?"),
    (lambda: [Dense(3, input_shape=(4,)), Flatten], TypeError,
     "Layer 1 of 'net' must be a layer. Received: the class Flatten. Call it: Flatten(...)."),
    (lambda: [dcgan.generator], TypeError,
     "Layer 0 of 'net' must be a layer. Received: the function generator. Call it: generator(...)."),
    (lambda: ["relu"], TypeError, "Layer 0 of 'net' must be a layer. Received: 'relu'."),
    (lambda: [Input((4,)), Input((4,))], ValueError, "Layer 1 of 'net', Input: Input must be the first layer."),
    (lambda: [Input((4,)), Dense(4, name="a"), Dense(4, name="a")], ValueError,
     "Layer 2 of 'net', Dense 'a': a name must be unique in its model. Received: 'a' twice."),
    (lambda: [Input((4,)), *[Dense(4)] * 2], ValueError,
     "Layer 2 of 'net', Dense: A layer must be used only once. Received: a second use of 'dense_1'. Make another"),
]  # fmt: skip


@pytest.mark.parametrize("layers, kind, message", MISTAKES)
def test_sequential_names_the_layer_that_fails(layers, kind, message):
    with building():
        made = layers()
    with pytest.raises(kind, match=re.escape(message)):
        Sequential(made, name="net")


def test_a_layer_that_fails_is_not_added():
    model = Sequential([Input((4,)), Dense(3)])
    with pytest.raises(ValueError, match="Layer 2"):
        model.add(Conv2D(2, 2))
    model.add(Dense(5))
    assert names(model) == ["dense_1", "dense_2"] and model.get_output_shape() == (None, 5)


def test_a_layer_is_used_once():
    layer, node = Dense(2), Input((3,))
    layer(node)
    with pytest.raises(ValueError, match="must be used only once.*Make another layer"):
        layer(node)


def test_a_layer_has_weights_once_it_is_in_a_model():
    layer = Dense(2, kernel_initializer="ones")
    with pytest.raises(RuntimeError, match="Dense has no weights and shapes yet. Put it into a model first."):
        layer.get_weights()
    Sequential([Input((3,)), layer])
    np.testing.assert_array_equal(layer.get_weights()[0], np.ones((2, 3)))
    assert layer.name() == "dense_1" and layer.get_output_shape() == (None, 2)


@pytest.mark.parametrize("begin", [lambda: [Input((3, 4, 4)), Flatten()], lambda: [Flatten(input_shape=(3, 4, 4))],
                                   lambda: [keras.Flatten(input_shape=(3, 4, 4))],
                                   lambda: [keras.InputLayer(input_shape=(3, 4, 4)), Flatten()],
                                   lambda: [Input((3, 4, 4)), keras.Flatten()]])  # fmt: skip
def test_ways_to_begin(begin):
    with building():
        layers = begin()
    model = Sequential(layers)
    model.add(Dense(2)).add(ReLU())
    assert model.get_input_shape() == (None, 3, 4, 4) and model.get_output_shape() == (None, 2)


def test_a_sequential_numbers_its_own_layers():
    for _ in range(2):  # and begins anew in each model
        model = Sequential([Input((6,)), Dense(3), ReLU(), Dense(3, name="dense_2"), LeakyReLU(), Dense(2)])
        assert names(model) == ["dense_1", "relu_1", "dense_2", "leaky_relu_1", "dense_3"]
    assert names(dcgan.generator(28, 1, 5, 2)) == [
        "dense_1", "reshape_1", "batch_normalization_1", "relu_1", "conv2d_transpose_1", "batch_normalization_2",
        "relu_2", "conv2d_transpose_2", "activation_1",
    ]  # fmt: skip


def test_names_in_a_graph_are_readable_and_unique():
    node = Input((6,))
    layers = [Dense(3, activation="elu"), Dense(3)]
    model = Model(node, Add()([layer(node) for layer in layers]))
    found = names(model)
    assert len(set(found)) == 4
    assert sorted(name.rpartition("_")[0] for name in found) == ["add", "dense", "dense", "input"]


def test_a_graph_with_one_name_twice():
    node = Input((6,))
    with pytest.raises(ValueError, match="the name of node in the graph should be unique.*duplicated name a"):
        Model(node, Dense(2, name="a")(Dense(2, name="a")(node)))


TABLE = """\
Sequential 'net'
  name                layer            output     weights
  dense_1             Dense            (8,)            40
  reshape_1           Reshape          (2, 2, 2)        0
  conv2d_transpose_1  Conv2DTranspose  (3, 4, 4)       99
  relu_1              Activation       (3, 4, 4)        0"""


def test_a_model_prints_its_layers(capsys):
    model = Sequential(
        [Input((4,)), Dense(8), Reshape((2, 2, 2)), Conv2DTranspose(3, 4, 2, "same"), ReLU()], name="net"
    )
    assert str(model) == TABLE
    assert model.summary() is None and capsys.readouterr().out == TABLE + "\n"
    copy = type(model).from_jvalue(model.value.cloneModule())
    assert str(copy.add(Flatten())).startswith(TABLE + "\n  flatten_1           Flatten          (48,) ")


def test_a_layer_with_an_activation_prints_both():
    model = Sequential([Input((4,)), Dense(2, "elu"), Reshape((1, 1, 2)), Conv2DTranspose(1, 3, 2, "same")])
    kinds = [re.split("  +", line)[2] for line in str(model).splitlines()[2:]]
    assert kinds == ["Dense + ELU", "Reshape", "Conv2DTranspose + Cropping2D"]


def test_a_message_names_the_layer_with_the_activation(frame, dense_networks):
    discriminator = Sequential([Input((1, 4, 4)), Flatten(), Dense(1, activation="sigmoid", name="last")])
    gan = GANEstimator(generator=dense_networks()["generator"], discriminator=discriminator, batchSize=8, maxIter=1)
    images = frame([np.zeros((4, 4, 1), np.uint8)] * 8)
    with pytest.raises(ValueError, match="a sigmoid. Received: activation='sigmoid' of the layer 'last' at its end."):
        gan.fit(images)


def test_threads_share_the_numbers():
    numbers = Names()
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: numbers.next("dense", {"dense_3"}), range(400)))
    assert sorted(names) == sorted(f"dense_{n}" for n in range(1, 402) if n != 3)


def test_models_in_models():
    inner = Sequential([Dense(4, input_shape=(3,)), ReLU()], name="inner")
    node = Input((3,))
    graph = Model(node, Dense(1)(inner(node)))
    assert "  inner " in str(graph) and graph.get_output_shape() == (None, 1)
    outer = Sequential([Sequential([Dense(4, input_shape=(3,))]), Dense(2)])
    assert outer.forward(np.ones((2, 3), np.float32)).shape == (2, 2)


def test_dllibs_containers_take_our_layers():
    with building():
        model = models.Sequential().add(Dense(4, input_shape=(3,))).add(keras.Dense(3)).add(LeakyReLU(0.2))
        node = keras.Input(shape=(3,))
        graph = models.Model(node, keras.Dense(2)(Dense(4, activation="tanh")(node)))
    assert model.get_output_shape() == (None, 3) and graph.get_output_shape() == (None, 2)


def test_dllibs_layers_print_a_line_except_in_building(capsys):
    with building():
        keras.Dense(2)
    assert capsys.readouterr().out == ""
    keras.Dense(2)
    assert capsys.readouterr().out == "creating: createZooKerasDense\n"


def every_layer():
    """A generator of 3 latents and a discriminator, 1x8x8, with each of the layers, and some of dllib's."""
    latents = Input((3,))
    start = ELU()(Reshape((2, 4, 4))(Dense(32, activation="leaky_relu")(latents)))
    up = Cropping2D(1)(ZeroPadding2D(1)(UpSampling2D()(start)))
    down = AveragePooling2D(3, 1, "same")(Conv2DTranspose(2, 3, 2, "same", activation="elu")(start))
    joined = Add()([Concatenate()([up, down]), Conv2D(4, 3, padding="same", groups=2)(up)])
    soft = UpSampling2D(interpolation="bilinear")(FilteredDownSampling2D()(DepthwiseConv2D(3, 1, "same")(joined)))
    with building():
        generator = Model(latents, keras.Activation("tanh")(Conv2D(1, 1)(keras.SReLU()(soft))))
    discriminator = Sequential([
        Input((1, 8, 8)), Conv2D(4, 3, 2, "same"), BatchNormalization(momentum=0.9), LeakyReLU(0.2), Dropout(0.2),
        MaxPooling2D(2, 1), FilteredUpSampling2D(), Softplus(), Activation("softsign"), ReLU(),
        GlobalAveragePooling2D(), Flatten(), Dense(1),
    ])  # fmt: skip
    return {"generator": initialize(generator, stddev=0.3), "discriminator": discriminator}


@pytest.mark.slow
def test_a_network_of_all_layers_trains_and_is_saved(frame, pixels, tmp_path):
    networks = every_layer()
    before = {role: network.get_weights() for role, network in networks.items()}
    images = frame(list(np.random.default_rng(0).integers(0, 256, size=(16, 8, 8, 1), dtype=np.uint8)))
    estimator = GANEstimator(**networks, batchSize=8, maxIter=2, callbacks=[])
    estimator.save(str(tmp_path / "estimator"))
    model = GANEstimator.load(str(tmp_path / "estimator")).setCallbacks([]).fit(images)
    for role, weights in before.items():
        trained = model.getOrDefault(role)
        assert all(np.isfinite(w).all() for w in trained.get_weights())
        assert any(not np.array_equal(w, old) for w, old in zip(trained.get_weights(), weights))
    model.save(str(tmp_path / "model"))
    loaded = GANModel.load(str(tmp_path / "model"))
    assert pixels(loaded.generate(4, seed=1)) == pixels(model.generate(4, seed=1))
    assert "softplus_1" in str(loaded.getDiscriminator()) and "(1, 8, 8)" in str(loaded.getGenerator())
