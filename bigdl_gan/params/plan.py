"""What the core is told of a training, besides its networks and images: one JSON object."""

import json
from typing import Any, Mapping

from bigdl_gan.params import optimizers
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.schedule import critic_updates, stream_seed


def of_training(params: GANParams, stream: int) -> str:
    """The plan of a training for one of its streams of random numbers."""
    both = {role: optimizers.of(params, f"{role}Optimizer") for role in ("generator", "discriminator")}
    return plan(
        loss=params.getLoss(), batch_size=params.getBatchSize(), critic_updates=critic_updates(params),
        seed=stream_seed(params.getSeed(), stream), random_flip=params.getRandomFlip(), optimizers_by_role=both,
    )  # fmt: skip


def plan(
    *, loss: str, batch_size: int, critic_updates: int, seed: int, random_flip: bool,
    optimizers_by_role: Mapping[str, Any],
) -> str:  # fmt: skip
    """JSON that the core's `TrainingConfig.of` reads.

    Args:
        critic_updates: discriminator updates before each of the generator; 0 for the simultaneous rule.
        optimizers_by_role: dllib's, of generator and discriminator."""
    return json.dumps({
        "loss": loss, "batchSize": batch_size, "criticUpdates": critic_updates, "seed": seed, "randomFlip": random_flip,
        "optimizers": {role: optimizers.rule(optimizer) for role, optimizer in optimizers_by_role.items()},
    })  # fmt: skip
