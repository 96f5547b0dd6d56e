"""What dllib's Keras-style layers lack, with Keras's argument names and semantics.

A dllib layer is a handle on an object in the driver's JVM: everything here needs a session from `bigdl_gan.configure`
and runs on the driver. Images are (C, H, W) throughout, without the batch axis.
"""

from bigdl_gan.layers.clipping import ClippedImages
from bigdl_gan.layers.construction import building, check_positive
from bigdl_gan.layers.deconvolution import Deconvolution2D
from bigdl_gan.layers.initialization import initialize

__all__ = ["ClippedImages", "Deconvolution2D", "building", "check_positive", "initialize"]
