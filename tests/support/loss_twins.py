"""The losses in PyTorch, as their papers write them: the oracle for the core's."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss, relu, softplus

SHIFT_FREE = ("hinge", "relativistic_average", "relativistic_paired", "wasserstein")  # the same for logits + c


def against(loss):
    """A loss of logits and labels, for logits and one label."""
    return lambda logits, label: loss(logits, torch.full_like(logits, label))


bce, mse = against(binary_cross_entropy_with_logits), against(mse_loss)


def cross_entropy(real, fake, labels):
    return bce(real, labels[0]) + bce(fake, labels[1])


def relativistic_average(real, fake, labels):
    return bce(real - fake.mean(), labels[0]) + bce(fake - real.mean(), labels[1])


# of real and generated images' logits: the discriminator's, which also takes the labels, and the generator's
LOSS_TWINS = {
    "non_saturating": (cross_entropy, lambda real, fake: bce(fake, 1.0)),
    "minimax": (cross_entropy, lambda real, fake: -bce(fake, 0.0)),
    "least_squares": (
        lambda real, fake, labels: mse(real, labels[0]) / 2 + mse(fake, labels[1]) / 2,
        lambda real, fake: mse(fake, 1.0) / 2,
    ),
    "wasserstein": (lambda real, fake, labels: fake.mean() - real.mean(), lambda real, fake: -fake.mean()),
    "hinge": (
        lambda real, fake, labels: relu(1 - real).mean() + relu(1 + fake).mean(),
        lambda real, fake: -fake.mean(),
    ),
    "relativistic_average": (
        relativistic_average,
        lambda real, fake: bce(real - fake.mean(), 0.0) + bce(fake - real.mean(), 1.0),
    ),
    "relativistic_paired": (
        lambda real, fake, labels: softplus(fake - real).mean(),
        lambda real, fake: softplus(real - fake).mean(),
    ),
}  # fmt: skip


class LeCamTwin:
    """LeCam's term, with all its batches' means in place of running averages."""

    def __init__(self, weight):
        self._weight, self._means = weight, []

    def term(self, real, fake):
        self._means.append((real.mean().item(), fake.mean().item()))
        ages = np.arange(len(self._means))[::-1]
        average_real, average_fake = np.average(self._means, axis=0, weights=0.99**ages)
        terms = relu(real - average_fake) ** 2, relu(average_real - fake) ** 2
        return self._weight * (terms[0].mean() + terms[1].mean())
