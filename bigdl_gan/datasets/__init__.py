"""Readers that bring image data sets into Spark DataFrames."""

from bigdl_gan.datasets.celeba_faces import CELEBA_ATTRIBUTES, celeba
from bigdl_gan.datasets.dog_breeds import stanford_dogs
from bigdl_gan.datasets.idx_images import mnist
from bigdl_gan.datasets.picture_folder import folder

__all__ = ["CELEBA_ATTRIBUTES", "celeba", "folder", "mnist", "stanford_dogs"]
