"""Readers that bring image data sets into Spark DataFrames."""

from bigdl_gan.datasets.celeba_faces import celeba
from bigdl_gan.datasets.dog_breeds import stanford_dogs
from bigdl_gan.datasets.idx_images import mnist
from bigdl_gan.datasets.picture_folder import folder

__all__ = ["celeba", "folder", "mnist", "stanford_dogs"]
