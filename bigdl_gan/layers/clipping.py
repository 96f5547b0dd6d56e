"""The end of a generator without a tanh."""

from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import KerasLayerWrapper
from bigdl.dllib.nn.layer import Identity

from bigdl_gan.layers.construction import building

_CLIPPED = "clipped_images"  # by this name the core knows it


def ClippedImages() -> ZooKerasLayer:
    """The last layer of a generator without a tanh: says that its images are clipped to [-1, 1] when they are written.

    It changes nothing itself. Without it, a generator that ends in a linear layer is warned about.

    Returns:
        A layer for `Sequential.add` and for `layer(node)`.
    Raises:
        RuntimeError: there is no Spark session."""
    with building():
        return KerasLayerWrapper(Identity()).set_name(_CLIPPED)
