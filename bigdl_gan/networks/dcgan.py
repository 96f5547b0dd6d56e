"""DCGAN: a generator and a discriminator with strided convolutions.

Source: Radford et al. 2016, arXiv:1511.06434, figure 1 and section 3: 4x4 kernels with stride 2, widths that double as
the image halves, batch normalisation everywhere except at the generator's output and the discriminator's input, weights
from N(0, 0.02).
Differs: a 28-pixel image starts from 7x7 (two strided layers) rather than 4x4.
"""

from typing import List

from bigdl.dllib.keras.layers import (
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Flatten,
    LeakyReLU,
    Reshape,
)
from bigdl.dllib.keras.models import Sequential

from bigdl_gan.layers import Deconvolution2D, building, check_positive, initialize

_N_STRIDED = {28: 2, 32: 3, 64: 4, 128: 5}  # image size in pixels -> layers that double or halve it


def generator(image_size: int, channels: int, latent_dim: int = 100, width: int = 64, *, seed: int = 0) -> Sequential:
    """DCGAN's generator, (latent_dim,) -> (channels, image_size, image_size) in [-1, 1].

    Args:
        image_size: height and width in pixels: 28, 32, 64 or 128.
        channels: 1 (grey) or 3 (colour).
        width: channels of the last hidden layer.
        seed: decides the initial weights.
    Raises:
        ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    image_size, channels, width, latent_dim = check_positive(
        image_size=image_size, channels=channels, width=width, latent_dim=latent_dim
    )
    widths = _widths(image_size, channels, width)[::-1]
    size = image_size // 2 ** len(widths)  # 7 or 4
    with building():
        model = Sequential()
        model.add(Dense(widths[0] * size * size, bias=False, input_shape=(latent_dim,)))
        model.add(Reshape((widths[0], size, size)))
        model.add(_batch_norm())
        model.add(Activation("relu"))
        for n_filters in widths[1:]:
            model.add(Deconvolution2D(n_filters, 4, 4, subsample=(2, 2), border_mode="same", bias=False))
            model.add(_batch_norm())
            model.add(Activation("relu"))
        model.add(Deconvolution2D(channels, 4, 4, subsample=(2, 2), border_mode="same"))
        model.add(Activation("tanh"))
        return initialize(model, stddev=0.02, seed=seed)


def discriminator(image_size: int, channels: int, width: int = 64, *, seed: int = 1) -> Sequential:
    """DCGAN's discriminator, (channels, image_size, image_size) -> (1,), a logit: no sigmoid follows.

    Args:
        image_size: height and width in pixels: 28, 32, 64 or 128.
        channels: 1 (grey) or 3 (colour).
        width: channels of the first layer.
        seed: decides the initial weights.
    Raises:
        ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    image_size, channels, width = check_positive(image_size=image_size, channels=channels, width=width)
    first, *others = _widths(image_size, channels, width)
    shape = (channels, image_size, image_size)
    with building():
        model = Sequential()
        model.add(Convolution2D(first, 4, 4, subsample=(2, 2), border_mode="same", input_shape=shape))
        model.add(LeakyReLU(0.2))
        for n_filters in others:
            model.add(Convolution2D(n_filters, 4, 4, subsample=(2, 2), border_mode="same", bias=False))
            model.add(_batch_norm())
            model.add(LeakyReLU(0.2))
        model.add(Flatten())
        model.add(Dense(1))
        return initialize(model, stddev=0.02, seed=seed)


def _batch_norm() -> BatchNormalization:
    # dllib's momentum is the new batch's weight, as in PyTorch: Keras's 0.9 is 0.1 here
    return BatchNormalization(epsilon=1e-5, momentum=0.1)


def _widths(image_size: int, channels: int, width: int) -> List[int]:
    """Check the arguments; return the hidden layers' channels from the image inwards."""
    if image_size not in _N_STRIDED:
        raise ValueError(f"`image_size` must be 28, 32, 64 or 128. Received: image_size={image_size!r}")
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 (grey) or 3 (colour). Received: channels={channels!r}")
    return [width * 2**i for i in range(_N_STRIDED[image_size])]
