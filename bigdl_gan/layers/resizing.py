"""Layers that change only an image's size, without weights."""

from typing import Any, List, Optional, Tuple, Union

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.construction import Pair, check_choice, to_pair, to_sides
from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.layer import Layer, Shape

Sides = Union[int, Pair, Tuple[Pair, Pair]]


class UpSampling2D(Layer):
    """Enlarges images, (C, H, W) -> (C, H * size[0], W * size[1]).

    Args:
        size: an integer, or (height, width).
        interpolation: "nearest" repeats rows and columns. "bilinear" interpolates between pixels' centres; beyond the
            outermost centres is the outermost pixel.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.UpSampling2D`, channels first; "bilinear" is PyTorch's with align_corners=False."""

    n_axes = (3,)

    def __init__(
        self, size: Union[int, Pair] = (2, 2), interpolation: str = "nearest", *, input_shape: Any = None,
        name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(input_shape, name)
        self.size = to_pair("size", size)
        self.interpolation = check_choice("interpolation", interpolation, ("nearest", "bilinear"))

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        if self.interpolation == "bilinear":
            description = {"layer": "UpSampling2D", "size": self.size, "interpolation": "bilinear"}
            return [core_part(description, shape, [])]
        return [keras.UpSampling2D(self.size, input_shape=shape)]


class Cropping2D(Layer):
    """Cuts rows and columns off, (C, H, W) -> (C, H - top - bottom, W - left - right).

    dllib runs it, except right after a `Conv2DTranspose` without an activation.

    Args:
        cropping: an integer, (height, width) for both sides, or ((top, bottom), (left, right)).
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W), or nothing is left.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Cropping2D`, channels first."""

    n_axes = (3,)

    def __init__(
        self, cropping: Sides = ((0, 0), (0, 0)), *, input_shape: Any = None, name: Optional[str] = None
    ) -> None:
        super().__init__(input_shape, name)
        self.cropping = to_sides("cropping", cropping)

    def check_input(self, shape: Shape) -> None:
        if any(sum(cut) >= size for cut, size in zip(self.cropping, shape[1:])):
            raise ValueError(
                f"`cropping` must leave a part of the image. Received: cropping={self.cropping}, and an input "
                f"(channels, height, width) of {shape}."
            )

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.Cropping2D(self.cropping, input_shape=shape)]


class ZeroPadding2D(Layer):
    """Adds zeros around an image, (C, H, W) -> (C, H + top + bottom, W + left + right). dllib runs it.

    Args:
        padding: an integer, (height, width) for both sides, or ((top, bottom), (left, right)).
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.ZeroPadding2D`, channels first."""

    n_axes = (3,)

    def __init__(self, padding: Sides = (1, 1), *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.padding = to_sides("padding", padding)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        (top, bottom), (left, right) = self.padding
        return [keras.ZeroPadding2D((top, bottom, left, right), input_shape=shape)]
