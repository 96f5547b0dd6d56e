"""Models: layers one after another, and a graph of them."""

from functools import partial
from typing import Any, Iterable, List, Optional

from bigdl.dllib.keras import models
from bigdl.dllib.keras.autograd import Lambda, Variable
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import Input as DllibInput
from bigdl.dllib.keras.layers import InputLayer
from bigdl.dllib.utils.utils import remove_batch

from bigdl_gan.jvm import bridge
from bigdl_gan.layers.construction import Names, building, process_names, to_name, to_shape
from bigdl_gan.layers.layer import Layer
from bigdl_gan.layers.layer_table import Listed, layer_name, submodules

_NO_SHAPE = (
    "the first layer must know its input's shape, without the batch axis. "
    "Begin with Input((latent_dim,)) or Input((channels, height, width)), or pass input_shape."
)
_CHANNELS_FIRST = "Images are (channels, height, width): is that the order of input_shape?"


def Input(shape: Any, *, name: Optional[str] = None) -> Variable:
    """A model's input, for `Model` and for the first place of a `Sequential`.

    Args:
        shape: without the batch axis: (latent_dim,) or (channels, height, width).
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.Input`."""
    bridge.attach()
    shape, given = to_shape("shape", shape), to_name(name)
    with building():
        return DllibInput(shape, name=given or process_names.next("input"))


class Sequential(Listed, models.Sequential):
    """A model of one layer after another. Layers without a name get one with a number: dense_1, conv2d_2, ...

    Args:
        layers: this package's layers, dllib's, or other models. The first one is `Input`, or has `input_shape`.
        name: text, or None for a name with a number.
    Raises:
        TypeError, ValueError, RuntimeError: a layer cannot be added; the message says which one, counted from 0.
    Source: Keras 3, `keras.Sequential`. This is dllib's `Sequential` with checks."""

    def __init__(self, layers: Iterable[Any] = (), *, name: Optional[str] = None) -> None:
        bridge.attach()
        given = to_name(name)
        if not isinstance(layers, (list, tuple)):
            raise TypeError(f"`layers` must be a list. Received: layers={layers!r}. Write Sequential([...]).")
        with building():
            super().__init__(name=given or process_names.next("sequential"))
        self._start([])
        for layer in layers:
            self.add(layer)

    def _start(self, taken: List[str]) -> None:
        self._names, self._taken = Names(), taken  # the names of its layers
        self._n_added = len(taken)
        self._input_shape: Optional[List[int]] = None  # from Input, until a layer is there

    @staticmethod
    def from_jvalue(jvalue: Any, bigdl_type: str = "float") -> "Sequential":
        """A model that is already in the JVM, such as a trained copy."""
        model = Sequential.__new__(Sequential)
        models.Sequential.__init__(model, jvalue=jvalue)
        model._start(list(map(layer_name, submodules(model))))
        return model

    def add(self, model: Any) -> "Sequential":
        """Adds a layer at the end; returns this model.

        Raises:
            TypeError: not a layer.
            ValueError, RuntimeError: the layer cannot follow the one before it."""
        place = f"Layer {self._n_added} of {self.name()!r}"
        _check_layer(place, model)
        try:
            with building():
                self._add(model)
        except (TypeError, ValueError, RuntimeError) as error:
            kind = next(kind for kind in (TypeError, ValueError, RuntimeError) if isinstance(error, kind))
            raise kind(f"{place}, {_label(model)}: {error}") from error
        self._n_added += 1
        return self

    def _add(self, layer: Any) -> None:
        if isinstance(layer, DllibInput):
            if self._n_added:
                raise ValueError("Input must be the first layer.")
            self._input_shape = remove_batch(layer.get_output_shape())
        elif isinstance(layer, Lambda):
            shape = self._shape_after() or remove_batch(layer.input_shape or [])
            if not shape:
                raise ValueError(_NO_SHAPE)
            named = isinstance(layer, Layer)
            self._append(layer.create(shape, *([self._names.next(layer.kind(), self._taken)] if named else [])))
        else:
            if self._input_shape and not self._taken:
                self._append(InputLayer(input_shape=self._input_shape, name=self._names.next("input")))
            self._append(layer)

    def _shape_after(self) -> Optional[List[int]]:
        """The shape that the next layer gets, if it is known."""
        return remove_batch(self.get_output_shape()) if self._taken else self._input_shape

    def _append(self, layer: ZooKerasLayer) -> None:
        if layer.name() in self._taken:
            raise ValueError(f"a name must be unique in its model. Received: {layer.name()!r} twice.")
        try:
            bridge.run(self.value.add, layer.value)
        except (RuntimeError, ValueError) as error:  # dllib's words for its own layers
            if "inputshape is null" in str(error):
                raise ValueError(_NO_SHAPE) from error
            if "output size is too small" in str(error):
                raise ValueError(f"{error}. {_CHANNELS_FIRST}") from error
            raise
        self._taken.append(layer.name())


class Model(Listed, models.Model):
    """A graph of layers, from `Input` to the node of its output.

    Args:
        inputs: a node from `Input`, or a list of them.
        outputs: a node, or a list of them.
        name: text, or None for a name with a number.
    Raises:
        TypeError: not nodes.
        ValueError: dllib refuses the graph, for example because two layers have the same name.
    Source: Keras 3, `keras.Model`. This is dllib's `Model` with checks."""

    def __init__(self, inputs: Any, outputs: Any, *, name: Optional[str] = None) -> None:
        bridge.attach()
        given = to_name(name)
        for argument, nodes in (("inputs", inputs), ("outputs", outputs)):
            _check_nodes(argument, nodes)
        with building():
            bridge.run(partial(super().__init__, inputs, outputs, name=given or process_names.next("model")))

    @staticmethod
    def from_jvalue(jvalue: Any, bigdl_type: str = "float") -> "Model":
        """A model that is already in the JVM, such as a trained copy."""
        model = Model.__new__(Model)
        models.Model.__init__(model, [], [], jvalue=jvalue)
        return model


def with_table(network: Any) -> Any:
    """A model of dllib's, such as one from a file, as this package's class; of any other class, as it is."""
    if type(network) is models.Sequential:
        return Sequential.from_jvalue(network.value)
    return Model.from_jvalue(network.value) if type(network) is models.Model else network


def _check_nodes(argument: str, value: Any) -> None:
    nodes = value if isinstance(value, (list, tuple)) else [value]
    if not nodes or not all(isinstance(node, Variable) for node in nodes):
        raise TypeError(
            f"`{argument}` must be a node, from Input or a layer, or a list of them. Received: {argument}={value!r}."
        )


def _check_layer(place: str, layer: Any) -> None:
    if isinstance(layer, (ZooKerasLayer, Lambda, DllibInput)):
        return
    received = repr(layer)
    if callable(layer) and hasattr(layer, "__name__"):
        what = "class" if isinstance(layer, type) else "function"
        received = f"the {what} {layer.__name__}. Call it: {layer.__name__}(...)"
    raise TypeError(f"{place} must be a layer. Received: {received}.")


def _label(layer: Any) -> str:
    """How a message calls a layer: by its class and the name that it was given."""
    name = layer.given_name if isinstance(layer, Layer) else None
    return type(layer).__name__ + (f" {name!r}" if name else "")
