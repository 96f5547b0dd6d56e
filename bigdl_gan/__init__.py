"""Train GANs on images in Spark DataFrames, on CPU executors; get generated images back as a DataFrame."""

from bigdl_gan import datasets, images
from bigdl_gan.estimator import GANEstimator
from bigdl_gan.jvm import configure, jar_paths
from bigdl_gan.model import GANModel
from bigdl_gan.preparer import ImagePreparer

__all__ = ["GANEstimator", "GANModel", "ImagePreparer", "configure", "datasets", "images", "jar_paths"]
