"""A model's layers as a table."""

from math import prod
from typing import Any, List, Tuple

from bigdl.dllib.keras.engine.topology import KerasNet
from bigdl.dllib.utils.common import callBigDlFunc

from bigdl_gan.jvm import bridge

_KERAS_NAMES = {  # of what dllib calls otherwise
    "Convolution2D": "Conv2D",
    "Linear": "Dense",
    "SpatialConvolution": "Conv2D",
    "SpatialFullConvolution": "Conv2DTranspose",
}
_CORE_MODULE = "com.intel.analytics.bigdl.dllib.gan.layers.CoreModule"
_CONTAINER = "com.intel.analytics.bigdl.dllib.keras.Sequential"

Row = Tuple[str, str, str, str]


class Listed(KerasNet):
    """A model that prints its layers."""

    def __str__(self) -> str:
        """The model's name and a line for each layer: name, class, output shape, number of weights."""
        rows: List[Row] = [("name", "layer", "output", "weights"), *map(described, submodules(self))]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = [
            f"  {name:{widths[0]}}  {layer:{widths[1]}}  {output:{widths[2]}}  {weights:>{widths[3]}}"
            for name, layer, output, weights in rows
        ]
        return "\n".join([f"{type(self).__name__} {self.name()!r}", *lines])

    def summary(self) -> None:
        """Prints the model's layers."""
        print(self)


def submodules(model: KerasNet) -> List[Any]:
    """The model's layers in the JVM. dllib's `model.layers` fails if one is a model."""
    return list(callBigDlFunc(model.bigdl_type, "getSubModules", model))


def layer_name(layer: Any) -> str:
    """The name of a layer in the JVM."""
    return bridge.getter(layer, "getName")


def described(layer: Any) -> Row:
    """Name, class, output shape and number of weights of a layer in the JVM."""
    output = ", ".join(str(tuple(shape[1:])) for shape in callBigDlFunc("float", "getOutputShape", layer))
    sizes = callBigDlFunc("float", "zooGetWeightsShape", layer) or []
    return layer_name(layer), _kind(layer), output, f"{sum(map(prod, sizes)):,}"


def _kind(layer: Any) -> str:
    """The layer's class by Keras's name; for a layer made from several, all of their classes."""
    if bridge.class_name(layer) == _CORE_MODULE:
        return bridge.getter(layer, "kind")
    name = bridge.class_name(layer).rpartition(".")[2]
    if name != "KerasLayerWrapper":
        return _KERAS_NAMES.get(name, name)
    wrapped = bridge.getter(layer, "labor")
    if bridge.class_name(wrapped) != _CONTAINER:
        return _kind(wrapped)
    return " + ".join(map(_kind, callBigDlFunc("float", "getSubModules", wrapped)))
