"""A trained model's networks as files for other programs, as methods of `GANModel`."""

from bigdl_gan.export.exporting import Exporting

__all__ = ["Exporting"]
