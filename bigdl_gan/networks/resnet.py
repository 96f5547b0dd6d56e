"""SNGAN's residual networks: up- and down-sampling blocks beside a shortcut, and spectral normalisation.

Source: Miyato et al. 2018, arXiv:1802.05957, section 4 and appendix B.4 (32, 48, 64 and 128 pixels); pre-activation
blocks of He et al. 2016, arXiv:1603.05027, and a discriminator that sums over all pixels before its last layer.
Differs: all sizes from 16 to 256 pixels whose sides halve down to 4 to 7. Up-sampling repeats pixels, as in the
authors' program; mimicry interpolates. Two things are computed in another order, at less cost and with the same values:
a shortcut's 1x1 convolution runs at the lower resolution, and a 3x3 convolution after up-sampling or before average
pooling is a tied 4x4 one of stride 2 (see `layers.Conv2D`).
"""

from math import sqrt
from typing import Any, List, NamedTuple, Optional, Tuple, Union

from bigdl.dllib.keras.autograd import Variable

from bigdl_gan.layers import (
    Activation,
    AveragePooling2D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Embedding,
    Flatten,
    Model,
    ReLU,
    Rescaling,
    Reshape,
    UpSampling2D,
    check_positive,
)
from bigdl_gan.networks.graphs import Graph
from bigdl_gan.networks.image_sizes import Start, check_channels, to_start
from bigdl_gan.networks.initial_kernels import Kernels
from bigdl_gan.networks.norms import NORMS, SPECTRAL, check_norm, conditional_batch_norm, norm_layers, wrapper
from bigdl_gan.params.values import to_integer

_INITIALIZERS = ("glorot_uniform", "he_normal")
_DISCRIMINATOR_NORMS = (SPECTRAL, "group", "instance", "layer")
_DOUBLES_FROM = 48  # pixels: the paper's smaller images have one width
_SMALL_BLOCKS, _SMALL_HALVINGS = 4, 2  # of the discriminator of these
_LEAST_BLOCKS = 5  # of the discriminator of larger ones


