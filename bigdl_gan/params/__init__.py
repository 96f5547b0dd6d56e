"""What a training is asked to do: its Params, the rules for their values, and what follows from them."""

from bigdl_gan.params.gan_params import OBJECT_PARAMS, GANParams
from bigdl_gan.params.gan_table import GAN_TABLE, STORAGE_LEVELS, UPDATE_RULES
from bigdl_gan.params.generated.losses import COUPLED, LABELLED, LOSSES

__all__ = ["COUPLED", "GAN_TABLE", "LABELLED", "LOSSES", "OBJECT_PARAMS", "STORAGE_LEVELS", "UPDATE_RULES", "GANParams"]
