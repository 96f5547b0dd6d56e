"""Pooling of images."""

from typing import Any, List, Optional, Union

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.construction import Pair, to_padding, to_pair
from bigdl_gan.layers.convolution import check_window
from bigdl_gan.layers.layer import Layer, Shape


class _Pooling2D(Layer):
    n_axes = (3,)

    def __init__(
        self, pool_size: Union[int, Pair] = (2, 2), strides: Union[int, Pair, None] = None, padding: str = "valid", *,
        input_shape: Any = None, name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(input_shape, name)
        self.pool_size = to_pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else to_pair("strides", strides)
        self.padding = to_padding(padding)

    def check_input(self, shape: Shape) -> None:
        check_window("pool_size", self.pool_size, self.padding, shape)


class MaxPooling2D(_Pooling2D):
    """The largest value in each window, (C, H, W) -> (C, H', W'); sizes as `Conv2D`'s.

    Args:
        pool_size, strides: an integer, or (height, width); without strides, windows lie side by side.
        padding: "valid" or "same".
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W), or too small.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.MaxPooling2D`, channels first."""

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.MaxPooling2D(self.pool_size, self.strides, self.padding, input_shape=shape)]


class AveragePooling2D(_Pooling2D):
    """The mean of each window's pixels inside the image, (C, H, W) -> (C, H', W'); sizes as `Conv2D`'s.

    Args:
        pool_size, strides: an integer, or (height, width); without strides, windows lie side by side.
        padding: "valid" or "same".
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W), or too small.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.AveragePooling2D`, channels first."""

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.AveragePooling2D(self.pool_size, self.strides, self.padding, input_shape=shape)]


class GlobalAveragePooling2D(Layer):
    """The mean of each channel, (C, H, W) -> (C,). dllib runs a part of it.

    Raises:
        ValueError: on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.GlobalAveragePooling2D`, channels first."""

    n_axes = (3,)

    def __init__(self, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.GlobalAveragePooling2D(input_shape=shape)]
