"""Layers whose kernel is divided by its largest singular value."""

from typing import Any, List, Optional

from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.activations import activation_parts
from bigdl_gan.layers.construction import check_positive
from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.kernels import KernelLayer
from bigdl_gan.layers.layer import Layer, Shape


class SpectralNormalization(Layer):
    """A `Conv2D`, `DepthwiseConv2D`, `Conv2DTranspose`, `Dense` or `Embedding` whose kernel is divided by its largest
    singular value.

    The kernel is a matrix with a row for each output (channel). The singular value s = u' W v is found by power
    iterations, u = W v / |W v| and v = W' u / |W' u|, from where the update before left u and v; the very first time,
    from the kernel's largest row by 15 of them. For the gradient u and v are constants. They are saved with the model,
    and generation uses them as they are.

    Args:
        layer: not yet in a model. Its weights are this layer's; its bias is not divided, and its activation follows.
        power_iterations: in each update.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, what `layer` raises.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.SpectralNormalization`; Miyato et al. 2018, arXiv:1802.05957, algorithm 1.
    Differs: Keras overwrites the kernel with the quotient, which here, as in the paper and in PyTorch, it is not. Of a
        transposed convolution, Keras takes the input channels for rows. Power iterations belong to updates, not to
        passes."""

    def __init__(
        self, layer: KernelLayer, power_iterations: int = 1, *, input_shape: Any = None, name: Optional[str] = None
    ) -> None:
        super().__init__(input_shape, name)
        if not isinstance(layer, KernelLayer):
            raise TypeError(
                "`layer` must be a Conv2D, Conv2DTranspose, Dense, DepthwiseConv2D or Embedding. Received: layer="
                f"{layer!r}."
            )
        if layer.is_built():
            raise ValueError(f"`layer` must not be in a model yet. Received: {layer.name()!r}. Make another layer.")
        self.layer = layer
        self.given_name = self.given_name or layer.given_name
        self.n_axes = layer.n_axes
        (self.power_iterations,) = check_positive(power_iterations=power_iterations)

    def check_input(self, shape: Shape) -> None:
        self.layer.check_input(shape)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        description = {
            "layer": "SpectralNormalization", "iterations": self.power_iterations,
            "of": {**self.layer.description(), "input": list(shape)},
        }  # fmt: skip
        part = core_part(description, shape, self.layer.initial_weights(shape))
        return [part, *activation_parts(self.layer.activation)]
