"""Convolution of images."""

from math import prod
from typing import Any, Dict, Optional, Tuple, Union

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.nn.layer import SpatialConvolution

from bigdl_gan.layers.construction import Pair, check_positive, to_padding, to_pair
from bigdl_gan.layers.initializers import Fans, Initializer
from bigdl_gan.layers.kernels import TIED_KERNEL, KernelLayer, to_tied
from bigdl_gan.layers.layer import Shape


class Conv2D(KernelLayer):
    """Convolution, (C, H, W) -> (filters, H', W').

    With stride s and kernel k, H' is ceil(H / s) for padding "same", with the smaller half of the zeros at the top, and
    floor((H - k) / s) + 1 for "valid". Its weights are the kernel, (1, filters, C, k, k), and the bias, (filters,),
    which starts at zero. In g groups, the first filters / g outputs read only the first C / g channels, and so on; the
    kernel is (g, filters / g, C / g, k, k).

    Args:
        filters: output channels.
        kernel_size, strides: an integer, or (height, width).
        padding: "valid" or "same".
        groups: into how many groups the channels fall, a divisor of C and of `filters`. Fast with a multiple of 16
            channels in each, or with one.
        activation: a name as `Activation` takes it, or None.
        kernel_initializer: "glorot_uniform", "random_normal" (sigma 0.05), "random_uniform" (+-0.05), "zeros", "ones",
            "he_normal", "he_uniform", or an object such as `HeNormal(gain=1.0)`.
        tied: whether the 4x4 kernel of stride 2 is a quarter of the sum of a 3x3 kernel's four shifts by one pixel. So
            the layer does what a 3x3 convolution and the mean of 2x2 pixels do, at the price of the 4x4 one, and treats
            even and odd pixels alike. Its kernel is then (1, filters, C, 3, 3), and height and width must be even.
        input_shape: (C, H, W), for a model's first layer.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W), or smaller than the
            kernel.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Conv2D`, channels first. `tied` is Karras et al.'s `fused_scale`, 2018,
        arXiv:1710.10196."""

    n_axes = (3,)

    def __init__(
        self, filters: int, kernel_size: Union[int, Pair], strides: Union[int, Pair] = (1, 1), padding: str = "valid",
        *, groups: int = 1, activation: Optional[str] = None, use_bias: bool = True,
        kernel_initializer: Union[str, Initializer] = "glorot_uniform", tied: bool = False, input_shape: Any = None,
        name: Optional[str] = None,
    ) -> None:  # fmt: skip
        filters, self.groups = check_positive(filters=filters, groups=groups)
        if filters % self.groups:
            raise ValueError(f"`groups` must divide `filters`. Received: groups={groups}, filters={filters}.")
        super().__init__(filters, activation, use_bias, kernel_initializer, input_shape, name)
        self.kernel_size = to_pair("kernel_size", kernel_size)
        self.strides = to_pair("strides", strides)
        self.padding = to_padding(padding)
        self.tied = to_tied(tied, self.kernel_size, self.strides, self.padding)

    def check_input(self, shape: Shape) -> None:
        check_window("kernel_size", self.kernel_size, self.padding, shape)
        if shape[0] % self.groups:
            raise ValueError(
                f"`groups` must divide the number of channels, {shape[0]}. Received: groups={self.groups}, and an "
                f"input (channels, height, width) of {shape}."
            )
        if self.tied and (shape[1] % 2 or shape[2] % 2):
            raise ValueError(
                "`tied` must be False unless the image's height and width are even. Received: tied=True, and an input "
                f"(channels, height, width) of {shape}."
            )

    def description(self) -> Dict[str, Any]:
        return {
            "layer": "Conv2D", "filters": self.units, "kernel": self.kernel_size, "strides": self.strides,
            "padding": self.padding, "groups": self.groups, "bias": self.use_bias, "tied": self.tied,
        }  # fmt: skip

    def kernel_shape(self, shape: Shape) -> Tuple[int, ...]:
        groups, size = self.groups, TIED_KERNEL if self.tied else self.kernel_size
        return (groups, self.units // groups, shape[0] // groups, *size)

    def fans(self, shape: Shape) -> Fans:
        _, outputs, inputs, *size = self.kernel_shape(shape)
        return Fans(inputs * prod(size), outputs * prod(size))

    def dllib_initializer(self) -> Optional[str]:
        return super().dllib_initializer() if self.groups == 1 else None  # dllib's Keras layer has no groups

    def dllib_part(self, shape: Shape, initializer: str) -> ZooKerasLayer:
        return keras.Convolution2D(
            self.units, *self.kernel_size, init=initializer, border_mode=self.padding, subsample=self.strides,
            bias=self.use_bias, input_shape=shape,
        )  # fmt: skip

    def dllib_module(self, shape: Shape) -> SpatialConvolution:
        pad = -1 if self.padding == "same" else 0
        (rows, columns), (down, right) = self.kernel_size, self.strides
        return SpatialConvolution(
            shape[0], self.units, columns, rows, right, down, pad, pad, self.groups, with_bias=self.use_bias
        )


def check_window(name: str, window: Pair, padding: str, shape: Shape) -> None:
    """Raises ValueError if a window is larger than the image that it must lie in."""
    if padding == "valid" and (window[0] > shape[1] or window[1] > shape[2]):
        raise ValueError(
            f"`{name}` must fit into the image with padding='valid'. Received: {name}={window}, and an input "
            f"(channels, height, width) of {shape}. Make it smaller, or write padding='same'."
        )
