"""Optimisers for `generatorOptimizer` and `discriminatorOptimizer`."""

from bigdl_gan.params.optimizers import SGD, Adam, RMSprop

__all__ = ["SGD", "Adam", "RMSprop"]
