"""An ONNX graph that grows node by node."""

from typing import Any, List, Sequence

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper


class OnnxGraph:
    """Nodes in an order in which they can run, and their constants.

    Attributes:
        nodes, constants: ONNX's messages."""

    def __init__(self) -> None:
        self.nodes: List[NodeProto] = []
        self.constants: List[TensorProto] = []
        self._layer = ""

    def begin(self, layer: str) -> None:
        """The next nodes and constants get names that begin so."""
        self._layer = layer

    def constant(self, name: str, value: Any) -> str:
        """Add a tensor: integers as int64, all else as float32. Returns its name in the graph."""
        array = np.asarray(value)
        array = np.ascontiguousarray(array, np.int64 if array.dtype.kind == "i" else np.float32)
        full = f"{self._layer}.{name}"
        self.constants.append(numpy_helper.from_array(array.reshape(np.shape(value)), full))
        return full

    def node(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Add a node with one output. Returns its output's name."""
        output = f"{self._layer}.{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=output, **attributes))
        return output

    def output(self, name: str, value: str) -> None:
        """Make a value the graph's output of that name."""
        self.nodes.append(helper.make_node("Identity", [value], [name], name=name))
