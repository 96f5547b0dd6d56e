"""Functional models, with names of layers as a `Sequential` has them."""

from typing import Any, Sequence

from bigdl.dllib.keras.autograd import Variable

from bigdl_gan.layers import Add, Input
from bigdl_gan.layers.construction import Names


class Graph:
    """Calls layers on nodes. Names are numbered within the network: conv2d_1, conv2d_2, ..., whatever else is built."""

    def __init__(self) -> None:
        self._names = Names()

    def input(self, shape: Sequence[int]) -> Variable:
        """A node for an input of that shape."""
        return Input(tuple(shape), name=self._names.next("input"))

    def chain(self, node: Variable, layers: Sequence[Any]) -> Variable:
        """The output of layers one after another; of no layers, the node."""
        for layer in layers:
            node = layer.set_name(self._names.next(layer.kind()))(node)
        return node

    def add(self, *nodes: Variable) -> Variable:
        """The sum of nodes."""
        return Add(name=self._names.next("add"))(list(nodes))
