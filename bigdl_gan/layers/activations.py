"""Activations, by name and as layers."""

from typing import Any, List, Optional

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.construction import check_choice, to_bool
from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.layer import Layer, Shape
from bigdl_gan.params.values import to_number

_NAMES = ("elu", "gelu", "leaky_relu", "linear", "relu", "sigmoid", "silu", "softplus", "softsign", "tanh")
_REMEDY = (
    " Another activation is a layer of its own: activation=None, and then for example LeakyReLU(0.1) or one of dllib's."
)


def to_activation(value: Any) -> Optional[str]:
    """An activation's name; None for a linear one. Raises ValueError if it is unknown."""
    if value is None or check_choice("activation", value, _NAMES, _REMEDY) == "linear":
        return None
    return value


def activation_parts(name: Optional[str], shape: Optional[Shape] = None) -> List[ZooKerasLayer]:
    """The layer for an activation by name, with Keras's slopes; none for None.

    It stands alone, for dllib's layers that take an activation hide it in one that a message could not name."""
    if name is None:
        return []
    if name == "leaky_relu":
        return [keras.LeakyReLU(0.2, input_shape=shape)]
    if name == "elu":
        return [keras.ELU(1.0, input_shape=shape)]
    if name in _SMOOTH:
        return _SMOOTH[name]().parts(shape) if shape else [_SMOOTH[name]()]
    return [keras.Activation(name, input_shape=shape)]


class Activation(Layer):
    """An activation by name, of any shape.

    Args:
        activation: "elu" (alpha 1), "gelu" (the exact one), "leaky_relu" (slope 0.2), "linear", "relu", "sigmoid",
            "silu", "softplus", "softsign" or "tanh". dllib runs "softsign"; the others run natively.
    Raises:
        ValueError: another name.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Activation`."""

    def __init__(self, activation: str, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.activation = check_choice("activation", activation, _NAMES, _REMEDY)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return activation_parts(self.activation, shape)


class ReLU(Layer):
    """max(x, 0), of any shape.

    Raises:
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.ReLU`, without its options."""

    def __init__(self, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)

    @classmethod
    def kind(cls) -> str:
        return "relu"

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return activation_parts("relu", shape)


class LeakyReLU(Layer):
    """x above 0, negative_slope * x below, of any shape.

    Args:
        negative_slope: at least 0. Keras's default is 0.3; GANs use 0.2.
    Raises:
        TypeError, ValueError: `negative_slope` is not a finite number of at least 0.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.LeakyReLU`; dllib's own default is 0.01."""

    def __init__(self, negative_slope: float = 0.3, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.negative_slope = to_number("negative_slope", negative_slope, least=0)

    @classmethod
    def kind(cls) -> str:
        return "leaky_relu"

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.LeakyReLU(self.negative_slope, input_shape=shape)]


class ELU(Layer):
    """x above 0, alpha * (exp(x) - 1) below, of any shape.

    Args:
        alpha: at least 0.
    Raises:
        TypeError, ValueError: `alpha` is not a finite number of at least 0.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.ELU`; Clevert et al. 2016, arXiv:1511.07289."""

    def __init__(self, alpha: float = 1.0, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.alpha = to_number("alpha", alpha, least=0)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [keras.ELU(self.alpha, input_shape=shape)]


class Softplus(Layer):
    """log(1 + exp(x)), of any shape.

    Raises:
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.activations.softplus`."""

    def __init__(self, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return activation_parts("softplus", shape)


class SiLU(Layer):
    """x sigmoid(x), of any shape; also called swish.

    Raises:
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.activations.silu`; Elfwing et al. 2018, arXiv:1702.03118, equation 7."""

    def __init__(self, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)

    @classmethod
    def kind(cls) -> str:
        return "silu"

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [core_part({"layer": "SiLU"}, shape, [])]


class GELU(Layer):
    """x F(x), of any shape, where F is the standard normal distribution: (1 + erf(x / sqrt(2))) / 2.

    Args:
        approximate: True for (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 instead of F.
    Raises:
        TypeError: `approximate` is not True or False.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.activations.gelu`; Hendrycks & Gimpel 2016, arXiv:1606.08415."""

    def __init__(self, approximate: bool = False, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.approximate = to_bool("approximate", approximate)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [core_part({"layer": "GELU", "approximate": self.approximate}, shape, [])]


_SMOOTH = {"gelu": GELU, "silu": SiLU}  # the core's
