"""Fully connected networks: the first GANs, and the smallest that learn anything.

Source: Goodfellow et al. 2014, arXiv:1406.2661, section 5: perceptrons on MNIST, with ReLU in the generator.
Differs: the discriminator has leaky ReLU without dropout, in place of maxout with it; the generator ends in tanh, not
sigmoid, because images are in [-1, 1]; kernels keep the signal's size (He et al. 2015, arXiv:1502.01852).
"""

from math import prod, sqrt
from typing import Any, List, Optional, Tuple, Union

from bigdl_gan.layers import (
    Activation,
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
from bigdl_gan.layers.construction import to_pair
from bigdl_gan.networks.graphs import Graph
from bigdl_gan.networks.image_sizes import check_channels
from bigdl_gan.networks.initial_kernels import Kernels
from bigdl_gan.networks.norms import SPECTRAL, check_norm, norm_layers, wrapper

_LEAKY = 0.2  # the discriminator's slope below zero
_LABEL_FEATURES = 64  # the length of a label's vector beside the pixels
_INITIALIZERS = ("he_normal", "glorot_uniform", "random_normal")
_NORMS = ("batch", "layer")


def generator(
    image_size: Union[int, Tuple[int, int]], channels: int, latent_dim: int = 100, width: int = 512,
    n_hidden: int = 3, *, norm: Optional[str] = None, initializer: str = "he_normal", n_labels: Optional[int] = None,
    seed: int = 0,
) -> Union[Sequential, Model]:  # fmt: skip
    """A fully connected generator, (latent_dim,) -> (channels, height, width) in [-1, 1].

    Args:
        image_size: height and width in pixels, an integer or a pair (height, width), of any size.
        channels: 1 (grey) or 3 (colour).
        width: units of each hidden layer.
        n_hidden: hidden layers.
        norm: the normalisation of hidden layers, "batch", "layer" or None.
        initializer: of the kernels, "he_normal", "glorot_uniform" or "random_normal", which is N(0, 0.02) and needs a
            norm.
        n_labels: the label vector's length, for a conditional network: how many different values `labelCol` has, or how
            many columns `labelCols`. Then the generator has two inputs, [latents, label vectors]; a learned vector for
            each label stands behind the latents, as in Mirza & Osindero 2014, arXiv:1411.1784. None for a network
            without labels.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    shape = _shape(image_size, channels)
    latent_dim, width, n_hidden = check_positive(latent_dim=latent_dim, width=width, n_hidden=n_hidden)
    check_norm(norm, _NORMS)
    kernels = Kernels(initializer, _INITIALIZERS, seed, at_once=n_labels is None)
    layers: List[Any] = []
    for _ in range(n_hidden):
        dense = Dense(width, use_bias=norm is None, kernel_initializer=kernels.next(sqrt(2)))
        layers += [dense, *norm_layers(norm, width), ReLU()]
    layers += [Dense(prod(shape), kernel_initializer=kernels.next(1.0)), Reshape(shape), Activation("tanh")]
    if n_labels is None:
        return kernels.finish(Sequential([Input((latent_dim,)), *layers]))
    graph = Graph((latent_dim,), n_labels)
    latents = graph.beside_labels(graph.input, Embedding(latent_dim, kernels.beside_latents()))
    return graph.model(graph.chain(latents, layers))


def discriminator(
    image_size: Union[int, Tuple[int, int]], channels: int, width: int = 512, n_hidden: int = 3, *,
    norm: Optional[str] = None, initializer: str = "he_normal", n_labels: Optional[int] = None, seed: int = 1,
) -> Union[Sequential, Model]:  # fmt: skip
    """A fully connected discriminator, (channels, height, width) -> (1,), a logit: no sigmoid follows.

    Args:
        image_size, channels, width, n_hidden: as for `generator`.
        norm: the normalisation of hidden layers after the first, "batch" or "layer"; "spectral", of all kernels (Miyato
            et al. 2018, arXiv:1802.05957); or None.
        initializer: as for `generator`.
        n_labels: as for `generator`; then there are two inputs, [images, label vectors]; a learned vector for each
            label stands behind the pixels.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    shape = _shape(image_size, channels)
    width, n_hidden = check_positive(width=width, n_hidden=n_hidden)
    check_norm(norm, (*_NORMS, SPECTRAL))
    kernels, wrap = Kernels(initializer, _INITIALIZERS, seed, at_once=n_labels is None), wrapper(norm)
    layers: List[Any] = []
    for i in range(n_hidden):
        norms = norm_layers(norm, width) if i else []  # none at the input
        dense = Dense(width, use_bias=not norms, kernel_initializer=kernels.next(sqrt(2 / (1 + _LEAKY**2))))
        layers += [wrap(dense), *norms, LeakyReLU(_LEAKY)]
    layers.append(wrap(Dense(1, kernel_initializer=kernels.next(1.0))))
    if n_labels is None:
        return kernels.finish(Sequential([Input(shape), Flatten(), *layers]))
    graph = Graph(shape, n_labels)
    pixels = graph.chain(graph.input, [Flatten()])
    pixels = graph.beside_labels(pixels, Embedding(_LABEL_FEATURES, kernels.standard_normal()))
    return graph.model(graph.chain(pixels, layers))


def _shape(image_size: Any, channels: Any) -> Tuple[int, int, int]:
    height, width = to_pair("image_size", image_size)
    (channels,) = check_positive(channels=channels)
    check_channels(channels)
    return channels, height, width
