"""R3GAN's networks: grouped residual blocks without a norm, for losses of pairs with R1 and R2.

Source: Huang et al. 2024, arXiv:2501.05441, section 3 and appendix D; github.com/brownvc/R3GAN, `R3GAN/Networks.py`.
A block adds to x: 1x1 convolution to twice the channels, leaky ReLU, 3x3 convolution in groups of 16 channels, leaky
ReLU, 1x1 convolution back. Between resolutions is the filter [1, 3, 3, 1]. The generator begins with a learned map for
each channel, times a linear image of the latents, and ends without a tanh; the discriminator ends with a convolution of
each channel by itself and a dense layer. Weights are from N(0, gain^2 / inputs); the last convolution of a block starts
at zero.
Differs: the paper's widths (384 to 768) suit no CPU. By default the channels are fewer, and the image's own resolution
has no blocks, but one tied 4x4 convolution of stride 2 (see `layers.Conv2D`), so that nothing wide runs there.
`full_resolution` has the paper's layout. Starts other than 4x4 have maps of their size.
"""

from math import sqrt
from typing import Any, List, Optional, Tuple, Union

from bigdl.dllib.keras.autograd import Variable

from bigdl_gan.layers import (
    ClippedImages,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Embedding,
    FilteredDownSampling2D,
    FilteredUpSampling2D,
    Flatten,
    LeakyReLU,
    Model,
    Reshape,
    check_positive,
)
from bigdl_gan.layers.construction import to_bool
from bigdl_gan.networks.graphs import Graph
from bigdl_gan.networks.image_sizes import Start, check_channels, to_start
from bigdl_gan.networks.initial_kernels import Kernels
from bigdl_gan.params.values import to_integer

_LEAKY = 0.2
_EXPANSION = 2
_GROUP = 16  # channels; also the fewest that fill a vector of an AVX-512 machine
_INITIALIZER = "untruncated_he_normal"


