"""What a training is asked to do: its Params, the rules for their values, and what follows from them."""

from bigdl_gan.params.gan_params import (
    FREE_PARAMS,
    OBJECT_PARAMS,
    ON_CHECKPOINT_ERROR,
    ON_DIVERGENCE,
    RESUME,
    STORAGE_LEVELS,
    UPDATE_RULES,
    GANParams,
)
from bigdl_gan.params.losses import LOSSES

__all__ = [
    "FREE_PARAMS", "LOSSES", "OBJECT_PARAMS", "ON_CHECKPOINT_ERROR", "ON_DIVERGENCE", "RESUME", "STORAGE_LEVELS",
    "UPDATE_RULES", "GANParams",
]  # fmt: skip
