"""Functional models, with names of layers as a `Sequential` has them, and with label vectors as a second input."""

from typing import Any, List, Optional, Sequence

from bigdl.dllib.keras.autograd import Variable

from bigdl_gan.layers import Add, Concatenate, ConditionalBatchNormalization, Dot, Input, Model
from bigdl_gan.layers.construction import Names
from bigdl_gan.params.values import to_integer


class Graph:
    """Calls layers on nodes. Names are numbered within the network: conv2d_1, conv2d_2, ..., whatever else is built.

    Args:
        shape: the input's.
        n_labels: the label vector's length; None for a network without labels.
    Raises:
        TypeError, ValueError: `n_labels` is neither None nor a positive integer."""

    def __init__(self, shape: Sequence[int], n_labels: Optional[int]) -> None:
        n_labels = None if n_labels is None else to_integer("n_labels", n_labels, least=1)
        self._names = Names()
        self.input = Input(tuple(shape), name=self._names.next("input"))
        self.labels = None if n_labels is None else Input((n_labels,), name=self._names.next("input"))

    def chain(self, node: Variable, layers: Sequence[Any]) -> Variable:
        """The output of layers one after another; of no layers, the node. A conditional norm gets the labels too."""
        for layer in layers:
            layer.set_name(self._names.next(layer.kind()))
            node = layer([node, self.labels] if isinstance(layer, ConditionalBatchNormalization) else node)
        return node

    def add(self, *nodes: Variable) -> Variable:
        """The sum of nodes."""
        return Add(name=self._names.next("add"))(list(nodes))

    def beside_labels(self, node: Variable, embedding: Any) -> Variable:
        """The vector, and behind it the labels' embedding."""
        embedded = self.chain(self.labels, [embedding])
        return Concatenate(name=self._names.next("concatenate"))([node, embedded])

    def times_labels(self, node: Variable, embedding: Any) -> Variable:
        """The inner product of the vector and the labels' embedding."""
        embedded = self.chain(self.labels, [embedding])
        return Dot(name=self._names.next("dot"))([node, embedded])

    def model(self, output: Variable) -> Model:
        """From the input, and the labels if there are some, to the output."""
        inputs: List[Variable] = [self.input] if self.labels is None else [self.input, self.labels]
        return Model(inputs, output)
