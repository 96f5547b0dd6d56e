"""The tensors of a layer, which the core keeps one after the other in flat vectors."""

from math import prod
from typing import Any, Callable, Dict, List, Sequence, Tuple

import numpy as np

from bigdl_gan.networks.lowered import LoweredLayer

Shape = Tuple[int, ...]
Named = List[Tuple[str, Shape]]

_TIED = (3, 3)  # what a tied 4x4 kernel is made of


def tensors_of(layer: LoweredLayer, inputs: Sequence[Shape]) -> Dict[str, np.ndarray]:
    """A layer's weights and running statistics, float32, by Keras's names; kernels have PyTorch's shapes.

    `inputs` are the shapes of the values that it takes, without the batch axis.
    A layer that is not in this file's table has one vector `weights` and one vector `state`, unless they are empty."""
    weights, state = _shapes(layer.spec, inputs, layer.shape)
    if _size(weights) != layer.weights.size or _size(state) != layer.state.size:
        weights, state = [("weights", layer.weights.shape)], [("state", layer.state.shape)]
    found = {**_parts(layer.weights, weights), **_parts(layer.state, state)}
    return {name: tensor for name, tensor in found.items() if tensor.size}


def flat_values(tensors: Dict[str, np.ndarray], layer: LoweredLayer) -> Tuple[np.ndarray, np.ndarray]:
    """The reverse of `tensors_of`: the layer's flat weights and state, from tensors of the same names and shapes."""
    flat = np.concatenate([np.zeros(0, np.float32), *(tensor.ravel() for tensor in tensors.values())])
    return flat[: layer.weights.size], flat[layer.weights.size :]


def _size(named: Named) -> int:
    return sum(prod(shape) for _, shape in named)


def _parts(flat: np.ndarray, named: Named) -> Dict[str, np.ndarray]:
    found, at = {}, 0
    for name, shape in named:
        found[name] = flat[at : at + prod(shape)].reshape(shape)
        at += prod(shape)
    return found


def _shapes(spec: Dict[str, Any], inputs: Sequence[Shape], y: Shape) -> Tuple[Named, Named]:
    """The weights' names and shapes in their order, and the running statistics', for outputs y."""
    if spec["kind"] == "SpectralNorm":
        outer, rows, inner = spec["matrix"]
        return _shapes(spec["of"], inputs, y)[0], [("u", (rows,)), ("v", (outer * inner,))]
    if spec["kind"] == "Tied":
        (name, kernel), *bias = _shapes(spec["of"], inputs, y)[0]
        return [(name, (*kernel[:2], *_TIED)), *bias], []
    statistics = _vectors("moving_mean", "moving_variance", size=y[0])
    if spec["kind"] == "BatchNorm":
        return _vectors("gamma", "beta", size=y[0]), statistics
    if spec["kind"] == "ConditionalNorm":
        table = (inputs[1][0], y[0])
        return [("gamma", table), ("beta", table)], statistics
    return _WEIGHTS[spec["kind"]](spec, inputs[0], y) if spec["kind"] in _WEIGHTS else [], []


def _vectors(*names: str, size: int) -> Named:
    return [(name, (size,)) for name in names]


def _with_bias(kernel: Sequence[int], spec: Dict[str, Any], y: Shape) -> Named:
    return [("kernel", tuple(kernel)), *(_vectors("bias", size=y[0]) if spec["bias"] else [])]


def _affine(spec: Dict[str, Any], size: int) -> Named:
    return _vectors(*["gamma"] * spec["scale"], *["beta"] * spec["center"], size=size)


_WEIGHTS: Dict[str, Callable[[Dict[str, Any], Shape, Shape], Named]] = {
    "Dense": lambda spec, x, y: _with_bias((y[0], x[0]), spec, y),
    "Convolution": lambda spec, x, y: _with_bias((y[0], x[0], *spec["window"]["kernel"]), spec, y),
    "Deconvolution": lambda spec, x, y: _with_bias((x[0], y[0], *spec["window"]["kernel"]), spec, y),
    "GroupedConvolution": lambda spec, x, y: _with_bias(
        (y[0], x[0] // spec["groups"], *spec["window"]["kernel"]), spec, y
    ),
    "GroupNorm": lambda spec, x, y: _affine(spec, y[0]),
    "LayerNorm": lambda spec, x, y: _affine(spec, prod(y)),
}
