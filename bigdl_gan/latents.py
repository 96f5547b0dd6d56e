"""Paths between latents."""

from bigdl_gan.networks.latents import slerp, slerp_path

__all__ = ["slerp", "slerp_path"]
