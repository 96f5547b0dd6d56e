"""Keras's layers and models, with Keras 3's names, arguments and semantics, built from dllib's.

    from bigdl_gan.layers import Conv2DTranspose, Dense, Input, Reshape, Sequential

    generator = Sequential([
        Input((100,)), Dense(128 * 7 * 7, activation="relu"), Reshape((128, 7, 7)),
        Conv2DTranspose(64, 4, strides=2, padding="same", activation="leaky_relu"),
        Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
    ])

Images are (channels, height, width), and shapes come without the batch axis. A layer is a handle on an object in the
driver's JVM: everything here needs a session from `bigdl_gan.configure` and runs on the driver. dllib's own layers mix
with these.
"""

from bigdl_gan.layers.activations import ELU, GELU, Activation, LeakyReLU, ReLU, SiLU, Softplus
from bigdl_gan.layers.clipping import ClippedImages
from bigdl_gan.layers.conditional_normalization import ConditionalBatchNormalization
from bigdl_gan.layers.construction import building, check_positive
from bigdl_gan.layers.containers import Input, Model, Sequential
from bigdl_gan.layers.convolution import Conv2D
from bigdl_gan.layers.dense import Dense
from bigdl_gan.layers.depthwise_convolution import DepthwiseConv2D
from bigdl_gan.layers.embedding import Embedding
from bigdl_gan.layers.filtered_sampling import FilteredDownSampling2D, FilteredUpSampling2D
from bigdl_gan.layers.initialization import initialize
from bigdl_gan.layers.initializers import HeNormal, HeUniform, RandomNormal, VarianceScaling
from bigdl_gan.layers.merging import Add, Concatenate, Dot, Multiply
from bigdl_gan.layers.normalization import BatchNormalization
from bigdl_gan.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from bigdl_gan.layers.rescaling import Rescaling
from bigdl_gan.layers.reshaping import Dropout, Flatten, Reshape
from bigdl_gan.layers.resizing import Cropping2D, UpSampling2D, ZeroPadding2D
from bigdl_gan.layers.sample_normalization import (
    GroupNormalization,
    InstanceNormalization,
    LayerNormalization,
    PixelNormalization,
)
from bigdl_gan.layers.spectral_normalization import SpectralNormalization
from bigdl_gan.layers.transposed_convolution import Conv2DTranspose

__all__ = [
    "Activation", "Add", "AveragePooling2D", "BatchNormalization", "ClippedImages", "Concatenate",
    "ConditionalBatchNormalization", "Conv2D", "Conv2DTranspose", "Cropping2D", "Dense", "DepthwiseConv2D", "Dot",
    "Dropout", "ELU", "Embedding", "FilteredDownSampling2D", "FilteredUpSampling2D", "Flatten", "GELU",
    "GlobalAveragePooling2D", "GroupNormalization", "HeNormal", "HeUniform", "Input", "InstanceNormalization",
    "LayerNormalization", "LeakyReLU", "MaxPooling2D", "Model", "Multiply", "PixelNormalization", "RandomNormal",
    "ReLU", "Rescaling", "Reshape", "Sequential", "SiLU", "Softplus", "SpectralNormalization", "UpSampling2D",
    "VarianceScaling", "ZeroPadding2D", "building", "check_positive", "initialize",
]  # fmt: skip
