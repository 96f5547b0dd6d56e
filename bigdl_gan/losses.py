"""The adversarial losses, by name."""

from bigdl_gan.params.losses import LOSSES

__all__ = ["LOSSES"]
