"""Layers without weights for any shape: flattening, reshaping, dropout."""

import warnings
from math import prod
from typing import Any, List, Optional, Tuple

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.construction import to_shape
from bigdl_gan.layers.layer import Layer, Shape
from bigdl_gan.params.values import to_number


class Flatten(Layer):
    """All of a sample's values in a row, (C, H, W) -> (C * H * W,), the channels outermost.

    Raises:
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Flatten`, channels first."""

    def __init__(self, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.Flatten(input_shape=shape)]


class Reshape(Layer):
    """The same values in another shape.

    Args:
        target_shape: without the batch axis; (channels, height, width) for an image. One axis may be -1: what is left.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input has another number of values.
        RuntimeError: there is no Spark session.
    Warns:
        RuntimeWarning: the shape looks like an image with the channels last.
    Source: Keras 3, `keras.layers.Reshape`."""

    def __init__(
        self, target_shape: Tuple[int, ...], *, input_shape: Any = None, name: Optional[str] = None
    ) -> None:
        super().__init__(input_shape, name)
        sizes = list(target_shape) if isinstance(target_shape, (tuple, list)) else target_shape
        self.free_axis = sizes.index(-1) if isinstance(sizes, list) and -1 in sizes else None
        if self.free_axis is not None:
            sizes[self.free_axis] = 1
        self.target_shape = to_shape("target_shape", sizes)
        _warn_of_channels_last(self.target_shape)

    def check_input(self, shape: Shape) -> None:
        n_values, n_wanted = prod(shape), prod(self.target_shape)
        if n_values % n_wanted if self.free_axis is not None else n_values != n_wanted:
            raise ValueError(
                f"`target_shape` must have as many values as the input. Received: target_shape={self.target_shape} "
                f"with {n_wanted}, and an input of {shape} with {n_values}."
            )

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        target = list(self.target_shape)
        if self.free_axis is not None:
            target[self.free_axis] = prod(shape) // prod(target)
        return [keras.Reshape(target, input_shape=shape)]


def _warn_of_channels_last(shape: Shape) -> None:
    """Such as (7, 7, 256), where most of Keras's generators begin."""
    if len(shape) == 3 and 1 < shape[0] == shape[1] and shape[2] >= 8 * shape[1]:
        warnings.warn(
            f"Images are (channels, height, width). Received: target_shape={shape}, which looks like (height, width, "
            f"channels). Write {(shape[2], *shape[:2])}.",
            RuntimeWarning, stacklevel=3,
        )  # fmt: skip


class Dropout(Layer):
    """In training, sets a share of the values to zero and scales the others up; of any shape.

    Args:
        rate: the share, at least 0 and below 1.
    Raises:
        TypeError, ValueError: `rate` breaks its rule.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Dropout`. The training's seed decides which values."""

    def __init__(self, rate: float, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.rate = to_number("rate", rate, least=0, below=1)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.Dropout(self.rate, input_shape=shape)]
