"""The fully connected layer."""

from typing import Any, List, Optional

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.activations import activation_parts, to_activation
from bigdl_gan.layers.construction import check_positive, to_bool, to_initializer
from bigdl_gan.layers.layer import Layer, Shape


class Dense(Layer):
    """A fully connected layer, (features,) -> (units,).

    Its weights are the kernel, (units, features), and the bias, (units,), which starts at zero.

    Args:
        units: outputs.
        activation: a name as `Activation` takes it, or None.
        kernel_initializer: "glorot_uniform", "random_normal" (sigma 0.05), "random_uniform" (+-0.05), "zeros", "ones".
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (features,).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Dense`, for vectors."""

    n_axes = (1,)

    def __init__(
        self, units: int, activation: Optional[str] = None, use_bias: bool = True,
        kernel_initializer: str = "glorot_uniform", *, input_shape: Any = None, name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(input_shape, name)
        (self.units,) = check_positive(units=units)
        self.activation = to_activation(activation)
        self.use_bias = to_bool("use_bias", use_bias)
        self.initializer = to_initializer(kernel_initializer)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        dense = keras.Dense(self.units, init=self.initializer, bias=self.use_bias, input_shape=shape)
        return [dense, *activation_parts(self.activation)]
