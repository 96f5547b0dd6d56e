"""DCGAN: a generator and a discriminator with strided convolutions.

Source: Radford et al. 2016, arXiv:1511.06434, figure 1 and section 3: 4x4 kernels with stride 2, widths that double as
the image halves, batch normalisation everywhere except at the generator's output and the discriminator's input, weights
from N(0, 0.02).
Differs: a 28-pixel image starts from 7x7 (two strided layers) rather than 4x4.
"""

from typing import List

from bigdl_gan.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    Input,
    LeakyReLU,
    ReLU,
    Reshape,
    Sequential,
    check_positive,
    initialize,
)

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
    model = Sequential([
        Input((latent_dim,)),
        Dense(widths[0] * size * size, use_bias=False),
        Reshape((widths[0], size, size)),
        _batch_norm(),
        ReLU(),
    ])  # fmt: skip
    for filters in widths[1:]:
        model.add(Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False))
        model.add(_batch_norm())
        model.add(ReLU())
    model.add(Conv2DTranspose(channels, 4, strides=2, padding="same"))
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
    model = Sequential([
        Input((channels, image_size, image_size)),
        Conv2D(first, 4, strides=2, padding="same"),
        LeakyReLU(0.2),
    ])  # fmt: skip
    for filters in others:
        model.add(Conv2D(filters, 4, strides=2, padding="same", use_bias=False))
        model.add(_batch_norm())
        model.add(LeakyReLU(0.2))
    model.add(Flatten())
    model.add(Dense(1))
    return initialize(model, stddev=0.02, seed=seed)


def _batch_norm() -> BatchNormalization:
    return BatchNormalization(momentum=0.9, epsilon=1e-5)


def _widths(image_size: int, channels: int, width: int) -> List[int]:
    """Check the arguments; return the hidden layers' channels from the image inwards."""
    if image_size not in _N_STRIDED:
        raise ValueError(f"`image_size` must be 28, 32, 64 or 128. Received: image_size={image_size!r}")
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 (grey) or 3 (colour). Received: channels={channels!r}")
    return [width * 2**i for i in range(_N_STRIDED[image_size])]
