"""Every layer's arguments are checked when it is made, and its input's shape when it is used."""

import re
import warnings

import numpy as np
import pytest
from pyspark import SparkContext

from bigdl_gan import layers
from bigdl_gan.layers import (
    ELU,
    GELU,
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    ClippedImages,
    Concatenate,
    ConditionalBatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dot,
    Dropout,
    Embedding,
    FilteredDownSampling2D,
    FilteredUpSampling2D,
    Flatten,
    GlobalAveragePooling2D,
    GroupNormalization,
    HeNormal,
    HeUniform,
    Input,
    InstanceNormalization,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Model,
    Multiply,
    PixelNormalization,
    RandomNormal,
    ReLU,
    Rescaling,
    Reshape,
    Sequential,
    SiLU,
    Softplus,
    SpectralNormalization,
    UpSampling2D,
    VarianceScaling,
    ZeroPadding2D,
)

pytestmark = pytest.mark.usefixtures("spark")

IMAGE, VECTOR = (3, 5, 6), (7,)
EVERY = {  # each layer with as few arguments as it takes, and an input
    Activation: (("tanh",), VECTOR), AveragePooling2D: ((), IMAGE), BatchNormalization: ((), IMAGE),
    Conv2D: ((2, 3), IMAGE), Conv2DTranspose: ((2, 3), IMAGE), Cropping2D: ((1,), IMAGE), Dense: ((2,), VECTOR),
    Dropout: ((0.5,), VECTOR), ELU: ((), VECTOR), Flatten: ((), IMAGE), GlobalAveragePooling2D: ((), IMAGE),
    LeakyReLU: ((), VECTOR), MaxPooling2D: ((), IMAGE), ReLU: ((), VECTOR), Reshape: (((7, 1),), VECTOR),
    SiLU: ((), VECTOR), Softplus: ((), VECTOR), UpSampling2D: ((), IMAGE), ZeroPadding2D: ((), IMAGE),
    GroupNormalization: ((1,), IMAGE), InstanceNormalization: ((), IMAGE), LayerNormalization: ((), IMAGE),
    PixelNormalization: ((), IMAGE), DepthwiseConv2D: ((3,), IMAGE), FilteredDownSampling2D: ((), IMAGE),
    FilteredUpSampling2D: ((), IMAGE), GELU: ((), VECTOR), Embedding: ((2,), VECTOR),
    Rescaling: ((2.0,), VECTOR),
}  # fmt: skip
INITIALIZERS = {"HeNormal", "HeUniform", "RandomNormal", "VarianceScaling"}
OTHERS = {
    Add: (), ClippedImages: (), Concatenate: (), ConditionalBatchNormalization: (), Dot: (), Input: ((3,),),
    Multiply: (), Sequential: (),
}  # fmt: skip
ONLY_IMAGES = [kind for kind in EVERY if kind.n_axes == (3,)]
WINDOWS = [Conv2D, Conv2DTranspose, MaxPooling2D, AveragePooling2D]


def test_every_layer_is_here():
    assert {kind.__name__ for kind in [*EVERY, *OTHERS, Model, SpectralNormalization]} == set(layers.__all__) - {
        "building", "check_positive", "initialize", *INITIALIZERS
    }  # fmt: skip


