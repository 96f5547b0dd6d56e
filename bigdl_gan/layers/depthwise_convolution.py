"""Convolution of each channel by itself."""

from math import prod
from typing import Any, Dict, List, Optional, Tuple, Union

from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.activations import activation_parts
from bigdl_gan.layers.construction import Pair, check_positive, to_padding, to_pair
from bigdl_gan.layers.convolution import check_window
from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.initializers import Fans, Initializer, to_initializer
from bigdl_gan.layers.kernels import KernelLayer
from bigdl_gan.layers.layer import Shape


class DepthwiseConv2D(KernelLayer):
    """Convolution of each channel by itself, (C, H, W) -> (C * depth_multiplier, H', W'); sizes as `Conv2D`'s.

    Channel c gives the outputs c * depth_multiplier and on. It is `Conv2D` with C groups. Its weights are the kernel,
    (C, depth_multiplier, 1, k, k), and the bias, (C * depth_multiplier,), which starts at zero.

    Args:
        kernel_size, strides: an integer, or (height, width).
        padding: "valid" or "same".
        depth_multiplier: outputs of each channel.
        activation: a name as `Activation` takes it, or None.
        depthwise_initializer: as `Conv2D`'s `kernel_initializer`.
        input_shape: (C, H, W), for a model's first layer.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W), or smaller than the
            kernel.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.DepthwiseConv2D`, channels first.
    Differs: initializers count the inputs that an output depends on, k * k. Keras counts those of all channels, so its
        kernels are smaller."""

    n_axes = (3,)

    def __init__(
        self, kernel_size: Union[int, Pair], strides: Union[int, Pair] = (1, 1), padding: str = "valid",
        depth_multiplier: int = 1, *, activation: Optional[str] = None, use_bias: bool = True,
        depthwise_initializer: Union[str, Initializer] = "glorot_uniform", input_shape: Any = None,
        name: Optional[str] = None,
    ) -> None:  # fmt: skip
        (multiplier,) = check_positive(depth_multiplier=depth_multiplier)
        initializer = to_initializer(depthwise_initializer, "depthwise_initializer")
        super().__init__(multiplier, activation, use_bias, initializer, input_shape, name)
        self.kernel_size = to_pair("kernel_size", kernel_size)
        self.strides = to_pair("strides", strides)
        self.padding = to_padding(padding)

    def check_input(self, shape: Shape) -> None:
        check_window("kernel_size", self.kernel_size, self.padding, shape)

    def description(self) -> Dict[str, Any]:
        return {
            "layer": "DepthwiseConv2D", "depth_multiplier": self.units, "kernel": self.kernel_size,
            "strides": self.strides, "padding": self.padding, "bias": self.use_bias, "tied": self.tied,
        }  # fmt: skip

    def output_channels(self, shape: Shape) -> int:
        return shape[0] * self.units

    def kernel_shape(self, shape: Shape) -> Tuple[int, ...]:
        return (shape[0], self.units, 1, *self.kernel_size)

    def fans(self, shape: Shape) -> Fans:
        size = prod(self.kernel_size)
        return Fans(size, self.units * size)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        part = core_part(self.description(), shape, self.initial_weights(shape))
        return [part, *activation_parts(self.activation)]
