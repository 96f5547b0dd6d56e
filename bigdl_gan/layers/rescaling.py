"""Multiplication by one number."""

from typing import Any, List, Optional

from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.layer import Layer, Shape
from bigdl_gan.params.values import to_number

_LEAST, _MOST = 1e-37, 1e38  # what float32 holds


class Rescaling(Layer):
    """scale * x, of any shape; for example the sum of n values from their mean.

    Args:
        scale: from 1e-37 to 1e38.
    Raises:
        TypeError, ValueError: `scale` breaks its rule.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Rescaling`, without its offset."""

    def __init__(self, scale: float, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.scale = to_number("scale", scale, least=_LEAST, most=_MOST)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [core_part({"layer": "Rescaling", "scale": self.scale}, shape, [])]
