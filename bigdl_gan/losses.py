from bigdl_gan.params.generated import losses
from bigdl_gan.params.generated.losses import LABELLED, LOSSES

__doc__ = losses.__doc__
__all__ = ["LABELLED", "LOSSES"]
