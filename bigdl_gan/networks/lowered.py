"""A network as the core runs it: a list of layers with their values, for what is computed outside the core."""

from itertools import accumulate
from typing import Any, Dict, NamedTuple, Tuple

import numpy as np

from bigdl_gan.jvm import bridge


class LoweredLayer(NamedTuple):
    """A layer of the core.

    Attributes:
        name: the Keras layer's class and name, for messages.
        spec: its kind, and what decides what it computes, by the names in the core's `layers`.
        inputs: the numbers of the values that it takes: the network's inputs come first, then the layers' outputs.
        shape: its output's, without the batch axis.
        weights, state: float32 (n,): its tensors one after the other, as the core has them; its running statistics.
    """

    name: str
    spec: Dict[str, Any]
    inputs: Tuple[int, ...]
    shape: Tuple[int, ...]
    weights: np.ndarray
    state: np.ndarray


class LoweredNetwork(NamedTuple):
    """A network of the core.

    Attributes:
        inputs: the shapes of its inputs without the batch axis: of the latents or the images, and of the label vectors
            if the network takes them.
        layers: in an order in which they can run; the last one's output is the network's.
        end: the kind of its outputs, such as "tanh".
    """

    inputs: Tuple[Tuple[int, ...], ...]
    layers: Tuple[LoweredLayer, ...]
    end: str

    def shapes(self) -> Tuple[Tuple[int, ...], ...]:
        """The shapes of all values: the inputs', then the layers' outputs'."""
        return (*self.inputs, *(layer.shape for layer in self.layers))


def lower(network: Any, role: str) -> LoweredNetwork:
    """A dllib Keras model's layers as the core runs them, with their weights as they are now.

    Raises:
        ValueError: a layer cannot run; the message has `role`."""
    found = bridge.call_json("describeNetwork", network.value, role)
    weights, state = map(bridge.floats_from_jvm, bridge.call("networkValues", network.value))
    labels = found.get("labels") or 0
    inputs = (tuple(found["inputShape"]), *([(labels,)] if labels else []))
    own = _parts(weights, [layer["weights"] for layer in found["layers"]])
    statistics = _parts(state, [layer["state"] for layer in found["layers"]])
    layers = tuple(
        LoweredLayer(
            layer["name"], layer["spec"], tuple(layer["inputs"]), tuple(layer["shape"]), values, running,
        )
        for layer, values, running in zip(found["layers"], own, statistics)
    )  # fmt: skip
    return LoweredNetwork(inputs, layers, found["end"])


def _parts(flat: np.ndarray, sizes: Any) -> Any:
    """Consecutive parts of a vector."""
    return np.split(flat, list(accumulate(sizes))[:-1])
