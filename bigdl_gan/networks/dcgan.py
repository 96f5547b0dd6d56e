"""DCGAN: a generator and a discriminator with strided convolutions.

Source: Radford et al. 2016, arXiv:1511.06434, figure 1 and section 3: 4x4 kernels with stride 2, widths that double as
the image halves, batch normalisation everywhere except at the generator's output and the discriminator's input, weights
from N(0, 0.02).
Differs: a 28-pixel image starts from 7x7 (two strided layers) rather than 4x4.
"""

from math import sqrt
from typing import Any, Callable, Dict, List, Optional, Union

import numpy as np

from bigdl_gan.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    GroupNormalization,
    HeNormal,
    Input,
    InstanceNormalization,
    LeakyReLU,
    ReLU,
    Reshape,
    Sequential,
    SpectralNormalization,
    check_positive,
    initialize,
)

_N_STRIDED = {28: 2, 32: 3, 64: 4, 128: 5}  # image size in pixels -> layers that double or halve it
_MOST_GROUPS = 32  # Wu & He 2018, arXiv:1803.08494
_LEAKY = 0.2  # the discriminator's slope below zero
_NORMS: Dict[str, Callable[[int], Any]] = {  # from the number of channels
    "batch": lambda channels: BatchNormalization(momentum=0.9, epsilon=1e-5),
    "group": lambda channels: GroupNormalization(_n_groups(channels), epsilon=1e-5),
    "instance": lambda channels: InstanceNormalization(epsilon=1e-5),
    "layer": lambda channels: GroupNormalization(1, epsilon=1e-5),
}


def generator(
    image_size: int, channels: int, latent_dim: int = 100, width: int = 64, *, norm: Optional[str] = "batch",
    initializer: str = "random_normal", tied: bool = False, seed: int = 0,
) -> Sequential:  # fmt: skip
    """DCGAN's generator, (latent_dim,) -> (channels, image_size, image_size) in [-1, 1].

    Args:
        image_size: height and width in pixels: 28, 32, 64 or 128.
        channels: 1 (grey) or 3 (colour).
        width: channels of the last hidden layer.
        norm: the normalisation of hidden layers, "batch", "group" (of at most 32 groups of channels), "instance",
            "layer" (of each image, with a scale and a shift for each channel, as in Gulrajani et al. 2017,
            arXiv:1704.00028), or None.
        initializer: of the kernels. "random_normal" is the paper's N(0, 0.02), which needs a norm; "he_normal" keeps
            the signal's size without one, see `layers.HeNormal`.
        tied: whether 4x4 kernels are tied to 3x3 ones, so that no pattern of even and odd pixels is woven into images;
            see `layers.Conv2DTranspose`.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    image_size, channels, width, latent_dim = check_positive(
        image_size=image_size, channels=channels, width=width, latent_dim=latent_dim
    )
    widths = _widths(image_size, channels, width)[::-1]
    size = image_size // 2 ** len(widths)  # 7 or 4
    _check_norm(norm, tuple(_NORMS))
    kernels = _Kernels(initializer, seed)
    use_bias = norm is None
    model = Sequential([
        Input((latent_dim,)),
        Dense(widths[0] * size * size, use_bias=use_bias, kernel_initializer=kernels.next(sqrt(2))),
        Reshape((widths[0], size, size)),
        *_norm(norm, widths[0]),
        ReLU(),
    ])  # fmt: skip
    for filters in widths[1:]:
        model.add(Conv2DTranspose(
            filters, 4, strides=2, padding="same", use_bias=use_bias, kernel_initializer=kernels.next(sqrt(2)),
            tied=tied,
        ))  # fmt: skip
        for layer in _norm(norm, filters):
            model.add(layer)
        model.add(ReLU())
    last = kernels.next(1.0)
    model.add(Conv2DTranspose(channels, 4, strides=2, padding="same", kernel_initializer=last, tied=tied))
    model.add(Activation("tanh"))
    return kernels.finish(model)


def discriminator(
    image_size: int, channels: int, width: int = 64, *, norm: Optional[str] = "batch",
    initializer: str = "random_normal", tied: bool = False, seed: int = 1,
) -> Sequential:  # fmt: skip
    """DCGAN's discriminator, (channels, image_size, image_size) -> (1,), a logit: no sigmoid follows.

    Args:
        image_size: height and width in pixels: 28, 32, 64 or 128.
        channels: 1 (grey) or 3 (colour).
        width: channels of the first layer.
        norm: as for `generator`, or "spectral": every kernel divided by its largest singular value, as in Miyato et al.
            2018, arXiv:1802.05957. All but "batch" judge every image by itself.
        initializer: as for `generator`.
        tied: whether 4x4 kernels are tied to 3x3 ones, so that even and odd pixels count alike; see `layers.Conv2D`.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    image_size, channels, width = check_positive(image_size=image_size, channels=channels, width=width)
    widths = _widths(image_size, channels, width)
    _check_norm(norm, (*_NORMS, "spectral"))
    kernels = _Kernels(initializer, seed)
    wrap = SpectralNormalization if norm == "spectral" else _as_it_is
    model = Sequential([Input((channels, image_size, image_size))])
    for i, filters in enumerate(widths):
        layers = _norm(norm, filters) if i else []  # none at the input
        model.add(wrap(Conv2D(
            filters, 4, strides=2, padding="same", use_bias=not layers,
            kernel_initializer=kernels.next(sqrt(2 / (1 + _LEAKY**2))), tied=tied,
        )))  # fmt: skip
        for layer in layers:
            model.add(layer)
        model.add(LeakyReLU(_LEAKY))
    model.add(Flatten())
    model.add(wrap(Dense(1, kernel_initializer=kernels.next(1.0))))
    return kernels.finish(model)