def generator(
    image_size: Union[int, Tuple[int, int]], channels: int, latent_dim: int = 128, width: int = 64, *,
    norm: Optional[str] = "batch", initializer: str = "glorot_uniform", max_doublings: int = 4,
    n_labels: Optional[int] = None, seed: int = 0,
) -> Model:  # fmt: skip
    """SNGAN's generator, (latent_dim,) -> (channels, height, width) in [-1, 1].

    A dense layer and a block for each time that the image doubles; then a norm, ReLU, a 3x3 convolution and tanh.

    Args:
        image_size: height and width in pixels, an integer or a pair (height, width), from 16 to 256. The smaller side
            is 4, 5, 6 or 7 times a power of two, and the larger one a multiple of that power; see `dcgan.generator`.
        channels: 1 (grey) or 3 (colour).
        width: channels of the last block. If the smaller side has fewer than 48 pixels, all blocks have as many;
            otherwise they double with each block from the image inwards. The paper has 256 for 32 pixels, and 64 for
            48, 64 and 128. An update at 64 pixels costs some six times as much as DCGAN's with width 64, and 1.5 times
            as much with 32, if both networks have the same.
        norm: before each ReLU, "batch", "group" (of at most 32 groups of channels), "instance", "layer" (of each image,
            with a scale and a shift for each channel), or None; then each block starts with a smaller second kernel,
            so that the blocks' sum keeps its size.
        initializer: of the kernels, "glorot_uniform" as in the authors' program, or "he_normal".
        max_doublings: how often the width doubles from the image inwards, at most.
        n_labels: the label vector's length, for a conditional network: how many different values `labelCol` has, or how
            many columns `labelCols`. Then the generator has two inputs, [latents, label vectors]; with norm="batch" the
            blocks' batch norms are conditional, as in Miyato & Koyama 2018, arXiv:1802.05637; with another, a learned
            vector for each label stands behind the latents. None for a network without labels.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    start, width, doublings = _checked(image_size, channels, width, max_doublings)
    (latent_dim,) = check_positive(latent_dim=latent_dim)
    check_norm(norm, NORMS)
    widths = [width * 2 ** min(i, doublings) for i in reversed(range(start.n_halvings + 1))]
    graph = Graph((latent_dim,), n_labels)
    make = _Blocks(graph, norm, Kernels(initializer, _INITIALIZERS, seed), start.n_halvings)
    x = graph.input
    if n_labels is not None and norm != "batch":
        x = graph.beside_labels(x, Embedding(latent_dim, make.kernels.beside_latents()))
    x = graph.chain(x, [
        Dense(widths[0] * start.rows * start.columns, kernel_initializer=make.kernels.next(1.0)),
        Reshape((widths[0], start.rows, start.columns)),
    ])  # fmt: skip
    for before, after in zip(widths, widths[1:]):
        x = make.up(x, before, after)
    last = [*norm_layers(norm, width), ReLU(), make.conv(channels, 3, 1.0), Activation("tanh")]
    return graph.model(graph.chain(x, last))


def discriminator(
    image_size: Union[int, Tuple[int, int]], channels: int, width: int = 64, *, norm: Optional[str] = SPECTRAL,
    initializer: str = "glorot_uniform", max_doublings: int = 4, n_labels: Optional[int] = None, seed: int = 1,
) -> Model:  # fmt: skip
    """SNGAN's discriminator, (channels, height, width) -> (1,), a logit: no sigmoid follows.

    If the smaller side has fewer than 48 pixels, four blocks of one width, of which the first two halve the image. From
    48 on, five blocks (six from 128 pixels on, seven for 256), whose widths double; each halves the image while its
    sides are even, except the last one from 128 on. Then ReLU, the sum over all pixels, and a dense layer.

    Args:
        image_size: as for `generator`.
        channels: 1 (grey) or 3 (colour).
        width: channels of the first block; the paper has 128 for 32 pixels, and 64 for 48, 64 and 128.
        norm: "spectral", of all kernels as in the paper; "group", "instance" or "layer" (as for `generator`) before
            each ReLU of all blocks but the first; or None, for training with penalties, with smaller second kernels as
            in `generator`. Without "spectral" the last layer gets the mean over all pixels, as in Gulrajani et al.
            2017, arXiv:1704.00028. All judge every image by itself.
        initializer, max_doublings: as for `generator`.
        n_labels: as for `generator`; then there are two inputs, [images, label vectors]; the inner product of the last
            layer's input and a learned vector for each label is added to the logit, as in Miyato & Koyama 2018.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    start, width, doublings = _checked(image_size, channels, width, max_doublings)
    check_norm(norm, _DISCRIMINATOR_NORMS)
    blocks = _discriminator_blocks(start, width, doublings)
    graph = Graph((channels, start.height, start.width), n_labels)
    make = _Blocks(graph, norm, Kernels(initializer, _INITIALIZERS, seed), len(blocks))
    x, before, sides = graph.input, channels, (start.height, start.width)
    for i, block in enumerate(blocks):
        x = make.down(x, before, block, is_first=i == 0)
        before = block.channels
        sides = (sides[0] // 2, sides[1] // 2) if block.halves else sides
    area = [Rescaling(sides[0] * sides[1])] if norm == SPECTRAL else []
    features = graph.chain(x, [ReLU(), AveragePooling2D(sides), Flatten(), *area])
    logit = graph.chain(features, [make.wrap(Dense(1, kernel_initializer=make.kernels.next(1.0)))])
    if n_labels is not None:
        embedding = Embedding(before, embeddings_initializer=make.kernels.next(1.0))
        logit = graph.add(logit, graph.times_labels(features, make.wrap(embedding)))
    return graph.model(logit)


class _Block(NamedTuple):
    channels: int
    halves: bool


def _discriminator_blocks(start: Start, width: int, doublings: int) -> List[_Block]:
    if start.smaller < _DOUBLES_FROM:
        return [_Block(width, i < _SMALL_HALVINGS) for i in range(_SMALL_BLOCKS)]
    blocks, (height, columns) = [], (start.height, start.width)
    for i in range(max(_LEAST_BLOCKS, start.n_halvings + 1)):
        halves = i < max(_LEAST_BLOCKS, start.n_halvings) and height % 2 == columns % 2 == 0
        height, columns = (height // 2, columns // 2) if halves else (height, columns)
        blocks.append(_Block(width * 2 ** min(i, doublings), halves))
    return blocks


class _Blocks:
    """Makes residual blocks of one network.

    Args:
        count: how many there will be."""

    def __init__(self, graph: Graph, norm: Optional[str], kernels: Kernels, count: int) -> None:
        self.graph, self.kernels, self.wrap = graph, kernels, wrapper(norm)
        self._norm = norm
        # without a norm, `count` sums of x and something of 1 / count of its variance multiply that by e at most
        self._second_gain = sqrt(1 / count) if norm is None else sqrt(2)

    def conv(self, filters: int, size: int, gain: float) -> Any:
        """A convolution that keeps the image's size."""
        return self.wrap(Conv2D(filters, size, padding="same", kernel_initializer=self.kernels.next(gain)))

    def activation(self, channels: int) -> List[Any]:
        is_conditional = self._norm == "batch" and self.graph.labels is not None
        return [*([conditional_batch_norm()] if is_conditional else norm_layers(self._norm, channels)), ReLU()]

    def up(self, x: Variable, before: int, after: int) -> Variable:
        """A block of the generator, which doubles the image."""
        first = Conv2DTranspose(
            after, 4, strides=2, padding="same", tied=True, kernel_initializer=self.kernels.next(sqrt(2))
        )
        residual = self.graph.chain(x, [
            *self.activation(before), first, *self.activation(after), self.conv(after, 3, self._second_gain)
        ])  # fmt: skip
        shortcut = self.graph.chain(x, [self.conv(after, 1, 1.0), UpSampling2D()])
        return self.graph.add(residual, shortcut)

    def down(self, x: Variable, before: int, block: _Block, *, is_first: bool) -> Variable:
        """A block of the discriminator; the first one gets the image, which needs no activation."""
        hidden = block.channels if is_first else before
        first = self.conv(hidden, 3, sqrt(2))
        second = self._halving(block.channels) if block.halves else self.conv(block.channels, 3, self._second_gain)
        residual = self.graph.chain(x, [
            *([] if is_first else self.activation(before)), first,
            *([ReLU()] if is_first else self.activation(hidden)), second,
        ])  # fmt: skip
        is_learned = block.halves or before != block.channels
        shortcut = self.graph.chain(x, [
            *([AveragePooling2D()] if block.halves else []),
            *([self.conv(block.channels, 1, 1.0)] if is_learned else []),
        ])  # fmt: skip
        return self.graph.add(residual, shortcut)

    def _halving(self, filters: int) -> Any:
        kernel = self.kernels.next(self._second_gain)
        return self.wrap(Conv2D(filters, 4, strides=2, padding="same", tied=True, kernel_initializer=kernel))


def _checked(image_size: Any, channels: Any, width: Any, max_doublings: Any) -> Tuple[Start, int, int]:
    """Checks the arguments; returns how the image halves, the width, and how often it doubles."""
    start = to_start(image_size)
    channels, width = check_positive(channels=channels, width=width)
    check_channels(channels)
    most = to_integer("max_doublings", max_doublings, least=0)
    return start, width, most if start.smaller >= _DOUBLES_FROM else 0
