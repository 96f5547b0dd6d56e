"""Batch normalisation."""

from typing import Any, List, Optional

from bigdl.dllib.keras import layers as keras
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.layer import Layer, Shape
from bigdl_gan.params.values import to_number


class BatchNormalization(Layer):
    """Batch normalisation of each feature of (features,), or of each channel of (C, H, W).

    In training it uses the batch's mean and variance, in generation their running averages. Its weights are gamma,
    which starts at one, and beta, which starts at zero.

    Args:
        momentum: the weight of the old running averages, at least 0 and below 1: after each batch they are
            momentum * old + (1 - momentum) * the batch's. DCGAN uses 0.9.
        epsilon: added to the variance, above 0.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is neither (features,) nor (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.BatchNormalization`; Ioffe & Szegedy 2015, arXiv:1502.03167.
    Differs: the running variance is the unbiased one, as in PyTorch. dllib's `momentum` is one minus this one."""

    n_axes = (1, 3)

    def __init__(
        self, *, momentum: float = 0.99, epsilon: float = 1e-3, input_shape: Any = None, name: Optional[str] = None
    ) -> None:
        super().__init__(input_shape, name)
        self.momentum = to_number("momentum", momentum, least=0, below=1)
        self.epsilon = to_number("epsilon", epsilon, above=0)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        weight = round(1 - self.momentum, 12)  # exactly dllib's 0.1 for Keras's 0.9
        return [keras.BatchNormalization(epsilon=self.epsilon, momentum=weight, input_shape=shape)]
