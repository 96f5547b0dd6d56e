"""DCGAN: a generator and a discriminator with strided convolutions, also conditional.

Source: Radford et al. 2016, arXiv:1511.06434, figure 1 and section 3: 4x4 kernels with stride 2, widths that double as
the image halves, batch normalisation everywhere except at the generator's output and the discriminator's input, weights
from N(0, 0.02).
Differs: images of all sizes from 16 to 256 pixels whose sides halve down to 4 to 7, not only 64, so a 28-pixel image
starts from 7x7; widths double at most four times, as often as up to 128 pixels, unless `max_doublings` says otherwise.
"""

from math import sqrt
from typing import Any, List, Optional, Tuple, Union

from bigdl_gan.layers import (
    Activation,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Embedding,
    Flatten,
    Input,
    LeakyReLU,
    Model,
    ReLU,
    Reshape,
    Sequential,
    check_positive,
)
from bigdl_gan.networks.graphs import Graph
from bigdl_gan.networks.image_sizes import Start, check_channels, to_start
from bigdl_gan.networks.initial_kernels import Kernels
from bigdl_gan.networks.norms import NORMS, SPECTRAL, check_norm, norm_layers, wrapper
from bigdl_gan.params.values import to_integer

_LEAKY = 0.2  # the discriminator's slope below zero
_INITIALIZERS = ("random_normal", "he_normal")


def generator(
    image_size: Union[int, Tuple[int, int]], channels: int, latent_dim: int = 100, width: int = 64, *,
    norm: Optional[str] = "batch", initializer: str = "random_normal", tied: bool = False, max_doublings: int = 4,
    n_labels: Optional[int] = None, seed: int = 0,
) -> Union[Sequential, Model]:  # fmt: skip
    """DCGAN's generator, (latent_dim,) -> (channels, height, width) in [-1, 1].

    Args:
        image_size: height and width in pixels, an integer or a pair (height, width), from 16 to 256. The smaller side
            is 4, 5, 6 or 7 times a power of two, such as 28, 32, 48, 64, 80, 96, 112, 128 or 256 (3 times one is 6
            times its half), and the larger one a multiple of that power: (96, 64), but not (100, 64).
        channels: 1 (grey) or 3 (colour).
        width: channels of the last hidden layer.
        norm: the normalisation of hidden layers, "batch", "group" (of at most 32 groups of channels), "instance",
            "layer" (of each image, with a scale and a shift for each channel, as in Gulrajani et al. 2017,
            arXiv:1704.00028), or None.
        initializer: of the kernels. "random_normal" is the paper's N(0, 0.02), which needs a norm; "he_normal" keeps
            the signal's size without one, see `layers.HeNormal`.
        tied: whether 4x4 kernels are tied to 3x3 ones, so that no pattern of even and odd pixels is woven into images;
            see `layers.Conv2DTranspose`.
        max_doublings: how often the width doubles from the image inwards, at most: no layer has more than
            width * 2 ** max_doublings channels. With 0 all have `width`.
        n_labels: the label vector's length, for a conditional network: how many different values `labelCol` has, or how
            many columns `labelCols`. Then the generator has two inputs, [latents, label vectors]; a learned vector for
            each label stands behind the latents. None for a network without labels.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    start, widths = _checked(image_size, channels, width, max_doublings)
    (latent_dim,) = check_positive(latent_dim=latent_dim)
    widths = widths[::-1]
    check_norm(norm, NORMS)
    kernels = Kernels(initializer, _INITIALIZERS, seed, at_once=n_labels is None)
    use_bias = norm is None
    layers: List[Any] = [
        Dense(widths[0] * start.rows * start.columns, use_bias=use_bias, kernel_initializer=kernels.next(sqrt(2))),
        Reshape((widths[0], start.rows, start.columns)),
        *norm_layers(norm, widths[0]),
        ReLU(),
    ]
    for filters in widths[1:]:
        up = Conv2DTranspose(
            filters, 4, strides=2, padding="same", use_bias=use_bias, kernel_initializer=kernels.next(sqrt(2)),
            tied=tied,
        )  # fmt: skip
        layers += [up, *norm_layers(norm, filters), ReLU()]
    last = kernels.next(1.0)
    layers += [
        Conv2DTranspose(channels, 4, strides=2, padding="same", kernel_initializer=last, tied=tied),
        Activation("tanh"),
    ]
    if n_labels is None:
        return kernels.finish(Sequential([Input((latent_dim,)), *layers]))
    graph = Graph((latent_dim,), n_labels)
    latents = graph.beside_labels(graph.input, Embedding(latent_dim, kernels.beside_latents()))
    return graph.model(graph.chain(latents, layers))


def discriminator(
    image_size: Union[int, Tuple[int, int]], channels: int, width: int = 64, *, norm: Optional[str] = "batch",
    initializer: str = "random_normal", tied: bool = False, max_doublings: int = 4, n_labels: Optional[int] = None,
    seed: int = 1,
) -> Union[Sequential, Model]:  # fmt: skip
    """DCGAN's discriminator, (channels, height, width) -> (1,), a logit: no sigmoid follows.

    Args:
        image_size: as for `generator`.
        channels: 1 (grey) or 3 (colour).
        width: channels of the first layer.
        norm: as for `generator`, or "spectral": every kernel divided by its largest singular value, as in Miyato et al.
            2018, arXiv:1802.05957. All but "batch" judge every image by itself.
        initializer: as for `generator`.
        tied: whether 4x4 kernels are tied to 3x3 ones, so that even and odd pixels count alike; see `layers.Conv2D`.
        max_doublings: as for `generator`.
        n_labels: as for `generator`; then there are two inputs, [images, label vectors]; the inner product of the last
            layer's input and a learned vector for each label is added to the logit (Miyato & Koyama 2018,
            arXiv:1802.05637).
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    start, widths = _checked(image_size, channels, width, max_doublings)
    check_norm(norm, (*NORMS, SPECTRAL))
    kernels, wrap = Kernels(initializer, _INITIALIZERS, seed, at_once=n_labels is None), wrapper(norm)
    layers: List[Any] = []
    for i, filters in enumerate(widths):
        norms = norm_layers(norm, filters) if i else []  # none at the input
        down = Conv2D(
            filters, 4, strides=2, padding="same", use_bias=not norms,
            kernel_initializer=kernels.next(sqrt(2 / (1 + _LEAKY**2))), tied=tied,
        )  # fmt: skip
        layers += [wrap(down), *norms, LeakyReLU(_LEAKY)]
    layers.append(Flatten())
    last = wrap(Dense(1, kernel_initializer=kernels.next(1.0)))
    if n_labels is None:
        return kernels.finish(Sequential([Input((channels, start.height, start.width)), *layers, last]))
    graph = Graph((channels, start.height, start.width), n_labels)
    features = graph.chain(graph.input, layers)
    size = widths[-1] * start.rows * start.columns
    labelled = graph.times_labels(features, wrap(Embedding(size, kernels.vectors(size))))
    return graph.model(graph.add(graph.chain(features, [last]), labelled))


def _checked(image_size: Any, channels: Any, width: Any, max_doublings: Any) -> Tuple[Start, List[int]]:
    """Checks the arguments; returns how the image halves, and the hidden layers' channels from the image inwards."""
    start = to_start(image_size)
    channels, width = check_positive(channels=channels, width=width)
    check_channels(channels)
    most = to_integer("max_doublings", max_doublings, least=0)
    return start, [width * 2 ** min(i, most) for i in range(start.n_halvings)]
