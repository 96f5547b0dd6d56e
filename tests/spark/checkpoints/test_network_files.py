"""Every layer of dllib's Keras API that can be in a network is saved, and loads again through the check of its file."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bigdl.dllib.keras import autograd
from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.models import Model, Sequential
from bigdl.dllib.nn import layer as nn
from bigdl.dllib.optim.optimizer import L1L2Regularizer, L2Regularizer

import bigdl_gan
from bigdl_gan import layers as ours
from bigdl_gan.checkpoints import network_files
from bigdl_gan.layers import Conv2D, Conv2DTranspose, building

pytestmark = [pytest.mark.usefixtures("spark"), pytest.mark.slow]

IMAGE, VOLUME, SERIES, VECTOR = (2, 6, 6), (2, 6, 6, 6), (6, 4), (5,)
FRAMES = (3, 2, 6, 6)

LAYERS = {
    "LeakyReLU": (VECTOR, lambda: keras.LeakyReLU(0.2)),
    "ELU": (VECTOR, lambda: keras.ELU(0.5)),
    "ThresholdedReLU": (VECTOR, lambda: keras.ThresholdedReLU(0.5)),
    "SReLU": (VECTOR, lambda: keras.SReLU()),
    "PReLU": (IMAGE, lambda: keras.PReLU(2)),
    "RReLU": (VECTOR, lambda: keras.RReLU()),
    "Convolution1D": (SERIES, lambda: keras.Convolution1D(3, 2)),
    "AtrousConvolution1D": (SERIES, lambda: keras.AtrousConvolution1D(3, 2, atrous_rate=2)),
    "Convolution2D": (IMAGE, lambda: keras.Convolution2D(3, 2, 2, W_regularizer=L2Regularizer(0.1))),
    "Convolution2D with an activation": (IMAGE, lambda: keras.Convolution2D(3, 2, 2, activation="relu", init="normal")),
    "Convolution2D of channels last": (IMAGE, lambda: keras.Convolution2D(3, 2, 2, dim_ordering="tf")),
    "dllib's Deconvolution2D": (IMAGE, lambda: keras.Deconvolution2D(3, 2, 2, (None, 3, 7, 7))),
    "GroupNormalization": (IMAGE, lambda: ours.GroupNormalization(2)),
    "InstanceNormalization": (IMAGE, lambda: ours.InstanceNormalization(scale=False)),
    "LayerNormalization": (VECTOR, lambda: ours.LayerNormalization()),
    "PixelNormalization": (IMAGE, lambda: ours.PixelNormalization()),
    "SiLU": (IMAGE, lambda: ours.SiLU()),
    "GELU": (IMAGE, lambda: ours.GELU(approximate=True)),
    "our Embedding": (VECTOR, lambda: ours.Embedding(3)),
    "SpectralNormalization of an Embedding": (VECTOR, lambda: ours.SpectralNormalization(ours.Embedding(3))),
    "Rescaling": (IMAGE, lambda: ours.Rescaling(0.5)),
    "our Conv2D with silu": (IMAGE, lambda: Conv2D(3, 3, activation="silu")),
    "SpectralNormalization": (IMAGE, lambda: ours.SpectralNormalization(Conv2D(3, 3, activation="relu"))),
    "Conv2D of a tied kernel": (IMAGE, lambda: Conv2D(3, 4, 2, "same", tied=True)),
    "SpectralNormalization of a tied kernel": (
        IMAGE, lambda: ours.SpectralNormalization(Conv2DTranspose(3, 4, 2, "same", tied=True))),
    "Conv2D of a drawn kernel": (IMAGE, lambda: Conv2D(3, 3, kernel_initializer="he_normal")),
    "our Conv2DTranspose": (IMAGE, lambda: Conv2DTranspose(3, 4, 2, "same")),
    "AtrousConvolution2D": (IMAGE, lambda: keras.AtrousConvolution2D(3, 2, 2, atrous_rate=(2, 2))),
    "SeparableConvolution2D": (IMAGE, lambda: keras.SeparableConvolution2D(3, 2, 2)),
    "ShareConvolution2D": (IMAGE, lambda: keras.ShareConvolution2D(3, 2, 2)),
    "Convolution3D": (VOLUME, lambda: keras.Convolution3D(3, 2, 2, 2)),
    "LocallyConnected1D": (SERIES, lambda: keras.LocallyConnected1D(3, 2)),
    "LocallyConnected2D": (IMAGE, lambda: keras.LocallyConnected2D(3, 2, 2)),
    "UpSampling1D": (SERIES, lambda: keras.UpSampling1D(2)),
    "UpSampling2D": (IMAGE, lambda: keras.UpSampling2D((2, 2))),
    "UpSampling3D": (VOLUME, lambda: keras.UpSampling3D((2, 2, 2))),
    "ZeroPadding1D": (SERIES, lambda: keras.ZeroPadding1D(1)),
    "ZeroPadding2D": (IMAGE, lambda: keras.ZeroPadding2D((1, 2))),
    "ZeroPadding3D": (VOLUME, lambda: keras.ZeroPadding3D((1, 1, 1))),
    "Cropping1D": (SERIES, lambda: keras.Cropping1D((1, 1))),
    "Cropping2D": (IMAGE, lambda: keras.Cropping2D(((1, 1), (1, 1)))),
    "Cropping3D": (VOLUME, lambda: keras.Cropping3D(((1, 1), (1, 1), (1, 1)))),
    "ConvLSTM2D": (FRAMES, lambda: keras.ConvLSTM2D(3, 3, 3)),
    "ConvLSTM3D": ((3, *VOLUME), lambda: keras.ConvLSTM3D(3, 3)),
    "SimpleRNN": (SERIES, lambda: keras.SimpleRNN(3)),
    "GRU": (SERIES, lambda: keras.GRU(3)),
    "LSTM": (SERIES, lambda: keras.LSTM(3, return_sequences=True)),
    "Bidirectional": (SERIES, lambda: keras.Bidirectional(keras.LSTM(3, return_sequences=True))),
    "TimeDistributed": (SERIES, lambda: keras.TimeDistributed(keras.Dense(3))),
    "Masking": (SERIES, lambda: keras.Masking(0.0)),
    "Dropout": (VECTOR, lambda: keras.Dropout(0.3)),
    "SpatialDropout1D": (SERIES, lambda: keras.SpatialDropout1D(0.3)),
    "SpatialDropout2D": (IMAGE, lambda: keras.SpatialDropout2D(0.3)),
    "SpatialDropout3D": (VOLUME, lambda: keras.SpatialDropout3D(0.3)),
    "GaussianNoise": (VECTOR, lambda: keras.GaussianNoise(0.1)),
    "GaussianDropout": (VECTOR, lambda: keras.GaussianDropout(0.1)),
    **{f"Activation {name}": (VECTOR, lambda name=name: keras.Activation(name))
       for name in ("tanh", "sigmoid", "relu", "softmax", "softplus", "softsign", "hard_sigmoid", "relu6", "linear",
                    "log_softmax")},
    "Reshape": (IMAGE, lambda: keras.Reshape((72,))),
    "Permute": (IMAGE, lambda: keras.Permute((2, 3, 1))),
    "Flatten": (IMAGE, lambda: keras.Flatten()),
    "RepeatVector": (VECTOR, lambda: keras.RepeatVector(3)),
    "Dense": (VECTOR, lambda: keras.Dense(3, W_regularizer=L1L2Regularizer(0.1, 0.2), init="glorot_uniform")),
    "Dense without bias": (VECTOR, lambda: keras.Dense(3, bias=False, activation="tanh")),
    "SparseDense": (VECTOR, lambda: keras.SparseDense(3)),
    "MaxoutDense": (VECTOR, lambda: keras.MaxoutDense(3)),
    "Highway": (VECTOR, lambda: keras.Highway()),
    "Max": (SERIES, lambda: keras.Max(1)),
    "ExpandDim": (VECTOR, lambda: keras.ExpandDim(1)),
    "Embedding": ((3,), lambda: keras.Embedding(7, 4)),
    "BatchNormalization": (IMAGE, lambda: keras.BatchNormalization()),
    "BatchNormalization of vectors": (VECTOR, lambda: keras.BatchNormalization(momentum=0.1)),
    "MaxPooling1D": (SERIES, lambda: keras.MaxPooling1D(2)),
    "AveragePooling1D": (SERIES, lambda: keras.AveragePooling1D(2)),
    "MaxPooling2D": (IMAGE, lambda: keras.MaxPooling2D((2, 2))),
    "AveragePooling2D": (IMAGE, lambda: keras.AveragePooling2D((2, 2))),
    "MaxPooling3D": (VOLUME, lambda: keras.MaxPooling3D((2, 2, 2))),
    "AveragePooling3D": (VOLUME, lambda: keras.AveragePooling3D((2, 2, 2))),
    "GlobalAveragePooling1D": (SERIES, lambda: keras.GlobalAveragePooling1D()),
    "GlobalMaxPooling1D": (SERIES, lambda: keras.GlobalMaxPooling1D()),
    "GlobalAveragePooling2D": (IMAGE, lambda: keras.GlobalAveragePooling2D()),
    "GlobalMaxPooling2D": (IMAGE, lambda: keras.GlobalMaxPooling2D()),
    "GlobalAveragePooling3D": (VOLUME, lambda: keras.GlobalAveragePooling3D()),
    "GlobalMaxPooling3D": (VOLUME, lambda: keras.GlobalMaxPooling3D()),
    "Select": (SERIES, lambda: keras.Select(1, 2)),
    "Narrow": (SERIES, lambda: keras.Narrow(1, 1, 2)),
    "Squeeze": ((1, 4), lambda: keras.Squeeze(1)),
    "AddConstant": (VECTOR, lambda: keras.AddConstant(0.5)),
    "MulConstant": (VECTOR, lambda: keras.MulConstant(0.5)),
    "LRN2D": (IMAGE, lambda: keras.LRN2D()),
    "WithinChannelLRN2D": (IMAGE, lambda: keras.WithinChannelLRN2D()),
    "CAdd": (IMAGE, lambda: keras.CAdd((2, 1, 1))),
    "CMul": (IMAGE, lambda: keras.CMul((2, 1, 1))),
    "Exp": (VECTOR, lambda: keras.Exp()),
    "Identity": (VECTOR, lambda: keras.Identity()),
    "Log": (VECTOR, lambda: keras.Log()),
    "Mul": (VECTOR, lambda: keras.Mul()),
    "Power": (VECTOR, lambda: keras.Power(2.0)),
    "Scale": (IMAGE, lambda: keras.Scale((2, 1, 1))),
    "Sqrt": (VECTOR, lambda: keras.Sqrt()),
    "Square": (VECTOR, lambda: keras.Square()),
    "HardShrink": (VECTOR, lambda: keras.HardShrink()),
    "HardTanh": (VECTOR, lambda: keras.HardTanh()),
    "Negative": (VECTOR, lambda: keras.Negative()),
    "SoftShrink": (VECTOR, lambda: keras.SoftShrink()),
    "BinaryThreshold": (VECTOR, lambda: keras.BinaryThreshold()),
    "Threshold": (VECTOR, lambda: keras.Threshold()),
    "ResizeBilinear": (IMAGE, lambda: keras.ResizeBilinear(3, 3)),
    "GetShape": (VECTOR, lambda: keras.GetShape()),
    "SparseEmbedding": ((3,), lambda: keras.SparseEmbedding(7, 4)),
    "KerasLayerWrapper": (IMAGE, lambda: keras.KerasLayerWrapper(nn.SpatialFullConvolution(2, 3, 4, 4, 2, 2, 1, 1))),
    "a wrapped container": (
        VECTOR, lambda: keras.KerasLayerWrapper(nn.Sequential().add(nn.Linear(5, 4)).add(nn.ConcatTable()
                        .add(nn.Identity()).add(nn.Linear(4, 4))).add(nn.CAddTable()))),
}  # fmt: skip

FUNCTIONS = {
    "arithmetic": lambda x: 1.0 - (x * 0.5 + x) / 2.0,
    "mean": lambda x: autograd.mean(x, 1, True),
    "sum": lambda x: autograd.sum(x, 1, True),
    "abs": autograd.abs,
    "clip": lambda x: autograd.clip(x, -0.5, 0.5),
    "powers": lambda x: autograd.sqrt(autograd.square(x)) + autograd.pow(x, 2.0),
    "exp and log": lambda x: autograd.log(autograd.exp(x)),
    "softsign and softplus": lambda x: autograd.softsign(x) + autograd.softplus(x),
    "maximum": lambda x: autograd.maximum(x, 0.1),
    "neg": autograd.neg,
    "erf": autograd.erf,
    "expand_dims": lambda x: autograd.expand_dims(x, 1),
    "contiguous": autograd.contiguous,
    "l2_normalize": lambda x: autograd.l2_normalize(x, 1),
    "slices": lambda x: x.slice(1, 0, 2),
    "index_select": lambda x: x.index_select(1, 0),
    "batch_dot": lambda x: autograd.batch_dot(autograd.expand_dims(x, 1), autograd.expand_dims(x, 1), axes=[2, 2]),
    "stack": lambda x: autograd.stack([x, x], axis=1),
    "squeeze": lambda x: autograd.expand_dims(x, 1).squeeze(1),
}
MERGES = ("sum", "mul", "concat", "ave", "max", "min", "sub", "div", "dot", "cos")


def sequential(shape, make):
    with building():
        model = Sequential()
        model.add(keras.InputLayer(input_shape=shape))
        model.add(make())
    return model


def functional(function):
    with building():
        x = keras.Input(shape=VECTOR)
        hidden = keras.Dense(4)(x)
        return Model(x, autograd.Lambda(function)(hidden))


def merged(mode):
    with building():
        x = keras.Input(shape=VECTOR)
        return Model(x, keras.merge([keras.Dense(4)(x), keras.Dense(4)(x)], mode=mode))


def with_a_parameter():
    """A separate autograd weight, times the input."""
    with building():
        x = keras.Input(shape=VECTOR)
        weight = autograd.Parameter(shape=(5, 3))
        return Model(x, autograd.mm(x, weight, axes=[1, 0]))


def a_model_within_a_model():
    with building():
        x, outer = keras.Input(shape=VECTOR), keras.Input(shape=VECTOR)
        inner = Model(x, keras.Dense(4)(x))
        return Model(outer, keras.Dense(3)(inner(outer)))


def of_two(layer):
    """A layer that takes a list of two."""
    with building():
        x = keras.Input(shape=VECTOR)
        return Model(x, layer()([keras.Dense(4)(x), keras.Dense(4)(x)]))


def ours_of_two(layer, *shape):
    """A layer of the core that takes a list of two, of which the first has that shape."""
    x = ours.Input(VECTOR)
    first = ours.Dense(4)(x)
    return ours.Model(x, layer()([ours.Reshape(shape)(first) if shape else first, ours.Dense(4)(x)]))


def scaled_channels():
    x = ours.Input(IMAGE)
    return ours.Model(x, ours.Multiply()([x, ours.Conv2D(2, 6)(x)]))


def transformer():
    with building():
        words, positions = keras.Input(shape=(4,)), keras.Input(shape=(4,))
        layer = keras.TransformerLayer.init(vocab=9, seq_len=4, n_block=1, hidden_size=4, n_head=2)
        return Model([words, positions], keras.SelectTable(0)(layer([words, positions])))


MODELS = {
    **{name: lambda shape=shape, make=make: sequential(shape, make) for name, (shape, make) in LAYERS.items()},
    **{f"autograd {name}": lambda function=function: functional(function) for name, function in FUNCTIONS.items()},
    **{f"merge {mode}": lambda mode=mode: merged(mode) for mode in MERGES},
    "autograd Parameter": with_a_parameter,
    "a model within a model": a_model_within_a_model,
    "GaussianSampler": lambda: of_two(keras.GaussianSampler),
    "Multiply": lambda: ours_of_two(ours.Multiply),
    "Multiply, channels": scaled_channels,
    "Dot": lambda: ours_of_two(ours.Dot),
    "ConditionalBatchNormalization": lambda: ours_of_two(ours.ConditionalBatchNormalization, 2, 2, 1),
    "SelectTable": lambda: of_two(lambda: keras.SelectTable(1)),
    "TransformerLayer": transformer,
}


LOADER = """
import sys
from pathlib import Path
from pyspark.sql import SparkSession
from bigdl_gan import configure
from bigdl_gan.checkpoints import network_files

