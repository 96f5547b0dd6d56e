"""Batch normalisation whose scale and shift depend on a label."""

from math import prod
from typing import Any, List, Optional, Sequence

import numpy as np
from bigdl.dllib.keras.autograd import Variable

from bigdl_gan.layers.core_layers import core_join
from bigdl_gan.layers.layer import Layer, Shape
from bigdl_gan.params.values import to_number


class ConditionalBatchNormalization(Layer):
    """Batch normalisation whose scale and shift depend on a label: `ConditionalBatchNormalization()([x, y])`.

    x is (features,) or (C, H, W), and y a label vector, (labels,). With z the batch normalisation of x, in training by
    the batch's mean and variance, in generation by their running averages, a sample's channel c becomes

        (1 + sum_k y[k] G[k, c]) z[c] + sum_k y[k] B[k, c].

    Its weights are G, then B, a vector of labels * C numbers each: a row for each label. They start at zero. A one-hot
    y looks up its rows, so this equals a table of scales that start at one, 1 + G, and one of shifts. If y has a 1 for
    each of several attributes, what they change adds up, and without any the layer is z itself.

    Args:
        momentum: the weight of the old running averages, at least 0 and below 1: after each batch they are
            momentum * old + (1 - momentum) * the batch's. DCGAN uses 0.9.
        epsilon: added to the variance, above 0.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, not a list of two nodes, or of other shapes.
        RuntimeError: there is no Spark session.
    Source: de Vries et al. 2017, arXiv:1707.00683, section 3.2; Miyato & Koyama 2018, arXiv:1802.05637; Keras 3 has
        none.
    Differs: de Vries et al. compute both changes with a hidden layer, which may stand before y here. The running
        variance is the unbiased one, as in PyTorch."""

    def __init__(self, *, momentum: float = 0.99, epsilon: float = 1e-3, name: Optional[str] = None) -> None:
        super().__init__(None, name)
        self.momentum = to_number("momentum", momentum, least=0, below=1)
        self.epsilon = to_number("epsilon", epsilon, above=0)

    def create(self, input_shapes: Sequence, name: Optional[str] = None) -> "Layer":
        """Builds the layer; dllib calls this.

        Args:
            input_shapes: without the batch axis, a list of two. `Sequential.add` passes one shape.
            name: used if the layer was not given a name.
        Returns:
            The layer itself.
        Raises:
            TypeError: only one shape.
            ValueError: the shapes break a rule; the layer already is in a model."""
        self._check_unused()
        if not isinstance(input_shapes[0], (list, tuple)):
            raise TypeError(
                f"{type(self).__name__} must be called on two nodes, [x, y]. Received: the layer before it alone. Use "
                "Model."
            )
        x, y = map(tuple, input_shapes)
        if len(x) not in (1, 3) or len(y) != 1:
            raise ValueError(
                f"{type(self).__name__}'s inputs must be vectors, (features,), or images, (channels, height, width), "
                f"and a label vector, (labels,). Received: {x}, {y}."
            )
        return self._build(lambda label: self._part(x, y).set_name(label), name)

    def _part(self, x: Shape, y: Shape) -> Any:
        description = {
            "layer": type(self).__name__, "epsilon": self.epsilon,
            "momentum": round(1 - self.momentum, 12),  # the new batch's weight, as in BatchNormalization
        }  # fmt: skip
        weights: List[np.ndarray] = [np.zeros(prod((*y, x[0])), np.float32)] * 2
        return core_join(description, [x, y], weights)

    def __call__(self, x: Any = None) -> Variable:
        """The node of the layer's output.

        Args:
            x: a list of two nodes: what is normalised, and the label vectors.
        Raises:
            TypeError: not such a list.
            ValueError: as `create`."""
        if not isinstance(x, (list, tuple)) or len(x) != 2 or not all(isinstance(node, Variable) for node in x):
            raise TypeError(
                f"{type(self).__name__} must be called on a list of two nodes, [x, y], from Input or a layer. "
                f"Received: {x!r}."
            )
        return self._connect(x)
