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
    module = DllibModule(
        jvalue=bridge.call("coreModule", json.dumps({**description, "input": list(shape)})), bigdl_type="float"
    )
    if weights:
        module.set_weights(list(weights))
    return KerasLayerWrapper(module, input_shape=shape)
