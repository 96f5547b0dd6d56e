"""How the core compiles a model before it runs anything: which layers run natively, and which cannot run."""

import pytest
from bigdl.dllib.keras.autograd import Lambda
from bigdl.dllib.keras.layers import (
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Flatten,
    Input,
    KerasLayerWrapper,
    LeakyReLU,
    PReLU,
    merge,
)
from bigdl.dllib.keras.models import Model, Sequential
from bigdl.dllib.nn import layer as nn
from bigdl.dllib.optim.optimizer import L2Regularizer

from bigdl_gan import layers as ours
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import ClippedImages
from bigdl_gan.networks import dcgan

pytestmark = pytest.mark.usefixtures("spark")


def describe(make):
    with bridge.quiet_dllib():
        model = make()
    return bridge.call_json("describeNetwork", model.value, "generator")


@pytest.mark.parametrize("size, n_generator, n_discriminator", [(28, 9, 7), (64, 15, 13)])
def test_dcgan_is_native(size, n_generator, n_discriminator):
    generator = describe(lambda: dcgan.generator(size, 3, latent_dim=7, width=2))
    discriminator = describe(lambda: dcgan.discriminator(size, 3, width=2))
    assert [len(generator["layers"]), len(discriminator["layers"])] == [n_generator, n_discriminator]
    assert all(layer["native"] for layer in generator["layers"] + discriminator["layers"])
    assert generator["inputShape"] == [7] and discriminator["outputShape"] == [1]
    assert generator["outputShape"] == discriminator["inputShape"] == [3, size, size]
    assert (generator["end"], discriminator["end"]) == ("tanh", "linear")


def test_weights_are_counted():
    def make():
        return Sequential().add(Convolution2D(5, 3, 2, input_shape=(2, 4, 4))).add(BatchNormalization()).add(Flatten())

    assert describe(make)["weights"] == 5 * 2 * 3 * 2 + 5 + 2 * 5


@pytest.mark.parametrize(
    "make, native",
    [
        (lambda: Dense(2), True),
        (lambda: Dense(2, activation="relu"), True),
        (lambda: Dense(2, W_regularizer=L2Regularizer(0.1)), False),
        (lambda: PReLU(), False),
        (lambda: LeakyReLU(0.2), True),
    ],
    ids=["dense", "dense and activation", "penalty", "prelu", "leaky relu"],
)
def test_native_layers(make, native):
    layers = describe(lambda: Sequential().add(Dense(3, input_shape=(4,))).add(make()))["layers"]
    assert all(layer["native"] for layer in layers[1:]) == native


def test_activations_and_pooling_are_named_as_in_older_checkpoints():
    """A resume compares the texts, so the numbers of MKL-DNN 0.19 stay, whatever engine runs the layers."""

    def make():
        functions = [ours.ReLU(), ours.LeakyReLU(0.25), ours.ELU(0.5), ours.Softplus()]
        functions += [ours.Activation("tanh"), ours.Activation("sigmoid")]
        with_padding = KerasLayerWrapper(nn.SpatialAveragePooling(2, 2, 2, 2))
        pools = [ours.MaxPooling2D(2), ours.AveragePooling2D(2), with_padding]
        return ours.Sequential([ours.Input((2, 8, 8)), *functions, *pools])

    kinds = [layer["kind"].split(" of ")[0] for layer in describe(make)["layers"]]
    functions = [(31, 0.0), (31, 0.25), (63, 0.5), (159, 0.0), (47, 0.0), (175, 0.0)]
    window = "Window((2,2),(2,2),Padding(0,0,0,0))"
    assert kinds[:6] == [f"Elementwise({number},{alpha})" for number, alpha in functions]
    assert kinds[6:] == [f"Pooling({number},{window})" for number in (511, 1023, 767)]


def test_a_convolutions_text_has_its_groups_if_it_has_several():
    """A resume from an older checkpoint compares the text without them."""

    def make():
        convolutions = [ours.Conv2D(4, 3, groups=groups, use_bias=False) for groups in (1, 2)]
        return ours.Sequential([ours.Input((2, 8, 8)), *convolutions, ours.DepthwiseConv2D(3)])

    kinds = [layer["kind"].split(" of ")[0] for layer in describe(make)["layers"]]
    window = "Window((3,3),(1,1),Padding(0,0,0,0))"
    assert kinds == [f"Convolution({window},false)", f"GroupedConvolution({window},false,2)",
                     f"GroupedConvolution({window},true,4)"]  # fmt: skip


@pytest.mark.parametrize("reshapes", [[], [Flatten]], ids=["", "then flatten"])
@pytest.mark.parametrize("last", ["sigmoid", "tanh", "relu", "softplus", "softmax", "linear"])
def test_the_end_is_seen(last, reshapes):
    def make():
        model = Sequential().add(Dense(1, input_shape=(4,))).add(Activation(last))
        for layer in reshapes:
            model.add(layer())
        return model

    assert describe(make)["end"] == last and not describe(make)["clips"]


def test_a_generator_says_that_its_images_are_clipped():
    description = describe(lambda: Sequential().add(Dense(1, input_shape=(4,))).add(ClippedImages()))
    assert description["clips"] and description["end"] == "linear" and len(description["layers"]) == 1


def test_momentum_is_told():
    def make():
        model = Sequential().add(Convolution2D(2, 1, 1, input_shape=(2, 4, 4))).add(BatchNormalization(momentum=0.25))
        return model.add(BatchNormalization(dim_ordering="tf", axis=-1))  # a layer that dllib itself runs

    told = [layer.get("momentum") for layer in describe(make)["layers"]]
    assert told[:2] == [None, 0.25] and told[-1] == 0.99


def two_outputs():
    vector = Input(shape=(4,))
    return Model(vector, [Dense(2)(vector), Dense(3)(vector)])


def two_images():
    first, second = Input(shape=(1, 2, 2)), Input(shape=(1, 2, 2))
    return Model([first, second], merge([first, second], mode="sum"))


def three_inputs():
    inputs = [Input(shape=(4,)) for _ in range(3)]
    return Model(inputs, merge(inputs, mode="sum"))


def after_dense(layer):
    return Sequential().add(Dense(4, input_shape=(4,))).add(KerasLayerWrapper(layer).set_name("odd"))


REFUSED = {
    "two outputs": (two_outputs, r"it has 1 inputs and 2 outputs; it must have one of each here"),
    "two images": (two_images, r"Received: generator, but its input is .*it must be one tensor of known shape, or that "
                               "and a label vector"),
    "three inputs": (three_inputs, r"Received: generator, but its input is .*it must be one tensor"),
    "no batch axis": (
        lambda: after_dense(nn.Mean(1)),
        r"Received: KerasLayerWrapper 'odd', but its output does not keep the batch axis",
    ),
    "table": (
        lambda: after_dense(nn.ConcatTable().add(nn.Identity()).add(nn.Identity())),
        r"Received: KerasLayerWrapper 'odd', but it has several outputs",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_by_name(case):
    make, message = REFUSED[case]
    with pytest.raises(ValueError, match="^Every layer of the generator must be able to run.*" + message):
        describe(make)


def test_lambda_runs_in_dllib():
    layers = describe(lambda: Sequential().add(Dense(3, input_shape=(4,))).add(Lambda(lambda x: x * 2.0 + 1.0)))
    assert layers["outputShape"] == [3] and not all(layer["native"] for layer in layers["layers"])
