"""What a trained model tells about images and latents, as methods of `GANModel`."""

from bigdl_gan.exploration.exploring import Exploring

__all__ = ["Exploring"]
