"""The fully connected layer."""

from typing import Any, Dict, Optional, Tuple, Union

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.nn.layer import Linear

from bigdl_gan.layers.construction import check_positive
from bigdl_gan.layers.initializers import Fans, Initializer
from bigdl_gan.layers.kernels import KernelLayer
from bigdl_gan.layers.layer import Shape


class Dense(KernelLayer):
    """A fully connected layer, (features,) -> (units,).

    Its weights are the kernel, (units, features), and the bias, (units,), which starts at zero.

    Args:
        units: outputs.
        activation: a name as `Activation` takes it, or None.
        kernel_initializer: "glorot_uniform", "random_normal" (sigma 0.05), "random_uniform" (+-0.05), "zeros", "ones",
            "he_normal", "he_uniform", or an object such as `HeNormal(gain=1.0)`.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (features,).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Dense`, for vectors."""

    n_axes = (1,)

    def __init__(
        self, units: int, activation: Optional[str] = None, use_bias: bool = True,
        kernel_initializer: Union[str, Initializer] = "glorot_uniform", *, input_shape: Any = None,
        name: Optional[str] = None,
    ) -> None:  # fmt: skip
        (units,) = check_positive(units=units)
        super().__init__(units, activation, use_bias, kernel_initializer, input_shape, name)

    def description(self) -> Dict[str, Any]:
        return {"layer": "Dense", "units": self.units, "bias": self.use_bias}

    def kernel_shape(self, shape: Shape) -> Tuple[int, ...]:
        return self.units, shape[0]

    def fans(self, shape: Shape) -> Fans:
        return Fans(shape[0], self.units)

    def dllib_part(self, shape: Shape, initializer: str) -> ZooKerasLayer:
        return keras.Dense(self.units, init=initializer, bias=self.use_bias, input_shape=shape)

    def dllib_module(self, shape: Shape) -> Linear:
        return Linear(shape[0], self.units, with_bias=self.use_bias)
