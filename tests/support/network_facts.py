"""What a network is made of."""

import numpy as np

from bigdl_gan.jvm import bridge


def n_parameters(model):
    return sum(int(np.prod(shape)) for shape in model.get_weights_shape())


def layers_of(model):
    """The core's layers: dicts with `kind`, `native`, `shape` and others."""
    return bridge.call_json("describeNetwork", model.value, "network")["layers"]


def kinds_of(model):
    """What each layer computes, without its inputs and weights."""
    return [layer["kind"].split(" of ")[0] for layer in layers_of(model)]


def same_weights(first, second):
    """Whether all weights are equal, bit for bit, and whether no kernel is."""
    pairs = list(zip(first.get_weights(), second.get_weights()))
    return all(np.array_equal(a, b) for a, b in pairs), not any(np.array_equal(a, b) for a, b in pairs if a.ndim > 1)
