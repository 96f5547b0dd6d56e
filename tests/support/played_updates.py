"""Small networks and their twins in PyTorch, and updates of them on given numbers."""

import numpy as np
from torch import nn

from bigdl_gan.jvm import bridge
from bigdl_gan.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    LeakyReLU,
    Reshape,
    Sequential,
)
from bigdl_gan.optimizers import SGD
from bigdl_gan.params import UPDATE_RULES, GANParams, plan

IMAGE, LATENT, SEED = (3, 10, 12), 5, 2**40 + 9


def generator(*norm):
    """With a batch norm and its twin, if they are given."""
    size, layers, twins = int(np.prod(IMAGE)), norm[:1], norm[1:]
    return (
        Sequential([Input((LATENT,)), Dense(size), Reshape(IMAGE), *layers, Activation("tanh")]),
        nn.Sequential(nn.Linear(LATENT, size), nn.Unflatten(1, IMAGE), *twins, nn.Tanh()),
    )  # fmt: skip


def batch_norm(channels):
    return BatchNormalization(momentum=0.9, epsilon=1e-3), nn.BatchNorm2d(channels, eps=1e-3)


def discriminator(layer, twin):
    """With a layer in the middle."""
    return (
        Sequential([Input(IMAGE), Conv2D(16, 4, strides=2, padding="same"), layer, Conv2D(4, 3, padding="same"),
                    LeakyReLU(0.2), Flatten(), Dense(1)]),
        nn.Sequential(nn.Conv2d(3, 16, 4, 2, 1), twin, nn.Conv2d(16, 4, 3, padding=1), nn.LeakyReLU(0.2), nn.Flatten(),
                      nn.Linear(120, 1)),
    )  # fmt: skip


KINDS = {
    "piecewise linear": lambda: (LeakyReLU(0.2), nn.LeakyReLU(0.2)),
    "smooth": lambda: (Activation("tanh"), nn.Tanh()),
    "batch norm": lambda: batch_norm(16),  # in the generator, too
    "dropout": lambda: (Dropout(0.4), nn.Identity()),  # which PyTorch does not have here
}


class PlayedUpdates:
    """Updates that move no weights: `count` of them with `critics` draws each; none for the simultaneous rule.

    Attributes:
        models, twins: generator and discriminator, with the same weights; PyTorch's in float64.
        reals, latents: of all draws, one after the other."""

    def __init__(self, same_weights, kind, *, count=1, critics=0, batch=6):
        rng = np.random.default_rng(5)
        norm = batch_norm(IMAGE[0]) if kind == "batch norm" else ()
        self.models, self.twins = zip(generator(*norm), discriminator(*KINDS[kind]()))
        for model, twin in zip(self.models, self.twins):
            same_weights(model, twin, rng, 0.3)
            twin.double()
        self.count, self.critics, draws = count, critics, count * max(critics, 1)
        self.reals = rng.uniform(-1, 1, size=(draws, batch, *IMAGE)).astype(np.float32)
        self.latents = rng.normal(size=(draws, batch, LATENT)).astype(np.float32)

    def core(self, probe, *more, **given):
        """What a probe returns; `given` are Params."""
        params = GANParams()._set(
            batchSize=self.reals.shape[1], updateRule=UPDATE_RULES[self.critics > 0], seed=SEED,
            nCritic=max(self.critics, 1), generatorOptimizer=SGD(1e-30), discriminatorOptimizer=SGD(1e-30), **given,
        )  # fmt: skip
        told = plan.for_core(plan.of_training(params), stream=0)
        data = bridge.floats_to_jvm(self.reals), bridge.floats_to_jvm(self.latents)
        return bridge.call(probe, *(model.value for model in self.models), told, self.count, *data, *more)

    def gradients(self, **given):
        """The generator's and the discriminator's, in the last update."""
        return [bridge.floats_from_jvm(part) for part in list(self.core("probeUpdates", **given))[1:3]]


def distance(actual, expected):
    """As a share of the expected vector's length."""
    return np.linalg.norm(actual - expected) / np.linalg.norm(expected)