spark = configure(SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")).getOrCreate()
for path in sorted(Path(sys.argv[1]).iterdir()):
    if not path.name.startswith("."):
        network = network_files.read(spark, str(path))
        network_files.write(spark, network, f"{sys.argv[2]}/{path.name}")
"""


@pytest.fixture(scope="module")
def loaded_elsewhere(spark, tmp_path_factory):
    """Loads all the models in a fresh process, which saves them again; returns the folder with the copies.

    dllib can read more in a process that has already loaded or built such a model."""
    saved, again = tmp_path_factory.mktemp("saved"), tmp_path_factory.mktemp("again")
    for i, make in enumerate(MODELS.values()):
        network_files.write(spark, make(), f"{saved}/{i:03d}")
    root = Path(bigdl_gan.__file__).parents[1]
    answer = subprocess.run([sys.executable, "-c", LOADER, saved, again], capture_output=True, text=True, cwd=root)
    assert answer.returncode == 0, answer.stderr
    return saved, again


@pytest.mark.parametrize("number", range(len(MODELS)), ids=list(MODELS))
@pytest.mark.long
def test_it_is_saved_and_loads_again(spark, loaded_elsewhere, number):
    model, loaded = (network_files.read(spark, f"{folder}/{number:03d}") for folder in loaded_elsewhere)
    assert type(loaded) is type(model) and loaded.get_output_shape() == model.get_output_shape()
    weights, others = model.get_weights() or [], loaded.get_weights() or []
    assert len(weights) == len(others)
    for a, b in zip(weights, others):
        np.testing.assert_array_equal(a, b)


def test_all_of_dllibs_layers_are_here(spark):
    """Except layers that no numeric network has: words from a file, which needs a serialised object, and BERT."""
    found = {
        value.__name__ for value in vars(keras).values() if isinstance(value, type) and issubclass(value, ZooKerasLayer)
    }
    named = {word for name in MODELS for word in name.replace("'", " ").split()}
    everywhere = {"ZooKerasLayer", "KerasNet", "Model", "Sequential", "Merge", "InputLayer"}
    assert found - named - everywhere == {"BERT", "WordEmbedding"}
