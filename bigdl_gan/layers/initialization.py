"""A model's initial weights."""

from typing import Sequence

import numpy as np
from bigdl.dllib.keras.engine.topology import KerasNet
from bigdl.dllib.utils.common import callBigDlFunc

from bigdl_gan.params.values import to_number


def initialize(model: KerasNet, *, stddev: float = 0.02, seed: int = 0) -> KerasNet:
    """Redraw all of a model's kernels from N(0, stddev) and set their biases to zero, in place.

    A kernel is a weight with two or more axes, in models nested to any depth. Layers without a kernel, such as batch
    normalisation, keep their weights; running statistics never change.

    Args:
        model: a dllib `Sequential` or `Model`.
        seed: alone determines the weights of a given architecture, on any machine.
    Returns:
        The model.
    Raises:
        TypeError, ValueError: `stddev` is not a finite number of at least 0.
    Source: Radford et al. 2016, arXiv:1511.06434, section 4.
    """
    stddev = to_number("stddev", stddev, least=0)
    rng = np.random.default_rng(seed)

    def draw(shape: Sequence[int]) -> np.ndarray:
        if len(shape) < 2:
            return np.zeros(shape, np.float32)
        return (stddev * rng.standard_normal(shape)).astype(np.float32)

    for layer in model.flattened_layers():
        # not layer.get_weights(): it copies every weight out of the JVM, and prints a line if there are none
        shapes = callBigDlFunc(layer.bigdl_type, "zooGetWeightsShape", layer.value) or []
        if any(len(shape) > 1 for shape in shapes):
            layer.set_weights([draw(shape) for shape in shapes])
    return model
