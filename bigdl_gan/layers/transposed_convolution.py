"""Transposed convolution of images, which dllib has only without "same"."""

from typing import Any, List, NamedTuple, Optional, Union

from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import Cropping2D, KerasLayerWrapper
from bigdl.dllib.nn import initialization_method as init_methods
from bigdl.dllib.nn.layer import SpatialFullConvolution

from bigdl_gan.layers.activations import activation_parts, to_activation
from bigdl_gan.layers.construction import Pair, check_positive, to_bool, to_initializer, to_padding, to_pair
from bigdl_gan.layers.layer import Layer, Shape

_INIT_METHODS = {  # what dllib's own Keras layers do for these names
    "glorot_uniform": init_methods.Xavier,
    "normal": lambda: init_methods.RandomNormal(0.0, 0.05),
    "uniform": lambda: init_methods.RandomUniform(-0.05, 0.05),
    "zero": init_methods.Zeros,
    "one": init_methods.Ones,
}


class Conv2DTranspose(Layer):
    """Transposed convolution, (C, H, W) -> (filters, H', W').

    With stride s and kernel k, H' is H * s for padding "same", and H * s + max(k - s, 0) for "valid". "same" crops
    max(k - s, 0) rows from the full result, the smaller half at the top. If k < s, the last s - k rows hold the bias.
    Its weights are the kernel, (1, C, filters, k, k), and the bias, (filters,), which starts at zero.

    Args:
        filters: output channels.
        kernel_size, strides: an integer, or (height, width).
        padding: "valid" or "same".
        activation: a name as `Activation` takes it, or None.
        kernel_initializer: "glorot_uniform", "random_normal" (sigma 0.05), "random_uniform" (+-0.05), "zeros", "ones".
        input_shape: (C, H, W), for a model's first layer.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Conv2DTranspose`, channels first; dllib has only "valid", and is shorter there for
        k < s."""

    n_axes = (3,)

    def __init__(
        self, filters: int, kernel_size: Union[int, Pair], strides: Union[int, Pair] = (1, 1), padding: str = "valid",
        *, activation: Optional[str] = None, use_bias: bool = True, kernel_initializer: str = "glorot_uniform",
        input_shape: Any = None, name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(input_shape, name)
        (self.filters,) = check_positive(filters=filters)
        kernel, stride = to_pair("kernel_size", kernel_size), to_pair("strides", strides)
        is_same = to_padding(padding) == "same"
        self.rows, self.cols = (_axis(k, s, is_same=is_same) for k, s in zip(kernel, stride))
        self.activation = to_activation(activation)
        self.use_bias = to_bool("use_bias", use_bias)
        self.initializer = to_initializer(kernel_initializer)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        parts = [self._full(shape)]
        if self.rows.crop or self.cols.crop:
            parts.append(Cropping2D(((0, self.rows.crop), (0, self.cols.crop))))
        return [*parts, *activation_parts(self.activation)]

    def _full(self, shape: Shape) -> KerasLayerWrapper:
        rows, cols = self.rows, self.cols
        layer = SpatialFullConvolution(
            shape[0], self.filters, cols.kernel, rows.kernel, cols.stride, rows.stride,
            cols.pad, rows.pad, cols.extra, rows.extra, no_bias=not self.use_bias,
        )  # fmt: skip
        layer.set_init_method(_INIT_METHODS[self.initializer](), init_methods.Zeros())
        return KerasLayerWrapper(layer, input_shape=shape)


class _Axis(NamedTuple):
    """How a transposed convolution treats one axis.

    The convolution itself removes `pad` rows at either end and appends `extra` rows; a separate layer crops `crop` more
    at the far end.
    """

    kernel: int
    stride: int
    pad: int
    extra: int
    crop: int


def _axis(kernel: int, stride: int, *, is_same: bool) -> _Axis:
    surplus = max(kernel - stride, 0) if is_same else 0
    return _Axis(kernel, stride, pad=surplus // 2, extra=max(stride - kernel, 0), crop=surplus % 2)