class _Kernels:
    """The initial kernels of a network, one after the other."""

    def __init__(self, initializer: str, seed: int) -> None:
        if initializer not in ("random_normal", "he_normal"):
            raise ValueError(
                f"`initializer` must be 'random_normal' or 'he_normal'. Received: initializer={initializer!r}."
            )
        self._is_he, self._seed, self._count = initializer == "he_normal", seed, 0

    def next(self, gain: float) -> Union[str, HeNormal]:
        """The next layer's `kernel_initializer`."""
        if not self._is_he:
            return "zeros"  # until all are drawn
        self._count += 1
        own = np.random.SeedSequence([self._seed, self._count]).generate_state(1)
        return HeNormal(gain, seed=int(own[0]))

    def finish(self, model: Sequential) -> Sequential:
        """The model, with all its kernels drawn."""
        return model if self._is_he else initialize(model, stddev=0.02, seed=self._seed)


def _norm(name: Optional[str], channels: int) -> List[Any]:
    """The layers that normalise that many channels: one or none."""
    return [_NORMS[name](channels)] if name in _NORMS else []


def _check_norm(norm: Any, allowed: Any) -> None:
    if norm is not None and norm not in allowed:
        raise ValueError(f"`norm` must be one of {', '.join(map(repr, allowed))}, or None. Received: norm={norm!r}.")


def _as_it_is(layer: Any) -> Any:
    return layer


def _n_groups(channels: int) -> int:
    return max(n for n in range(1, _MOST_GROUPS + 1) if channels % n == 0)


def _widths(image_size: int, channels: int, width: int) -> List[int]:
    """Check the arguments; return the hidden layers' channels from the image inwards."""
    if image_size not in _N_STRIDED:
        raise ValueError(f"`image_size` must be 28, 32, 64 or 128. Received: image_size={image_size!r}")
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 (grey) or 3 (colour). Received: channels={channels!r}")
    return [width * 2**i for i in range(_N_STRIDED[image_size])]