def generator(
    image_size: Union[int, Tuple[int, int]], channels: int, latent_dim: int = 64, width: int = 48, n_blocks: int = 2,
    *, max_doublings: int = 2, full_resolution: bool = False, n_labels: Optional[int] = None, seed: int = 0,
) -> Model:  # fmt: skip
    """R3GAN's generator, (latent_dim,) -> (channels, height, width), clipped to [-1, 1] only when images are written.

    Args:
        image_size: height and width in pixels, an integer or a pair (height, width), from 16 to 256. The smaller side
            is 4, 5, 6 or 7 times a power of two, and the larger one a multiple of that power; see `dcgan.generator`.
        channels: 1 (grey) or 3 (colour).
        width: channels of the blocks at the highest resolution, a multiple of 8; they double with each halving. 48,
            with the other defaults, costs at 64 pixels about what DCGAN's networks of width 64 do. The paper's for 64
            pixels is width=384, max_doublings=1, full_resolution=True.
        n_blocks: at each resolution; the paper's is 2.
        max_doublings: how often the width doubles from the image inwards, at most.
        full_resolution: whether there are blocks at the image's own resolution, as in the paper, or only at half of it
            and below.
        n_labels: the label vector's length, for a conditional network: how many different values `labelCol` has, or how
            many columns `labelCols`. Then the generator has two inputs, [latents, label vectors]; a learned vector for
            each label stands behind the latents. None for a network without labels.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    plan = _Plan(image_size, channels, width, n_blocks, max_doublings, full_resolution)
    (latent_dim,) = check_positive(latent_dim=latent_dim)
    graph = Graph((latent_dim,), n_labels)
    make = _Blocks(graph, plan, seed)
    (before, *widths), start = plan.widths[::-1], plan.start
    x = graph.input
    if n_labels is not None:
        x = graph.beside_labels(x, Embedding(latent_dim, make.kernels.next(1.0)))
    area, initializer = start.rows * start.columns, make.kernels.standard_normal()
    maps = DepthwiseConv2D(1, depth_multiplier=area, use_bias=False, depthwise_initializer=initializer)
    x = graph.chain(x, [
        make.dense(before), Reshape((before, 1, 1)), maps, Reshape((before, start.rows, start.columns))
    ])  # fmt: skip
    x = make.blocks(x, before)
    for after in widths:
        x = make.blocks(graph.chain(x, [*make.resize(before, after), FilteredUpSampling2D()]), after)
        before = after
    return graph.model(ClippedImages()(graph.chain(x, [make.to_image()])))


def discriminator(
    image_size: Union[int, Tuple[int, int]], channels: int, width: int = 48, n_blocks: int = 2, *,
    max_doublings: int = 2, full_resolution: bool = False, n_labels: Optional[int] = None, seed: int = 1,
) -> Model:  # fmt: skip
    """R3GAN's discriminator, (channels, height, width) -> (1,), a logit: no sigmoid follows.

    It is piecewise linear and judges every image by itself, so R1 and R2 cost one forward pass each.

    Args:
        image_size, channels, width, n_blocks, max_doublings, full_resolution: as for `generator`.
        n_labels: as for `generator`; then there are two inputs, [images, label vectors]; the logit is the inner product
            of the last layer's output, a vector, and a learned vector for each label.
        seed: decides the initial weights.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session; see `bigdl_gan.configure`.
    """
    plan = _Plan(image_size, channels, width, n_blocks, max_doublings, full_resolution)
    (before, *widths), start = plan.widths, plan.start
    graph = Graph((plan.channels, start.height, start.width), n_labels)
    make = _Blocks(graph, plan, seed)
    x = make.blocks(graph.chain(graph.input, [make.from_image()]), before)
    for after in widths:
        x = make.blocks(graph.chain(x, [FilteredDownSampling2D(), *make.resize(before, after)]), after)
        before = after
    last = DepthwiseConv2D((start.rows, start.columns), use_bias=False, depthwise_initializer=make.kernels.next(1.0))
    x = graph.chain(x, [last, Flatten(), make.dense(1 if n_labels is None else before)])
    if n_labels is not None:
        x = graph.times_labels(x, Embedding(before, make.kernels.next(1 / sqrt(before))))
    return graph.model(x)


class _Plan:
    """The checked arguments of a network.

    Args:
        widths: channels of the blocks at each resolution, from the image inwards."""

    def __init__(
        self, image_size: Any, channels: Any, width: Any, n_blocks: Any, max_doublings: Any, full_resolution: Any
    ) -> None:
        self.start: Start = to_start(image_size)
        self.channels, width, self.n_blocks = check_positive(channels=channels, width=width, n_blocks=n_blocks)
        check_channels(self.channels)
        if width * _EXPANSION % _GROUP:
            nearest = max(round(width * _EXPANSION / _GROUP), 1) * _GROUP // _EXPANSION
            raise ValueError(
                f"`width` must be a multiple of {_GROUP // _EXPANSION}, because convolutions have groups of {_GROUP} "
                f"channels. Received: width={width}. Use {nearest}."
            )
        most = to_integer("max_doublings", max_doublings, least=0)
        self.full_resolution = to_bool("full_resolution", full_resolution)
        n_resolutions = self.start.n_halvings + self.full_resolution
        self.widths: List[int] = [width * 2 ** min(i, most) for i in range(n_resolutions)]


class _Blocks:
    """Makes the parts of one network."""

    def __init__(self, graph: Graph, plan: _Plan, seed: int) -> None:
        self.graph, self.kernels = graph, Kernels(_INITIALIZER, (_INITIALIZER,), seed)
        self._plan = plan
        # Zhang et al. 2019 (fix-up), arXiv:1901.09321: L^(-1 / (2 m - 2)) for L blocks of m = 3 convolutions
        self._gain = sqrt(2 / (1 + _LEAKY**2)) * (plan.n_blocks * len(plan.widths)) ** -0.25

    def dense(self, units: int) -> Dense:
        return Dense(units, use_bias=False, kernel_initializer=self.kernels.next(1.0))

    def resize(self, before: int, after: int) -> List[Any]:
        """What changes the number of channels, if it changes."""
        return [self._linear(after, 1)] if before != after else []

    def to_image(self) -> Any:
        if self._plan.full_resolution:
            return self._linear(self._plan.channels, 1)
        return Conv2DTranspose(
            self._plan.channels, 4, strides=2, padding="same", use_bias=False, tied=True,
            kernel_initializer=self.kernels.next(1.0),
        )  # fmt: skip

    def from_image(self) -> Any:
        width = self._plan.widths[0]
        if self._plan.full_resolution:
            return self._linear(width, 1)
        return Conv2D(
            width, 4, strides=2, padding="same", use_bias=False, tied=True, kernel_initializer=self.kernels.next(1.0)
        )

    def blocks(self, x: Variable, channels: int) -> Variable:
        wide = channels * _EXPANSION
        for _ in range(self._plan.n_blocks):
            first, second = self.kernels.next(self._gain), self.kernels.next(self._gain)
            residual = self.graph.chain(x, [
                Conv2D(wide, 1, kernel_initializer=first),
                LeakyReLU(_LEAKY),
                Conv2D(wide, 3, padding="same", groups=wide // _GROUP, kernel_initializer=second),
                LeakyReLU(_LEAKY),
                Conv2D(channels, 1, use_bias=False, kernel_initializer="zeros"),
            ])  # fmt: skip
            x = self.graph.add(x, residual)
        return x

    def _linear(self, filters: int, size: int) -> Conv2D:
        return Conv2D(filters, size, use_bias=False, kernel_initializer=self.kernels.next(1.0))
