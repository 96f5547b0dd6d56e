"""The class of all layers: checked when made, and built by dllib once the input's shape is known."""

import re
from typing import Any, Callable, List, Optional, Sequence, Tuple

from bigdl.dllib.keras.autograd import Lambda, Variable
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import KerasLayerWrapper
from bigdl.dllib.keras.models import Sequential

from bigdl_gan.jvm import bridge
from bigdl_gan.layers.construction import building, process_names, to_name, to_shape

Shape = Tuple[int, ...]

_RULES = {1: "vectors, (features,)", 3: "images, (channels, height, width)"}  # by the number of axes


class Layer(Lambda, ZooKerasLayer):
    """A layer for `Sequential` and for `layer(node)`, dllib's as well as ours; used only once.

    Only a `Lambda` is built by dllib's Python from its input's shape. Like Keras's layers, one of these has no weights
    until then; afterwards it is a layer of dllib's like any other.
    """

    n_axes: Tuple[int, ...] = ()  # of the input, without the batch axis; empty: any number

    def __init__(self, input_shape: Any, name: Any) -> None:
        """Args:
            input_shape: the input's shape without the batch axis, or None if something else gives it.
            name: text, or None for a name with a number.
        Raises:
            RuntimeError: there is no Spark session.
            TypeError, ValueError: an argument breaks its rule."""
        bridge.attach()
        self.given_name = to_name(name)
        self.given_shape = None if input_shape is None else to_shape("input_shape", input_shape)
        # dllib's Sequential reads this, and takes the batch axis off
        super().__init__(None, None if self.given_shape is None else [None, *self.given_shape])
        self._built: Any = None

    @property
    def value(self) -> Any:
        """The layer in the JVM."""
        if self._built is None:
            raise RuntimeError(f"{type(self).__name__} has no weights and shapes yet. Put it into a model first.")
        return self._built

    def is_built(self) -> bool:
        """Whether it is in a model."""
        return self._built is not None

    def set_name(self, name: str) -> "Layer":
        """Names the layer; before it is in a model, too.

        Raises:
            TypeError, ValueError: not a name."""
        if self._built is None:
            self.given_name = to_name(name)
            return self
        return super().set_name(name)

    @classmethod
    def kind(cls) -> str:
        """The class's name as Keras writes it in a layer's name: Conv2DTranspose is conv2d_transpose."""
        name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", cls.__name__)
        return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()

    def create(self, input_shapes: Sequence, name: Optional[str] = None) -> "Layer":
        """Builds the layer; dllib calls this.

        Args:
            input_shapes: `Sequential.add` passes the shape without the batch axis, `layer(node)` a list of one.
            name: used if the layer was not given a name.
        Returns:
            The layer itself.
        Raises:
            ValueError: the input's shape breaks a rule; the layer already is in a model."""
        self._check_unused()
        nested = isinstance(input_shapes[0], (list, tuple))
        shape = tuple(input_shapes[0] if nested else input_shapes)
        if self.given_shape not in (None, shape):
            raise ValueError(f"`input_shape` must be the input's shape, {shape}. Received: {self.given_shape}.")
        self._check_axes(shape)
        self.check_input(shape)
        return self._build(lambda label: self._chained(shape, label), name)

    def _check_unused(self) -> None:
        if self._built is not None:
            raise ValueError(
                f"A layer must be used only once. Received: a second use of {self.name()!r}. "
                "Make another layer for it."
            )

    def _build(self, make: Callable[[str], ZooKerasLayer], name: Optional[str]) -> "Layer":
        label = self.given_name or name or process_names.next(self.kind())
        with building():
            self._built = bridge.run(make, label).value
        return self

    def _check_axes(self, shape: Shape) -> None:
        if self.n_axes and len(shape) not in self.n_axes:
            rule = " or ".join(_RULES[n] for n in self.n_axes)
            remedy = ""
            if self.n_axes == (1,):
                remedy = " Add Flatten() before it."
            elif len(shape) == 1 and 3 in self.n_axes:
                remedy = " Add Reshape((channels, height, width)) before it."
            raise ValueError(f"{type(self).__name__}'s input must be {rule}. Received: {shape}.{remedy}")

    def check_input(self, shape: Shape) -> None:
        """Raises ValueError if the layer cannot take an input of that shape; the number of axes is right."""

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        """dllib's layers that do the work, in order; the first one is given the input's shape."""
        raise NotImplementedError

    def _chained(self, shape: Shape, name: str) -> ZooKerasLayer:
        parts = self.parts(shape)
        if len(parts) == 1:
            return parts[0].set_name(name)
        chain = Sequential()
        chain.add(parts[0].set_name(f"{name}_linear"))
        for part in parts[1:]:
            chain.add(part.set_name(f"{name}_{type(part).__name__.lower()}"))
        # a Sequential used as a layer breaks dllib's `model.layers`; a wrapped one does not
        return KerasLayerWrapper(chain.set_name(f"{name}_parts"), input_shape=shape).set_name(name)

    def __call__(self, x: Any = None) -> Variable:
        """The node of the layer's output.

        Args:
            x: a node, from `Input` or another layer.
        Raises:
            TypeError: not one node.
            ValueError: as `create`."""
        nodes = x if isinstance(x, (list, tuple)) else [x]
        if len(nodes) != 1 or not isinstance(nodes[0], Variable):
            raise TypeError(
                f"{type(self).__name__} must be called on one node, from Input or another layer. Received: {x!r}."
            )
        return self._connect(nodes)

    def _connect(self, nodes: Sequence[Variable]) -> Variable:
        return bridge.run(super().__call__, list(nodes))
