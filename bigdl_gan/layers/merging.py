"""Layers that join several nodes, for functional models."""

from math import prod
from typing import Any, List, Optional, Sequence

from bigdl.dllib.keras.autograd import Variable
from bigdl.dllib.keras.layers import merge

from bigdl_gan.jvm import bridge
from bigdl_gan.layers.construction import building, process_names, to_name
from bigdl_gan.layers.core_layers import core_join
from bigdl_gan.layers.layer import Shape
from bigdl_gan.params.values import to_integer


class _Merging:
    """A layer that is called on a list of nodes; each call joins them anew."""

    def __init__(self, name: Optional[str]) -> None:
        bridge.attach()
        self.given_name = to_name(name)

    def _name(self) -> str:
        return self.given_name or process_names.next(type(self).__name__.lower())

    def _join(self, nodes: Sequence[Any], mode: str, axis: int = -1) -> Variable:
        with building():
            return bridge.run(merge, list(nodes), mode, axis, self._name())

    def _join_in_core(self, nodes: Sequence[Any], name: str) -> Variable:
        with building():
            layer = core_join({"layer": type(self).__name__}, self._shapes(nodes), [])
            return bridge.run(layer.set_name(name), list(nodes))

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


class Multiply(_Merging):
    """The element-wise product of nodes: `Multiply()([a, b])`.

    Their shapes are equal, or some are (C, 1, 1) beside (C, H, W): then a number multiplies each pixel of its channel.
    Of more than two nodes there is a layer for each further one.

    Raises:
        TypeError, ValueError: on use, not a list of nodes, or their shapes do not fit.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Multiply`.
    Differs: Keras broadcasts any axis of size 1; here an image's height and width together, and no other axis."""

    def __init__(self, *, name: Optional[str] = None) -> None:
        super().__init__(name)

    def __call__(self, nodes: Sequence[Any]) -> Variable:
        shapes = self._shapes(nodes)
        largest = max(shapes, key=prod)
        fitting = [largest] + ([(largest[0], 1, 1)] if len(largest) == 3 else [])
        if not all(shape in fitting for shape in shapes):
            raise ValueError(
                "Multiply's inputs must have one shape, or (C, 1, 1) beside (C, H, W). "
                f"Received: {', '.join(map(str, shapes))}."
            )
        name, product = self._name(), nodes[0]
        for place, node in enumerate(nodes[1:], 1):
            pair = sorted([product, node], key=lambda part: -prod(part.get_output_shape()[1:]))  # (C, H, W) first
            product = self._join_in_core(pair, name if place == len(nodes) - 1 else f"{name}_{place}")
        return product


class Dot(_Merging):
    """The inner product of two vectors, (features,) each -> (1,): `Dot()([a, b])`.

    A projection discriminator adds it, of the image's features and the label's `Embedding`, to the logit.

    Args:
        axes: counts the batch axis, as Keras does: 1 or -1, the features' axis.
    Raises:
        TypeError, ValueError: `axes` is neither; on use, not a list of two nodes, or not vectors of one length.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Dot`, for vectors and without `normalize`; Miyato & Koyama 2018, arXiv:1802.05637,
        equation 3."""

    def __init__(self, axes: int = 1, *, name: Optional[str] = None) -> None:
        super().__init__(name)
        self.axes = to_integer("axes", axes)
        if self.axes not in (1, -1):
            raise ValueError(f"`axes` must be 1 or -1, the features' axis. Received: axes={axes}.")

    def __call__(self, nodes: Sequence[Any]) -> Variable:
        shapes = self._shapes(nodes)
        if len(shapes) != 2 or len(shapes[0]) != 1 or shapes[0] != shapes[1]:
            raise ValueError(
                "Dot's inputs must be two vectors, (features,), of one length. "
                f"Received: {', '.join(map(str, shapes))}."
            )
        return self._join_in_core(nodes, self._name())
