"""Small ONNX files for tests, whose outputs are worked out by hand."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

KINDS = {"float": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "uint8": TensorProto.UINT8}


def channel_means(*, shape=("N", 3, "H", "W"), axes=(2, 3), kind="float", pooled="kept"):
    """A file from `pixels` to `means`, the mean of each channel, and `logits`, twice these.

    Args:
        pooled: "kept": means are (N, C, 1, 1); "flat": (N, C); "none": not pooled."""
    nodes, x = [], "pixels"
    if kind != "float":
        nodes.append(helper.make_node("Cast", [x], ["as_float"], to=TensorProto.FLOAT))
        x = "as_float"
    if pooled == "none":
        nodes.append(helper.make_node("Identity", [x], ["means"]))
    else:
        nodes.append(helper.make_node("ReduceMean", [x], ["means"], axes=list(axes), keepdims=int(pooled == "kept")))
    nodes.append(helper.make_node("ReduceMean", [x], ["flat"], axes=list(axes), keepdims=0))
    nodes.append(helper.make_node("Mul", ["flat", "two"], ["logits"]))
    channels = [axis for i, axis in enumerate(shape) if i not in (0, *axes)]
    kept = [1 if i in axes else axis for i, axis in enumerate(shape)]
    means = {"kept": kept, "flat": [shape[0], *channels], "none": list(shape)}[pooled]
    outputs = [
        helper.make_tensor_value_info("means", TensorProto.FLOAT, means),
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, [shape[0], *channels]),
    ]
    pixels = helper.make_tensor_value_info("pixels", KINDS[kind], list(shape))
    constants = [numpy_helper.from_array(np.float32(2), "two")]
    model = helper.make_model(
        helper.make_graph(nodes, "means", [pixels], outputs, constants), opset_imports=[helper.make_opsetid("", 13)]
    )
    model.ir_version = 8
    return model.SerializeToString()