@pytest.mark.parametrize("kind", [*EVERY, *OTHERS], ids=lambda kind: kind.__name__)
def test_a_layer_needs_a_session(kind, monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    with pytest.raises(RuntimeError, match=r"Create one with bigdl_gan\.configure\(\.\.\.\) first"):
        kind(*(EVERY[kind][0] if kind in EVERY else OTHERS[kind]))


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_making_and_using_a_layer_prints_nothing(kind, capfd):
    arguments, shape = EVERY[kind]
    Sequential([Input(shape), kind(*arguments)])  # the first call of a session makes dllib's serialiser print
    capfd.readouterr()
    Sequential([Input(shape), kind(*arguments)])
    node = Input(shape)
    Model(node, kind(*arguments)(node))
    assert capfd.readouterr() == ("", "")


REFUSED = [  # layer, arguments, options, kind of error, message
    (Dense, (0,), {}, ValueError, "`units` must be an integer from 1 on. Received: units=0."),
    (Dense, (2.0,), {}, TypeError, "`units` must be an integer from 1 on. Received: units=2.0. Pass 2."),
    (Dense, (2, "swish"), {}, ValueError, "`activation` must be one of 'elu', 'gelu', 'leaky_relu', 'linear', 'relu', "
     "'sigmoid', 'silu', 'softplus', 'softsign', 'tanh'. Received: activation='swish'. Another activation is a layer "
     "of its own: activation=None, and then for example LeakyReLU(0.1)"),
    (Dense, (2, None, 1), {}, TypeError, "`use_bias` must be True or False. Received: use_bias=1."),
    (Dense, (2,), {"kernel_initializer": "lecun_normal"}, ValueError, "`kernel_initializer` must be one of "
     "'glorot_uniform', 'random_normal', 'random_uniform', 'zeros', 'ones', 'he_normal', 'he_uniform'. Received: "
     "kernel_initializer='lecun_normal'. Others are objects, such as layers.HeNormal(gain=1.0); layers.initialize"),
    (HeNormal, (0,), {}, ValueError, "`gain` must be a finite number above 0. Received: gain=0."),
    (HeUniform, (), {"seed": -1}, ValueError, "`seed` must be an integer from 0 on. Received: seed=-1."),
    (RandomNormal, ("1",), {}, TypeError, "`stddev` must be a finite number from 0 on. Received: stddev='1'."),
    (VarianceScaling, (1, "fan"), {}, ValueError, "`mode` must be one of 'fan_in', 'fan_out', 'fan_avg'. Received: "),
    (VarianceScaling, (1, "fan_in", "normal"), {}, ValueError, "`distribution` must be one of 'truncated_normal', "),
    (GroupNormalization, (0,), {}, ValueError, "`groups` must be a positive integer, or -1 for one channel in each. "
     "Received: groups=0."),
    (GroupNormalization, (-2,), {}, ValueError, "`groups` must be an integer from -1 on. Received: groups=-2."),
    (GroupNormalization, (2,), {"scale": 1}, TypeError, "`scale` must be True or False. Received: scale=1."),
    *((kind, (), {"epsilon": 0}, ValueError, "`epsilon` must be a finite number above 0. Received: epsilon=0.")
      for kind in (GroupNormalization, InstanceNormalization, LayerNormalization, PixelNormalization)),
    *((kind, (2, 4, strides, padding), {"tied": True}, ValueError, "`tied` must be False unless kernel_size=4, "
       f"strides=2 and padding='same'. Received: tied=True, kernel_size=(4, 4), strides={(strides, strides)}, "
       f"padding={padding!r}.")
      for kind in (Conv2D, Conv2DTranspose) for strides, padding in ((1, "same"), (2, "valid"))),
    (SpectralNormalization, (3,), {}, TypeError, "`layer` must be a Conv2D, Conv2DTranspose, Dense, DepthwiseConv2D "
     "or Embedding. Received: layer=3."),
    (Embedding, (0,), {}, ValueError, "`output_dim` must be an integer from 1 on. Received: output_dim=0."),
    (Embedding, (2, "uniform"), {}, ValueError, "`embeddings_initializer` must be one of 'glorot_uniform', "),
    (GELU, (1,), {}, TypeError, "`approximate` must be True or False. Received: approximate=1."),
    (ConditionalBatchNormalization, (), {"momentum": 1}, ValueError, "`momentum` must be a finite number from 0 on "),
    (ConditionalBatchNormalization, (), {"epsilon": 0}, ValueError, "`epsilon` must be a finite number above 0."),
    (Dot, (2,), {}, ValueError, "`axes` must be 1 or -1, the features' axis. Received: axes=2."),
    (Dot, ((1, 1),), {}, TypeError, "`axes` must be an integer. Received: axes=(1, 1)."),
    (Dense, (2,), {"input_shape": 5}, TypeError, "`input_shape` must be a tuple without the batch axis. Received: "
     "input_shape=5. Write input_shape=(5,)."),
    (Dense, (2,), {"input_shape": (None, 5)}, ValueError, "`input_shape` must not contain the batch axis. Received: "
     "input_shape=(None, 5). Write (5,)."),
    (Dense, (2,), {"input_shape": ()}, ValueError, "`input_shape` must have at least one axis."),
    (Dense, (2,), {"input_shape": (0,)}, ValueError, "`input_shape[0]` must be an integer from 1 on. Received: "),
    (Dense, (2,), {"name": 3}, TypeError, "`name` must be text. Received: name=3."),
    (Dense, (2,), {"name": " "}, ValueError, "`name` must not be blank"),
    (Dense, (2,), {"name": "clipped_images"}, ValueError, "`name` must not be blank or 'clipped_images'. Received: "),
    (Conv2D, (2, 3), {"input_shape": (28, 28, 1)}, ValueError, "Images are (channels, height, width). Received: "
     "input_shape=(28, 28, 1). Write (1, 28, 28)."),
    (Conv2D, (2, 3), {"activation": "softmax"}, ValueError, "`activation` must be one of"),
    (Conv2DTranspose, (2, 3), {"activation": 3}, ValueError, "`activation` must be one of"),
    (Conv2DTranspose, (2, 3), {"kernel_initializer": "zero"}, ValueError, "Received: kernel_initializer='zero'."),
    (Conv2DTranspose, (0, 3), {}, ValueError, "`filters` must be an integer from 1 on. Received: filters=0."),
    (Input, ((64, 64, 3),), {}, ValueError, "Received: shape=(64, 64, 3). Write (3, 64, 64)."),
    (Flatten, (), {"input_shape": (32, 48, 3)}, ValueError, "Write (3, 32, 48)."),
    (Activation, ("mish",), {}, ValueError, "`activation` must be one of"),
    (Activation, (None,), {}, ValueError, "`activation` must be one of"),
    (LeakyReLU, (-0.1,), {}, ValueError, "`negative_slope` must be a finite number from 0 on. Received: "),
    (ELU, ("1",), {}, TypeError, "`alpha` must be a finite number from 0 on. Received: alpha='1'."),
    (BatchNormalization, (), {"momentum": 1}, ValueError, "`momentum` must be a finite number from 0 on below 1."),
    (BatchNormalization, (), {"epsilon": 0}, ValueError, "`epsilon` must be a finite number above 0. Received: "),
    (Rescaling, (0,), {}, ValueError, "`scale` must be a finite number from 1e-37 to 1e+38. Received: scale=0."),
    (Dropout, (1,), {}, ValueError, "`rate` must be a finite number from 0 on below 1. Received: rate=1."),
    (Reshape, (5,), {}, TypeError, "`target_shape` must be a tuple without the batch axis. Received: target_shape=5."),
    (Reshape, ((-1, -1),), {}, ValueError, "`target_shape[1]` must be an integer from 1 on. Received: "),
    (Conv2D, (6, 3), {"groups": 0}, ValueError, "`groups` must be an integer from 1 on. Received: groups=0."),
    (Conv2D, (6, 3), {"groups": 4}, ValueError, "`groups` must divide `filters`. Received: groups=4, filters=6."),
    (DepthwiseConv2D, (3, 1, "same", 0), {}, ValueError, "`depth_multiplier` must be an integer from 1 on. Received: "),
    (DepthwiseConv2D, (3,), {"depthwise_initializer": "zero"}, ValueError, "`depthwise_initializer` must be one of "),
    (UpSampling2D, (2, "bicubic"), {}, ValueError, "`interpolation` must be one of 'nearest', 'bilinear'. Received: "
     "interpolation='bicubic'."),
    (UpSampling2D, (0,), {}, ValueError, "`size` must be an integer from 1 on. Received: size=0."),
    (Cropping2D, (-1,), {}, ValueError, "`cropping` must be an integer from 0 on. Received: cropping=-1."),
    (Cropping2D, (((1, 1), 2),), {}, ValueError, "`cropping` must be an integer, (height, width) or ((top, bottom), "
     "(left, right)). Received: cropping=((1, 1), 2)."),
    (ZeroPadding2D, (((1, 1), (2, -1)),), {}, ValueError, "`padding[1][1]` must be an integer from 0 on. Received: "),
    (ZeroPadding2D, ((1, 2, 3, 4),), {}, ValueError, "`padding` must be an integer or a pair (height, width)."),
    (Concatenate, (0,), {}, ValueError, "`axis` must not be the batch axis. Received: axis=0. Use 1 for the channels."),
    (Concatenate, (1.5,), {}, TypeError, "`axis` must be an integer. Received: axis=1.5."),
    (Sequential, (None,), {}, TypeError, "`layers` must be a list. Received: layers=None. Write Sequential([...])."),
    (Model, ("x", "y"), {}, TypeError, "`inputs` must be a node, from Input or a layer, or a list of them. Received: "
     "inputs='x'."),
    *((kind, (2, 3, 2, "full") if kind in (Conv2D, Conv2DTranspose) else (3, 2, "full"), {}, ValueError,
       "`padding` must be one of 'valid', 'same'. Received: padding='full'.") for kind in WINDOWS),
    *((kind, (2, 3, (2, 0)) if kind in (Conv2D, Conv2DTranspose) else (3, (2, 0)), {}, ValueError,
       "`strides[1]` must be an integer from 1 on. Received: strides[1]=0.") for kind in WINDOWS),
    *((kind, (2, (3, 3, 3)), {}, ValueError, "`kernel_size` must be an integer or a pair (height, width). Received: "
       "kernel_size=(3, 3, 3).") for kind in (Conv2D, Conv2DTranspose)),
    (MaxPooling2D, (True,), {}, TypeError, "`pool_size` must be an integer from 1 on. Received: pool_size=True."),
]  # fmt: skip


@pytest.mark.parametrize("kind, arguments, options, error, message", REFUSED)
def test_an_argument_that_breaks_its_rule(kind, arguments, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        kind(*arguments, **options)


def test_a_reshape_to_channels_last_warns():
    with pytest.warns(RuntimeWarning, match=re.escape("Received: target_shape=(7, 7, 256), which looks like (height")):
        Reshape((7, 7, 256))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Reshape((256, 7, 7)).target_shape == (256, 7, 7)


def test_numpys_integers_are_integers():
    layer = Conv2D(np.int64(2), (np.int32(3), 3), np.int16(2), input_shape=(np.uint8(3), 5, 6))
    assert Sequential([layer]).get_output_shape() == (None, 2, 2, 2)


MISUSED = [  # layer, its input, message
    (lambda: Dense(2), IMAGE, "Dense's input must be vectors, (features,). Received: (3, 5, 6). Add Flatten() before"),
    (lambda: BatchNormalization(), (3, 5), "BatchNormalization's input must be vectors, (features,) or images, "
     "(channels, height, width). Received: (3, 5)."),
    (lambda: Conv2D(2, (3, 7)), IMAGE, "`kernel_size` must fit into the image with padding='valid'. Received: "
     "kernel_size=(3, 7), and an input (channels, height, width) of (3, 5, 6). Make it smaller, or write padding"),
    (lambda: MaxPooling2D(6), IMAGE, "`pool_size` must fit into the image with padding='valid'. Received: "),
    (lambda: Cropping2D((0, 3)), IMAGE, "`cropping` must leave a part of the image. Received: "
     "cropping=((0, 0), (3, 3)), and an input (channels, height, width) of (3, 5, 6)."),
    (lambda: Reshape((4, 2)), VECTOR, "`target_shape` must have as many values as the input. Received: "
     "target_shape=(4, 2) with 8, and an input of (7,) with 7."),
    (lambda: Reshape((2, -1)), VECTOR, "`target_shape` must have as many values as the input. Received: "),
    (lambda: GroupNormalization(2), IMAGE, "`groups` must divide the number of channels, 3. Received: groups=2. Use "
     "one of 1, 3."),
    (lambda: Conv2D(4, 3, groups=2), IMAGE, "`groups` must divide the number of channels, 3. Received: groups=2, and "
     "an input (channels, height, width) of (3, 5, 6)."),
    (lambda: DepthwiseConv2D(7), IMAGE, "`kernel_size` must fit into the image with padding='valid'. Received: "),
    (lambda: FilteredDownSampling2D(), (3, 1, 4), "FilteredDownSampling2D's input must have a height and a width of at "
     "least 2. Received: an input (channels, height, width) of (3, 1, 4)."),
    (lambda: Conv2D(2, 4, 2, "same", tied=True), IMAGE, "`tied` must be False unless the image's height and width are "
     "even. Received: tied=True, and an input (channels, height, width) of (3, 5, 6)."),
    (lambda: SpectralNormalization(Conv2D(2, 9)), IMAGE, "`kernel_size` must fit into the image"),
    (lambda: SpectralNormalization(Dense(2)), IMAGE, "SpectralNormalization's input must be vectors, (features,). "
     "Received: (3, 5, 6). Add Flatten() before it."),
    (lambda: Dense(2, input_shape=(6,)), VECTOR, "`input_shape` must be the input's shape, (7,). Received: (6,)."),
    *((lambda kind=kind: kind(*EVERY[kind][0]), VECTOR, f"{kind.__name__}'s input must be images, (channels, height, "
       "width). Received: (7,). Add Reshape((channels, height, width)) before it.") for kind in ONLY_IMAGES),
]  # fmt: skip


@pytest.mark.parametrize("make, shape, message", MISUSED)
def test_an_input_of_the_wrong_shape(make, shape, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Sequential([Input(shape), make()])
    with pytest.raises(ValueError, match=re.escape(message)):
        make()(Input(shape))


def test_spectral_normalization_of_a_layer_in_a_model():
    layer = Dense(2)
    Sequential([Input(VECTOR), layer])
    with pytest.raises(ValueError, match="`layer` must not be in a model yet. Received: 'dense_1'. Make another layer"):
        SpectralNormalization(layer)


def test_a_call_on_something_else():
    with pytest.raises(TypeError, match="Dense must be called on one node, from Input or another layer. Received: 'x'"):
        Dense(2)("x")
    for kind in Add, Multiply, Dot:
        with pytest.raises(TypeError, match=f"{kind.__name__} must be called on a list of two nodes or more.*: <"):
            kind()(Input((3,)))
    for wrong in Input((3,)), [Input((3,))], [Input((3,)), "y"], None:
        with pytest.raises(TypeError, match=r"ConditionalBatchNormalization must be called on a list of two nodes, \["):
            ConditionalBatchNormalization()(wrong)


def test_branches_that_cannot_join():
    vector, wide, image = Input((3,)), Input((4,)), Input((3, 4, 5))
    with pytest.raises(ValueError, match=re.escape("Add's inputs must have one shape. Received: (3,), (4,).")):
        Add()([vector, wide])
    message = "Multiply's inputs must have one shape, or (C, 1, 1) beside (C, H, W). Received: "
    for others in ([wide], [image], [Input((3, 1, 1)), image, Input((3, 4, 5)), Input((1, 4, 5))], [Input((1,))]):
        with pytest.raises(ValueError, match=re.escape(message)):
            Multiply()([vector, *others] if len(others) == 1 else others)
    message = "Dot's inputs must be two vectors, (features,), of one length. Received: "
    for nodes in [vector, wide], [image, image], [vector, vector, vector]:
        with pytest.raises(ValueError, match=re.escape(message)):
            Dot()(nodes)
    message = "Concatenate's inputs must have one shape, except along axis 1. Received: (3, 4, 5), (3, 5, 5)."
    with pytest.raises(ValueError, match=re.escape(message)):
        Concatenate()([image, Input((3, 5, 5))])
    with pytest.raises(ValueError, match=re.escape("`axis` must be an axis of the inputs, (3,). Received: axis=2.")):
        Concatenate(axis=2)([vector, wide])


@pytest.mark.parametrize("x, y", [((3, 4), (2,)), ((3,), (2, 1, 1)), ((3, 4, 5), (3, 4, 5))], ids=str)
def test_a_conditional_norm_of_other_shapes(x, y):
    message = ("ConditionalBatchNormalization's inputs must be vectors, (features,), or images, (channels, height, "
               f"width), and a label vector, (labels,). Received: {x}, {y}.")  # fmt: skip
    with pytest.raises(ValueError, match=re.escape(message)):
        ConditionalBatchNormalization()([Input(x), Input(y)])


def test_a_conditional_norm_without_labels_and_twice():
    message = "Layer 1 of 'net', ConditionalBatchNormalization: ConditionalBatchNormalization must be called on two"
    with pytest.raises(TypeError, match=message):
        Sequential([Input((3,)), ConditionalBatchNormalization()], name="net")
    layer, nodes = ConditionalBatchNormalization(name="norm"), [Input((3,)), Input((2,))]
    layer(nodes)
    with pytest.raises(ValueError, match="A layer must be used only once. Received: a second use of 'norm'. Make"):
        layer(nodes)
