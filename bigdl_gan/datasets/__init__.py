"""Readers that bring image data sets into Spark DataFrames."""

from bigdl_gan.datasets.celeba import celeba
from bigdl_gan.datasets.folder import folder
from bigdl_gan.datasets.mnist import mnist
from bigdl_gan.datasets.stanford_dogs import stanford_dogs

__all__ = ["celeba", "folder", "mnist", "stanford_dogs"]
