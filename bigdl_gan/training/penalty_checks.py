"""Checks that a discriminator can have a gradient penalty. Each error: name, rule, received, remedy."""

from typing import Any, Dict, List

from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.plan import PENALTIES


def check_penalties(params: GANParams, discriminator: Dict[str, Any]) -> None:
    """Check the penalties' Params, and that the discriminator's layers can be differentiated twice; no Spark job.

    Args:
        discriminator: its description by the core.
    Raises:
        ValueError: a Param breaks its rule, or a layer cannot."""
    if params.getPenaltyShare() > 1:
        raise ValueError(
            f"`penaltyShare` must be at most 1. Received: penaltyShare={params.getPenaltyShare():g}. Set it to 1 for "
            "all images."
        )
    penalties = [f"{name}={params.getOrDefault(name):g}" for name in PENALTIES if params.getOrDefault(name)]
    if not penalties:
        return
    opaque = [layer for layer in discriminator["layers"] if layer["dependence"] == "opaque"]
    if not opaque:
        return
    layer, weights, remedy = opaque[0], ", ".join(penalties), f"or set {' and '.join(_zeros(params))}"
    if "momentum" in layer:
        raise ValueError(
            f"`discriminator` must judge every image by itself under a gradient penalty ({weights}). Received: "
            f"{layer['name']}, whose output depends on the whole batch. Replace it by GroupNormalization of "
            f"bigdl_gan.layers, or remove it, {remedy}. Source: Gulrajani et al. 2017, section 4."
        )
    where = "which the core cannot differentiate twice" if layer["native"] else "a layer that dllib runs"
    raise ValueError(
        f"`discriminator` must have only layers that can be differentiated twice under a gradient penalty ({weights}). "
        f"Received: {layer['name']}, {where}. Replace it by one of bigdl_gan.layers that the core runs, {remedy}."
    )


def _zeros(params: GANParams) -> List[str]:
    return [f"{name}=0" for name in PENALTIES if params.getOrDefault(name)]
