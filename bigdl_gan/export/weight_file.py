"""All networks' weights in one file, in the format safetensors, which frameworks read without running code."""

import json
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from bigdl_gan.checkpoints import untrusted_json
from bigdl_gan.checkpoints.json_schema import LABELS
from bigdl_gan.export.layer_tensors import flat_values, tensors_of
from bigdl_gan.jvm import bridge
from bigdl_gan.networks.lowered import LoweredLayer, LoweredNetwork, lower
from bigdl_gan.params.extras import require
from bigdl_gan.params.labels import Labels

_EXTRA = "safetensors"
Tensors = Dict[str, np.ndarray]


def packed(networks: Dict[str, Any], about: Dict[str, str]) -> bytes:
    """The file of networks by role; `about` is text in its header."""
    tensors = {name: tensor for role, network in networks.items() for name, tensor in _named(role, network).items()}
    return require("safetensors.numpy", extra=_EXTRA, use="export").save(tensors, metadata=about)


def unpacked(data: bytes, path: str) -> Tensors:
    """The tensors of a file from anybody. Raises ValueError if it is none."""
    safetensors = require("safetensors", extra=_EXTRA, use="export")
    try:
        return require("safetensors.numpy", extra=_EXTRA, use="export").load(data)
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"`path` must hold a safetensors file. Received: path={path}: {error}.") from error


def labels_of(data: bytes, path: str) -> Optional[Labels]:
    """The labels in the header of a file that `unpacked` has read; None if the exported model takes none.

    Raises:
        ValueError: they are damaged."""
    size = int.from_bytes(data[:8], "little")
    text = json.loads(data[8 : 8 + size]).get("__metadata__", {}).get("labels")
    if text is None:
        return None
    try:
        found = untrusted_json.parse(text.encode())
        problem = LABELS(found)
    except ValueError as error:
        problem = f" {error}"
    if problem:
        raise ValueError(f"`path` must hold a model's labels in its header. Received: path={path}: labels{problem}.")
    return Labels.from_json(found)


def has_role(tensors: Tensors, role: str) -> bool:
    """Whether a file has tensors of a network."""
    return any(name.startswith(f"{role}.") for name in tensors)


def filled(network: Any, role: str, tensors: Tensors, path: str) -> Any:
    """A copy of a dllib Keras model with the tensors of its role.

    Raises:
        ValueError: the file's tensors do not have the network's names, shapes and type."""
    expected = _named(role, network)
    own = {name: tensor for name, tensor in tensors.items() if name.startswith(f"{role}.")}
    problem = _difference(expected, own)
    if problem:
        raise ValueError(
            f"`{role}` must have the layers that `path` was exported from. Received: path={path}, {problem}."
        )
    copy = bridge.clone_network(network)
    weights, state = [], []
    for prefix, layer, parts in _by_layer(role, lower(network, role)):
        values, running = flat_values({name: own[f"{prefix}.{name}"] for name in parts}, layer)
        weights.append(values)
        state.append(running)
    joined = (np.concatenate([np.zeros(0, np.float32), *parts]) for parts in (weights, state))
    bridge.call("storeValues", copy.value, *map(bridge.floats_to_jvm, joined))
    return copy


def _named(role: str, network: Any) -> Tensors:
    """A network's tensors by the names they have in a file, such as generator.2.dense.kernel."""
    return {
        f"{prefix}.{name}": tensor
        for prefix, _, parts in _by_layer(role, lower(network, role))
        for name, tensor in parts.items()
    }


def _by_layer(role: str, network: LoweredNetwork) -> List[Tuple[str, LoweredLayer, Tensors]]:
    """For each layer, the beginning of its tensors' names, and its tensors."""
    shapes = network.shapes()
    return [
        (f"{role}.{number}.{layer.spec['kind'].lower()}", layer, tensors_of(layer, [shapes[i] for i in layer.inputs]))
        for number, layer in enumerate(network.layers, 1)
    ]


def _difference(expected: Tensors, found: Tensors) -> str:
    """The first difference between a network's tensors and a file's; "" if there is none."""
    for name in [*expected, *sorted(set(found) - set(expected))]:
        sides = [_described(side.get(name)) for side in (expected, found)]
        if sides[0] != sides[1]:
            return f"where {name} is {sides[1]}, and a network in which it is {sides[0]}"
    return ""


def _described(tensor: Any) -> str:
    return "missing" if tensor is None else f"{tensor.dtype} of shape {tensor.shape}"
