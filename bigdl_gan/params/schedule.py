"""Derives from the Params how many updates a training has, and the seeds of its random numbers."""

import math

import numpy as np

from bigdl_gan.params.gan_params import GANParams


def critic_updates(params: GANParams) -> int:
    """Discriminator updates before each of the generator; 0 for the simultaneous rule."""
    return params.getNCritic() if params.getUpdateRule() == "alternating" else 0


def n_updates(params: GANParams, n_images: int) -> int:
    """Generator updates to do: the smaller of `maxIter` and `maxEpochs` in updates, rounded up."""
    discriminator_updates = max(critic_updates(params), 1)
    limits = [params.getMaxIter()] if params.isDefined("maxIter") else []
    if params.isDefined("maxEpochs"):
        limits.append(math.ceil(params.getMaxEpochs() * n_images / (params.getBatchSize() * discriminator_updates)))
    return min(limits)


def stream_seed(seed: int, stream: int) -> int:
    """The seed of one stream of random numbers, as a Java long; stream 0 uses the training's own seed.

    Args:
        seed: a Java long."""
    if stream == 0:
        return seed
    sequence = np.random.SeedSequence([seed % 2**64, stream])
    return int(sequence.generate_state(1, np.uint64).view(np.int64)[0])
