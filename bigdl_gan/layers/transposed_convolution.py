"""Transposed convolution of images, which dllib has only without "same"."""

from math import prod
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import Cropping2D, KerasLayerWrapper
from bigdl.dllib.nn import initialization_method as init_methods
from bigdl.dllib.nn.layer import SpatialFullConvolution

from bigdl_gan.layers.construction import Pair, check_positive, to_padding, to_pair
from bigdl_gan.layers.initializers import Fans, Initializer
from bigdl_gan.layers.kernels import TIED_KERNEL, KernelLayer, to_tied
from bigdl_gan.layers.layer import Shape

_INIT_METHODS = {  # what dllib's own Keras layers do for these names
    "glorot_uniform": init_methods.Xavier,
    "normal": lambda: init_methods.RandomNormal(0.0, 0.05),
    "uniform": lambda: init_methods.RandomUniform(-0.05, 0.05),
    "zero": init_methods.Zeros,
    "one": init_methods.Ones,
}


class Conv2DTranspose(KernelLayer):
    """Transposed convolution, (C, H, W) -> (filters, H', W').

    With stride s and kernel k, H' is H * s for padding "same", and H * s + max(k - s, 0) for "valid". "same" crops
    max(k - s, 0) rows from the full result, the smaller half at the top. If k < s, the last s - k rows hold the bias.
    Its weights are the kernel, (1, C, filters, k, k), and the bias, (filters,), which starts at zero.

    Args:
        filters: output channels.
        kernel_size, strides: an integer, or (height, width).
        padding: "valid" or "same".
        activation: a name as `Activation` takes it, or None.
        kernel_initializer: "glorot_uniform", "random_normal" (sigma 0.05), "random_uniform" (+-0.05), "zeros", "ones",
            "he_normal", "he_uniform", or an object such as `HeNormal(gain=1.0)`.
        tied: whether the 4x4 kernel of stride 2 is the sum of a 3x3 kernel's four shifts by one pixel. So the layer
            does what `UpSampling2D` and a 3x3 transposed convolution do, at the price of the 4x4 one, and weaves no
            pattern of even and odd pixels into images. Its kernel is then (1, C, filters, 3, 3).
        input_shape: (C, H, W), for a model's first layer.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Conv2DTranspose`, channels first; dllib has only "valid", and is shorter there for
        k < s. `tied` is Karras et al.'s `fused_scale`, 2018, arXiv:1710.10196."""

    n_axes = (3,)

    def __init__(
        self, filters: int, kernel_size: Union[int, Pair], strides: Union[int, Pair] = (1, 1), padding: str = "valid",
        *, activation: Optional[str] = None, use_bias: bool = True,
        kernel_initializer: Union[str, Initializer] = "glorot_uniform", tied: bool = False, input_shape: Any = None,
        name: Optional[str] = None,
    ) -> None:  # fmt: skip
        (filters,) = check_positive(filters=filters)
        super().__init__(filters, activation, use_bias, kernel_initializer, input_shape, name)
        self.kernel_size, self.strides = to_pair("kernel_size", kernel_size), to_pair("strides", strides)
        self.padding = to_padding(padding)
        is_same = self.padding == "same"
        self.rows, self.cols = (_axis(k, s, is_same=is_same) for k, s in zip(self.kernel_size, self.strides))
        self.tied = to_tied(tied, self.kernel_size, self.strides, self.padding)

    def description(self) -> Dict[str, Any]:
        return {
            "layer": "Conv2DTranspose", "filters": self.units, "kernel": self.kernel_size, "strides": self.strides,
            "padding": self.padding, "bias": self.use_bias, "tied": self.tied,
        }  # fmt: skip

    def kernel_shape(self, shape: Shape) -> Tuple[int, ...]:
        return (1, shape[0], self.units, *(TIED_KERNEL if self.tied else self.kernel_size))

    def fans(self, shape: Shape) -> Fans:
        if self.tied:  # a 3x3 convolution of the enlarged image
            return Fans(shape[0] * prod(TIED_KERNEL), self.units * prod(TIED_KERNEL))
        size = prod(self.kernel_size)
        return Fans(shape[0] * size / prod(self.strides), self.units * size)

    def dllib_module(self, shape: Shape) -> SpatialFullConvolution:
        rows, cols = self.rows, self.cols
        return SpatialFullConvolution(
            shape[0], self.units, cols.kernel, rows.kernel, cols.stride, rows.stride,
            cols.pad, rows.pad, cols.extra, rows.extra, no_bias=not self.use_bias,
        )  # fmt: skip

    def dllib_part(self, shape: Shape, initializer: str) -> KerasLayerWrapper:
        module = self.dllib_module(shape)
        module.set_init_method(_INIT_METHODS[initializer](), init_methods.Zeros())
        return KerasLayerWrapper(module, input_shape=shape)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        kernel, *activation = super().parts(shape)
        if not self.tied and (self.rows.crop or self.cols.crop):
            return [kernel, Cropping2D(((0, self.rows.crop), (0, self.cols.crop))), *activation]
        return [kernel, *activation]


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
