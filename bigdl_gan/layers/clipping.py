"""The last layer of a generator without a tanh."""

from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import KerasLayerWrapper
from bigdl.dllib.nn.layer import Identity

from bigdl_gan.layers.construction import CLIPPED, building


def ClippedImages() -> ZooKerasLayer:
    """The last layer of a generator without a tanh: declares that its images are clipped to [-1, 1] when written.

    It changes nothing itself. Without it, a generator that ends in a linear layer causes a warning.

    Returns:
        A layer for `Sequential.add` and for `layer(node)`.
    Raises:
        RuntimeError: there is no Spark session."""
    with building():
        return KerasLayerWrapper(Identity()).set_name(CLIPPED)
