"""A lowered network as an ONNX model."""

from typing import Any, Dict, List, Sequence, Tuple

from onnx import ModelProto, TensorProto, checker, helper

from bigdl_gan.export.effective_kernels import effective
from bigdl_gan.export.layer_tensors import tensors_of
from bigdl_gan.export.onnx_graph import OnnxGraph
from bigdl_gan.export.onnx_layers import PlacedLayer, add_layer
from bigdl_gan.networks.lowered import LoweredNetwork

OPSET, IR_VERSION = 13, 8  # old enough for onnxruntime 1.19, the last for Python 3.8
_MOST_BYTES = 2**31 - 2**20  # of a protocol buffer, less some for all but the weights
_LEVELS = 127.5  # a level of 0 to 255 is (value + 1) x this
_BATCH = "N"


def generator_model(network: LoweredNetwork, pixels: str, about: Dict[str, str]) -> ModelProto:
    """The model from `latents`, and `labels` if it takes any, to `images`; see `GANModel.export_onnx`."""
    graph, names = _begin(network, "latents")
    values = _layers(graph, network, names)
    shape = network.shapes()[-1]
    graph.begin("images")
    found = values[-1]
    if pixels == "float":
        if network.end != "tanh":
            found = _clipped(graph, found, -1.0, 1.0)
        kind = TensorProto.FLOAT
    else:
        found, kind = _as_levels(graph, found), TensorProto.UINT8
        if pixels == "uint8_rgb" and shape[0] == 1:
            found, shape = graph.node("Concat", [found] * 3, axis=1), (3, *shape[1:])
    graph.output("images", found)
    output = helper.make_tensor_value_info("images", kind, [_BATCH, *shape])
    return _finish(graph, _inputs(network, names, TensorProto.FLOAT), output, "generator", about)


def discriminator_model(network: LoweredNetwork, pixels: str, about: Dict[str, str]) -> ModelProto:
    """The model from `images`, and `labels` if it takes any, to `logits`; see `GANModel.export_onnx`."""
    graph, names = _begin(network, "images")
    given, kind = list(names), TensorProto.FLOAT
    if pixels == "uint8":
        kind = TensorProto.UINT8
        levels = graph.node("Cast", [names[0]], to=TensorProto.FLOAT)
        scaled = graph.node("Div", [levels, graph.constant("levels", _LEVELS)])
        given[0] = graph.node("Sub", [scaled, graph.constant("one", 1.0)])
    graph.output("logits", _layers(graph, network, given)[-1])
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [_BATCH, *network.shapes()[-1]])
    return _finish(graph, _inputs(network, names, kind), output, "discriminator", about)


def _begin(network: LoweredNetwork, first: str) -> Tuple[OnnxGraph, List[str]]:
    graph = OnnxGraph()
    graph.begin(first)
    return graph, [first, "labels"][: len(network.inputs)]


def _inputs(network: LoweredNetwork, names: Sequence[str], kind: int) -> List[Any]:
    kinds = [kind, TensorProto.FLOAT]
    return [
        helper.make_tensor_value_info(name, own, [_BATCH, *shape])
        for name, own, shape in zip(names, kinds, network.inputs)
    ]


def _layers(graph: OnnxGraph, network: LoweredNetwork, inputs: Sequence[str]) -> List[str]:
    """Add all layers. Returns the names of all values."""
    values, shapes = list(inputs), network.shapes()
    for number, layer in enumerate(network.layers, 1):
        taken = tuple(shapes[i] for i in layer.inputs)
        spec, tensors = effective(layer.spec, tensors_of(layer, taken))
        graph.begin(f"{number}.{spec['kind'].lower()}")
        placed = PlacedLayer(layer.name, spec, tensors, taken, layer.shape)
        values.append(add_layer(graph, placed, [values[i] for i in layer.inputs]))
    return values


def _clipped(graph: OnnxGraph, value: str, least: float, most: float) -> str:
    return graph.node("Clip", [value, graph.constant("least", least), graph.constant("most", most)])


def _as_levels(graph: OnnxGraph, value: str) -> str:
    """The nearest of 256 levels, as the core rounds: half a level goes up."""
    raised = graph.node("Add", [value, graph.constant("one", 1.0)])
    scaled = graph.node("Mul", [raised, graph.constant("levels", _LEVELS)])
    rounded = graph.node("Floor", [graph.node("Add", [scaled, graph.constant("half", 0.5)])])
    return graph.node("Cast", [_clipped(graph, rounded, 0.0, 255.0)], to=TensorProto.UINT8)


def _finish(graph: OnnxGraph, inputs: List[Any], output: Any, role: str, about: Dict[str, str]) -> ModelProto:
    """The checked model. Raises ValueError if it is too large for one file."""
    size = sum(len(constant.raw_data) for constant in graph.constants)
    if size > _MOST_BYTES:
        raise ValueError(
            f"A network must have less than 2 GB of weights to be one ONNX file. Received: {role} with {size} bytes. "
            "Use export_safetensors."
        )
    model = helper.make_model(
        helper.make_graph(graph.nodes, role, inputs, [output], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)], producer_name="bigdl_gan",
    )  # fmt: skip
    model.ir_version = IR_VERSION
    helper.set_model_props(model, about)
    checker.check_model(model, full_check=True)
    return model

