"""Layers that dllib lacks and the core has."""

import json
from typing import Any, Dict, Sequence

import numpy as np
from bigdl.dllib.keras.layers import KerasLayerWrapper
from bigdl.dllib.nn.layer import Layer as DllibModule

from bigdl_gan.jvm import bridge
from bigdl_gan.layers.layer import Shape


def core_part(description: Dict[str, Any], shape: Shape, weights: Sequence[np.ndarray]) -> KerasLayerWrapper:
    """A layer of the core as one of dllib's.

    Args:
        description: what the core's `CoreLayer.of` takes, without the input's shape.
        shape: the input's, without the batch axis.
        weights: the initial weights, in the core's order."""
    return KerasLayerWrapper(_module({**description, "input": list(shape)}, weights), input_shape=shape)


def core_join(description: Dict[str, Any], shapes: Sequence[Shape], weights: Sequence[np.ndarray]) -> KerasLayerWrapper:
    """As `core_part`, for a layer of several inputs, which is called on the list of their nodes."""
    return KerasLayerWrapper(_module({**description, "inputs": list(map(list, shapes))}, weights))


def _module(description: Dict[str, Any], weights: Sequence[np.ndarray]) -> DllibModule:
    module = DllibModule(jvalue=bridge.call("coreModule", json.dumps(description)), bigdl_type="float")
    if weights:
        module.set_weights(list(weights))
    return module
