"""Layers that join several nodes, for functional models."""

from typing import Any, List, Optional, Sequence

from bigdl.dllib.keras.autograd import Variable
from bigdl.dllib.keras.layers import merge

from bigdl_gan.jvm import bridge
from bigdl_gan.layers.construction import building, process_names, to_name
from bigdl_gan.layers.layer import Shape
from bigdl_gan.params.values import to_integer


class _Merging:
    """A layer that is called on a list of nodes; each call joins them anew."""

    def __init__(self, name: Optional[str]) -> None:
        bridge.attach()
        self.given_name = to_name(name)

    def _join(self, nodes: Sequence[Any], mode: str, axis: int = -1) -> Variable:
        name = self.given_name or process_names.next(type(self).__name__.lower())
        with building():
            return bridge.run(merge, list(nodes), mode, axis, name)

    def _shapes(self, nodes: Any) -> List[Shape]:
        """The nodes' shapes without the batch axis. Raises TypeError if they are not a list of two nodes or more."""
        is_list = isinstance(nodes, (list, tuple)) and len(nodes) > 1
        if not is_list or not all(isinstance(node, Variable) for node in nodes):
            raise TypeError(
                f"{type(self).__name__} must be called on a list of two nodes or more, from Input or a layer. "
                f"Received: {nodes!r}."
            )
        return [tuple(node.get_output_shape()[1:]) for node in nodes]


class Add(_Merging):
    """The sum of nodes of one shape: `Add()([a, b])`.

    Raises:
        TypeError, ValueError: on use, not a list of nodes, or their shapes differ.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Add`, without broadcasting."""

    def __init__(self, *, name: Optional[str] = None) -> None:
        super().__init__(name)

    def __call__(self, nodes: Sequence[Any]) -> Variable:
        shapes = self._shapes(nodes)
        if len(set(shapes)) > 1:
            raise ValueError(f"Add's inputs must have one shape. Received: {', '.join(map(str, shapes))}.")
        return self._join(nodes, "sum")


class Concatenate(_Merging):
    """Nodes one behind the other along one axis: `Concatenate()([a, b])`.

    Args:
        axis: counts the batch axis, as Keras does: 1 is the channels' or the features' axis, -1 the last one.
    Raises:
        TypeError, ValueError: `axis` is not an integer, or 0; on use, not a list of nodes, or their shapes differ along
            another axis.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Concatenate`; its default is the last axis, which holds the channels there."""

    def __init__(self, axis: int = 1, *, name: Optional[str] = None) -> None:
        super().__init__(name)
        self.axis = to_integer("axis", axis)
        if self.axis == 0:
            raise ValueError("`axis` must not be the batch axis. Received: axis=0. Use 1 for the channels.")

    def __call__(self, nodes: Sequence[Any]) -> Variable:
        shapes = self._shapes(nodes)
        n_axes = len(shapes[0])
        axis = self.axis if self.axis > 0 else n_axes + 1 + self.axis
        if not 1 <= axis <= n_axes:
            raise ValueError(f"`axis` must be an axis of the inputs, {shapes[0]}. Received: axis={self.axis}.")
        others = {shape[: axis - 1] + shape[axis:] for shape in shapes}
        if len(others) > 1 or len({len(shape) for shape in shapes}) > 1:
            raise ValueError(
                f"Concatenate's inputs must have one shape, except along axis {axis}. "
                f"Received: {', '.join(map(str, shapes))}."
            )
        return self._join(nodes, "concat", axis)
