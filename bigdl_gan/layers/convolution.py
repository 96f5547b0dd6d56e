"""Convolution of images."""

from typing import Any, List, Optional, Union

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.activations import activation_parts, to_activation
from bigdl_gan.layers.construction import Pair, check_positive, to_bool, to_initializer, to_padding, to_pair
from bigdl_gan.layers.layer import Layer, Shape


class Conv2D(Layer):
    """Convolution, (C, H, W) -> (filters, H', W').

    With stride s and kernel k, H' is ceil(H / s) for padding "same", with the smaller half of the zeros at the top, and
    floor((H - k) / s) + 1 for "valid". Its weights are the kernel, (1, filters, C, k, k), and the bias, (filters,),
    which starts at zero.

    Args:
        filters: output channels.
        kernel_size, strides: an integer, or (height, width).
        padding: "valid" or "same".
        activation: a name as `Activation` takes it, or None.
        kernel_initializer: "glorot_uniform", "random_normal" (sigma 0.05), "random_uniform" (+-0.05), "zeros", "ones".
        input_shape: (C, H, W), for a model's first layer.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W), or smaller than the
            kernel.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Conv2D`, channels first."""

    n_axes = (3,)

    def __init__(
        self, filters: int, kernel_size: Union[int, Pair], strides: Union[int, Pair] = (1, 1), padding: str = "valid",
        *, activation: Optional[str] = None, use_bias: bool = True, kernel_initializer: str = "glorot_uniform",
        input_shape: Any = None, name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(input_shape, name)
        (self.filters,) = check_positive(filters=filters)
        self.kernel_size = to_pair("kernel_size", kernel_size)
        self.strides = to_pair("strides", strides)
        self.padding = to_padding(padding)
        self.activation = to_activation(activation)
        self.use_bias = to_bool("use_bias", use_bias)
        self.initializer = to_initializer(kernel_initializer)

    def check_input(self, shape: Shape) -> None:
        check_window("kernel_size", self.kernel_size, self.padding, shape)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        convolution = keras.Convolution2D(
            self.filters, *self.kernel_size, init=self.initializer, border_mode=self.padding, subsample=self.strides,
            bias=self.use_bias, input_shape=shape,
        )  # fmt: skip
        return [convolution, *activation_parts(self.activation)]


def check_window(name: str, window: Pair, padding: str, shape: Shape) -> None:
    """Raises ValueError if a window is larger than the image that it must lie in."""
    if padding == "valid" and (window[0] > shape[1] or window[1] > shape[2]):
        raise ValueError(
            f"`{name}` must fit into the image with padding='valid'. Received: {name}={window}, and an input "
            f"(channels, height, width) of {shape}. Make it smaller, or write padding='same'."
        )
