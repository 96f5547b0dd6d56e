"""ONNX nodes (opset 13) for each kind of the core's layers."""

import math
from functools import partial
from typing import Any, Callable, Dict, FrozenSet, List, NamedTuple, Tuple

import numpy as np

from bigdl_gan.export.onnx_graph import OnnxGraph

Shape = Tuple[int, ...]


class PlacedLayer(NamedTuple):
    """A layer in a network.

    Attributes:
        name: for messages.
        spec: its kind, and what decides what it computes.
        tensors: by Keras's names.
        inputs: the shapes of the values it takes, without the batch axis; `shape` is its output's."""

    name: str
    spec: Dict[str, Any]
    tensors: Dict[str, np.ndarray]
    inputs: Tuple[Shape, ...]
    shape: Shape


def add_layer(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    """Add the nodes of a layer that takes these values. Returns its output's name.

    Raises:
        ValueError: a layer for which there are no nodes."""
    kind = layer.spec["kind"]
    known, add = _LAYERS.get(kind, (frozenset(), _refuse))
    if set(layer.spec) - {"kind"} - known:  # a later form of a layer, which these nodes might not compute
        _refuse(graph, layer, values)
    return add(graph, layer, values)


def _refuse(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    details = ", ".join(f"{name}={value!s:.60}" for name, value in layer.spec.items() if name != "kind")
    known = ", ".join(sorted(set(_LAYERS) - {"Module"}))
    raise ValueError(
        f"Every layer must be one that the export to ONNX knows, as the core calls them: {known}. Received: "
        f"{layer.name}, which is {layer.spec['kind']}({details}). Use another layer, or export_safetensors."
    )


def _convolution(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    tensors = _tensors(graph, layer, "kernel", "bias")
    return graph.node("Conv", [*values, *tensors], group=layer.spec.get("groups", 1), **_window(layer.spec["window"]))


def _transposed(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    window = _window(layer.spec["window"])
    pads = window["pads"]
    reached = [
        (size - 1) * stride + kernel - pads[i] - pads[i + 2]
        for i, (size, stride, kernel) in enumerate(
            zip(layer.inputs[0][1:], window["strides"], window["kernel_shape"])
        )
    ]  # fmt: skip
    more = [size - length for size, length in zip(layer.shape[1:], reached)]
    tensors = _tensors(graph, layer, "kernel", "bias")
    return graph.node("ConvTranspose", [*values, *tensors], output_padding=more, **window)


def _window(window: Dict[str, Any]) -> Dict[str, List[int]]:
    padding = window["padding"]
    pads = [padding["top"], padding["left"], padding["bottom"], padding["right"]]
    return {"kernel_shape": window["kernel"], "strides": window["stride"], "pads": pads}


def _dense(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return graph.node("Gemm", [*values, *_tensors(graph, layer, "kernel", "bias")], transB=1)


def _batch_norm(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    tensors = _tensors(graph, layer, "gamma", "beta", "moving_mean", "moving_variance")
    return graph.node("BatchNormalization", [*values, *tensors], epsilon=layer.spec["epsilon"])


def _conditional_norm(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    """(1 + y G) z + y B, with z the batch normalisation and y the label vector."""
    image, label = values
    channels = layer.shape[0]
    ones, zeros = graph.constant("ones", np.ones(channels)), graph.constant("zeros", np.zeros(channels))
    statistics = _tensors(graph, layer, "moving_mean", "moving_variance")
    found = graph.node("BatchNormalization", [image, ones, zeros, *statistics], epsilon=layer.spec["epsilon"])
    for name, operator, start in (("gamma", "Mul", [ones]), ("beta", "Add", [])):
        by_label = graph.node("Gemm", [label, *_tensors(graph, layer, name), *start])
        if len(layer.shape) > 1:
            by_label = graph.node("Reshape", [by_label, graph.constant(f"{name}_shape", [0, channels, 1, 1])])
        found = graph.node(operator, [found, by_label])
    return found


def _group_norm(graph: OnnxGraph, layer: PlacedLayer, values: List[str], one: bool = False) -> str:
    """Groups of channels, or all values (`one`), as channels of an instance normalisation."""
    groups = 1 if one else layer.spec["groups"]
    grouped = graph.node("Reshape", [*values, graph.constant("groups", [0, groups, -1])])
    ones, zeros = graph.constant("ones", np.ones(groups)), graph.constant("zeros", np.zeros(groups))
    normal = graph.node("InstanceNormalization", [grouped, ones, zeros], epsilon=layer.spec["epsilon"])
    found = graph.node("Reshape", [normal, graph.constant("shape", [0, *layer.shape])])
    weights_shape = layer.shape if one else (layer.shape[0], *[1] * (len(layer.shape) - 1))
    for name, operator in (("gamma", "Mul"), ("beta", "Add")):
        if name in layer.tensors:
            found = graph.node(operator, [found, graph.constant(name, layer.tensors[name].reshape(weights_shape))])
    return found


def _pixel_norm(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    mean = graph.node("ReduceMean", [graph.node("Mul", values * 2)], axes=[1], keepdims=1)
    shifted = graph.node("Add", [mean, graph.constant("epsilon", layer.spec["epsilon"])])
    return graph.node("Div", [*values, graph.node("Sqrt", [shifted])])


def _tensors(graph: OnnxGraph, layer: PlacedLayer, *names: str) -> List[str]:
    """The layer's tensors of these names as constants; those that it lacks are left out."""
    return [graph.constant(name, layer.tensors[name]) for name in names if name in layer.tensors]


def _elementwise(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    function = layer.spec["function"]
    if function["kind"] == "Relu" and function["slope"] != 0:
        return graph.node("LeakyRelu", values, alpha=function["slope"])
    if function["kind"] == "Elu":
        return graph.node("Elu", values, alpha=function["alpha"])
    if function["kind"] == "Times":
        return graph.node("Mul", [*values, graph.constant("factor", function["factor"])])
    if function["kind"] not in ("Relu", "Sigmoid", "Softplus", "Tanh"):
        _refuse(graph, layer, values)
    return graph.node(function["kind"], values)


def _silu(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return graph.node("Mul", [*values, graph.node("Sigmoid", values)])


def _gelu(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    """x (1 + erf(x / sqrt(2))) / 2; approximately, x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2."""
    if layer.spec["approximate"]:
        square = graph.node("Mul", values * 2)
        slope = graph.node("Mul", [square, graph.constant("cubic", 0.044715 * math.sqrt(2 / math.pi))])
        factor = graph.node("Add", [slope, graph.constant("linear", math.sqrt(2 / math.pi))])
        gate = graph.node("Tanh", [graph.node("Mul", [*values, factor])])
    else:
        gate = graph.node("Erf", [graph.node("Mul", [*values, graph.constant("scale", math.sqrt(0.5))])])
    raised = graph.node("Add", [gate, graph.constant("one", 1.0)])
    return graph.node("Mul", [graph.node("Mul", [*values, graph.constant("half", 0.5)]), raised])


def _pooling(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    window, pool = _window(layer.spec["window"]), layer.spec["pool"]["kind"]
    if pool == "Max":
        return graph.node("MaxPool", values, **window)
    return graph.node("AveragePool", values, count_include_pad=int(pool == "MeanWithPadding"), **window)


def _up_sampling(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    scales = graph.constant("scales", np.array([1, 1, *layer.spec["factor"]], float))
    return graph.node(
        "Resize", [*values, "", scales], mode="nearest", coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )  # fmt: skip


def _bilinear(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    scales = graph.constant("scales", np.array([1, 1, *layer.spec["factor"]], float))
    return graph.node("Resize", [*values, "", scales], mode="linear", coordinate_transformation_mode="half_pixel")


def _filtered(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    """Each channel through [1, 3, 3, 1] along both axes, at every second pixel; or the transpose of that."""
    is_up, channels = layer.spec["up"], layer.shape[0]
    taps = np.array([1, 3, 3, 1]) / (4 if is_up else 8)
    kernel = graph.constant("filter", np.tile(np.outer(taps, taps), (channels, 1, 1, 1)))
    return graph.node(
        "ConvTranspose" if is_up else "Conv", [*values, kernel], kernel_shape=[4, 4], strides=[2, 2],
        pads=[1, 1, 1, 1], group=channels,
    )  # fmt: skip


def _reshape(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return graph.node("Reshape", [*values, graph.constant("shape", [0, *layer.shape])])


def _of_dllib(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    """What dllib runs can be exported if it only moves no value, as at the end of GlobalAveragePooling2D."""
    if layer.spec["module"] not in ("Squeeze", "View", "InferReshape"):
        _refuse(graph, layer, values)
    return _reshape(graph, layer, values)


def _concatenation(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return graph.node("Concat", values, axis=layer.spec["axis"] + 1)


def _sum(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return graph.node("Sum", values)


def _product(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return graph.node("Mul", values)


def _inner_product(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return graph.node("ReduceSum", [graph.node("Mul", values), graph.constant("axes", [1])], keepdims=1)


def _dropout(graph: OnnxGraph, layer: PlacedLayer, values: List[str]) -> str:
    return values[0]  # in generation it does nothing


Add = Callable[[OnnxGraph, PlacedLayer, List[str]], str]
# For each kind, the fields of its spec that its nodes take into account
_LAYERS: Dict[str, Tuple[FrozenSet[str], Add]] = {
    "Add": (frozenset(), _sum),
    "BatchNorm": (frozenset({"epsilon", "momentum"}), _batch_norm),
    "BilinearUpSampling": (frozenset({"factor"}), _bilinear),
    "Concat": (frozenset({"axis"}), _concatenation),
    "ConditionalNorm": (frozenset({"epsilon", "momentum"}), _conditional_norm),
    "Convolution": (frozenset({"window", "bias"}), _convolution),
    "Deconvolution": (frozenset({"window", "bias"}), _transposed),
    "Dense": (frozenset({"bias"}), _dense),
    "Dot": (frozenset(), _inner_product),
    "Dropout": (frozenset({"probability"}), _dropout),
    "Elementwise": (frozenset({"function"}), _elementwise),
    "FilteredSampling": (frozenset({"up"}), _filtered),
    "Gelu": (frozenset({"approximate"}), _gelu),
    "GroupedConvolution": (frozenset({"window", "bias", "groups"}), _convolution),
    "GroupNorm": (frozenset({"groups", "epsilon", "scale", "center"}), _group_norm),
    "LayerNorm": (frozenset({"epsilon", "scale", "center"}), partial(_group_norm, one=True)),
    "Module": (frozenset({"module"}), _of_dllib),
    "Multiply": (frozenset(), _product),
    "PixelNorm": (frozenset({"epsilon"}), _pixel_norm),
    "Pooling": (frozenset({"pool", "window"}), _pooling),
    "Reshape": (frozenset(), _reshape),
    "Silu": (frozenset(), _silu),
    "UpSampling": (frozenset({"factor"}), _up_sampling),
}
