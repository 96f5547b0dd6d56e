"""A network as a Keras 3 user types it: the layers have Keras's arguments, by Keras's names and in Keras's order."""

import inspect

import pytest

from bigdl_gan import layers
from bigdl_gan.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
    Sequential,
    UpSampling2D,
)
from bigdl_gan.layers.layer import Layer

pytestmark = pytest.mark.usefixtures("spark")

WINDOW = "kernel_size strides padding"
WEIGHTS = "activation use_bias kernel_initializer"
# From the signatures in Keras 3's documentation, without what dllib lacks; `tied`, three norms, two filters are ours.
KERAS = {
    "Activation": "activation", "AveragePooling2D": "pool_size strides padding",
    "BatchNormalization": "momentum epsilon", "ConditionalBatchNormalization": "momentum epsilon",
    "Conv2D": f"filters {WINDOW} groups {WEIGHTS} tied",
    "Conv2DTranspose": f"filters {WINDOW} {WEIGHTS} tied", "Cropping2D": "cropping", "Dense": f"units {WEIGHTS}",
    "DepthwiseConv2D": f"{WINDOW} depth_multiplier activation use_bias depthwise_initializer",
    "FilteredDownSampling2D": "", "FilteredUpSampling2D": "",
    "Dropout": "rate", "ELU": "alpha", "Embedding": "output_dim embeddings_initializer", "Flatten": "",
    "GELU": "approximate", "GlobalAveragePooling2D": "",
    "GroupNormalization": "groups epsilon center scale", "InstanceNormalization": "epsilon center scale",
    "LayerNormalization": "epsilon center scale", "PixelNormalization": "epsilon",
    "SpectralNormalization": "layer power_iterations", "LeakyReLU": "negative_slope",
    "MaxPooling2D": "pool_size strides padding", "ReLU": "", "Rescaling": "scale", "Reshape": "target_shape",
    "SiLU": "", "Softplus": "", "UpSampling2D": "size interpolation", "ZeroPadding2D": "padding",
}  # fmt: skip
OF_SEVERAL_INPUTS = {"ConditionalBatchNormalization"}  # which cannot be a model's first layer


def test_arguments_have_kerass_names():
    kinds = {name: kind for name, kind in vars(layers).items() if inspect.isclass(kind) and issubclass(kind, Layer)}
    found = {name: " ".join(inspect.signature(kind).parameters) for name, kind in kinds.items()}
    ends = {name: "name" if name in OF_SEVERAL_INPUTS else "input_shape name" for name in KERAS}
    assert found == {name: f"{arguments} {ends[name]}".strip() for name, arguments in KERAS.items()}


def test_arguments_of_what_joins_nodes_have_kerass_names():
    kinds = {"Add": "", "Concatenate": "axis", "Dot": "axes", "Multiply": ""}
    found = {name: " ".join(inspect.signature(getattr(layers, name)).parameters) for name in kinds}
    assert found == {name: f"{arguments} name".strip() for name, arguments in kinds.items()}


def test_a_network_of_kerass_documentation():
    discriminator = Sequential([
        Conv2D(64, (3, 3), strides=2, padding="same", input_shape=(1, 28, 28)), LeakyReLU(negative_slope=0.2),
        Dropout(0.4), Conv2D(64, (3, 3), strides=(2, 2), padding="same", activation="relu"),
        MaxPooling2D(pool_size=(2, 2)), Flatten(), Dense(1, activation=None),
    ])  # fmt: skip
    generator = Sequential([
        Dense(units=7 * 7 * 8, use_bias=False, input_shape=(100,)), BatchNormalization(momentum=0.9),
        LeakyReLU(), Reshape((8, 7, 7)), Conv2DTranspose(4, (5, 5), strides=(2, 2), padding="same", use_bias=False),
        UpSampling2D(size=(2, 2)), Conv2D(filters=1, kernel_size=7, padding="same"), Activation("tanh"),
    ])  # fmt: skip
    assert discriminator.get_output_shape() == (None, 1)
    assert generator.get_output_shape() == discriminator.get_input_shape() == (None, 1, 28, 28)
