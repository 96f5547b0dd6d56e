"""Readers that bring image data sets into Spark DataFrames."""

from bigdl_gan.datasets.mnist import mnist

__all__ = ["mnist"]
