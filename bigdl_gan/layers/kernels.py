"""What layers with a kernel have in common."""

from typing import Any, Dict, List, Optional, Tuple

import numpy as np
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import KerasLayerWrapper
from bigdl.dllib.nn.layer import Layer as DllibModule

from bigdl_gan.layers.activations import activation_parts, to_activation
from bigdl_gan.layers.construction import Pair, to_bool
from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.initializers import Fans, dllib_name, draw_kernel, to_initializer
from bigdl_gan.layers.layer import Layer, Shape

TIED_KERNEL = (3, 3)  # of which a 4x4 kernel is made


class KernelLayer(Layer):
    """A layer with a kernel, perhaps a bias, and perhaps an activation after it."""

    def __init__(
        self, units: int, activation: Any, use_bias: Any, kernel_initializer: Any, input_shape: Any,
        name: Optional[str],
    ) -> None:  # fmt: skip
        super().__init__(input_shape, name)
        self.units = units  # outputs, or output channels
        self.activation = to_activation(activation)
        self.use_bias = to_bool("use_bias", use_bias)
        self.initializer = to_initializer(kernel_initializer)
        self.tied = False

    def description(self) -> Dict[str, Any]:
        """The layer as the core's `CoreLayer.of` takes it, without the input's shape."""
        raise NotImplementedError

    def kernel_shape(self, shape: Shape) -> Tuple[int, ...]:
        """The kernel's, for an input of that shape."""
        raise NotImplementedError

    def fans(self, shape: Shape) -> Fans:
        """Of the kernel, for an input of that shape."""
        raise NotImplementedError

    def output_channels(self, shape: Shape) -> int:
        """How many outputs, or output channels, it has for an input of that shape."""
        return self.units

    def initial_weights(self, shape: Shape) -> List[np.ndarray]:
        """The kernel, and the bias if there is one."""
        kernel = draw_kernel(self.initializer, self.kernel_shape(shape), self.fans(shape))
        return [kernel] + [np.zeros(self.output_channels(shape), np.float32)] * self.use_bias

    def dllib_initializer(self) -> Optional[str]:
        """dllib's name of the initializer, if dllib's own layer can do the work and draws such kernels."""
        return dllib_name(self.initializer)

    def dllib_part(self, shape: Shape, initializer: str) -> ZooKerasLayer:
        """dllib's layer, with an initializer by dllib's name."""
        raise NotImplementedError

    def dllib_module(self, shape: Shape) -> DllibModule:
        """dllib's module within that layer."""
        raise NotImplementedError

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [self._kernel_part(shape), *activation_parts(self.activation)]

    def _kernel_part(self, shape: Shape) -> ZooKerasLayer:
        if self.tied:
            return core_part(self.description(), shape, self.initial_weights(shape))
        name = self.dllib_initializer()
        if name is not None:
            return self.dllib_part(shape, name)
        module = self.dllib_module(shape)
        module.set_weights(self.initial_weights(shape))
        return KerasLayerWrapper(module, input_shape=shape)


def to_tied(value: Any, kernel: Pair, strides: Pair, padding: str) -> bool:
    """Raises TypeError, ValueError if `tied` is neither False nor True for a kernel that it suits."""
    tied = to_bool("tied", value)
    if tied and (kernel, strides, padding) != ((4, 4), (2, 2), "same"):
        raise ValueError(
            "`tied` must be False unless kernel_size=4, strides=2 and padding='same'. Received: tied=True, "
            f"kernel_size={kernel}, strides={strides}, padding={padding!r}."
        )
    return tied
