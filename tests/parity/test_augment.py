"""What the discriminator sees with `augment`, and all gradients through it, against PyTorch's autograd in float64."""

import math

import numpy as np
import philox
import pytest
import torch
from diff_augment import BETWEEN, FAKE, FOR_DISCRIMINATOR, FOR_GENERATOR, REAL, DiffAugment
from loss_twins import LOSS_TWINS
from played_updates import IMAGE, SEED, PlayedUpdates, distance

from bigdl_gan.jvm import bridge
from bigdl_gan.params import GANParams, plan
from bigdl_gan.report.history import PENALTY_STATISTICS

ALL = "color,translation,cutout"
INTERPOLATE = 7  # the core's purpose of random numbers


@pytest.mark.parametrize("policy", ["color", "translation", "cutout", ALL, "cutout,translation,color"])
@pytest.mark.parametrize("shape", [IMAGE, (1, 9, 7)], ids=str)
def test_the_discriminator_sees(spark, policy, shape):
    """Sides of which an eighth is 0.9 to 1.5 pixels, and a half is whole or not."""
    x = np.random.default_rng(0).uniform(-1, 1, size=(64, *shape)).astype(np.float32)
    seen = bridge.call(
        "probeAugment", policy.split(","), SEED, 7, FOR_GENERATOR, list(x.shape), bridge.floats_to_jvm(x)
    )  # fmt: skip
    expected = DiffAugment(policy, seed=SEED, draw=7, forward=FOR_GENERATOR)(torch.from_numpy(x).double())
    assert not np.allclose(expected, x, atol=0.1)
    np.testing.assert_allclose(bridge.floats_from_jvm(seen).reshape(x.shape), expected, rtol=0, atol=1e-6)


class Checked(PlayedUpdates):
    """Updates that are compared with PyTorch's."""

    def check(self, *, loss="non_saturating", augment=ALL, **penalties):
        how = {"loss": loss, "augment": augment, **penalties}
        actual, (expected, statistics) = self.gradients(**how), self._expected(**how)
        for ours, theirs in zip(actual, expected):
            assert distance(ours, theirs) <= 1e-5
        told = bridge.floats_from_jvm(self.core("probePenalties", **how))
        ours = {name: value for name, value in zip(PENALTY_STATISTICS, told) if not np.isnan(value)}
        assert ours == pytest.approx(statistics, rel=1e-5)

    def _expected(self, *, loss, augment, **penalties):
        (g, d), draw = self.twins, len(self.reals) - 1
        real, z = (torch.from_numpy(part[draw]).double() for part in (self.reals, self.latents))
        for_discriminator, for_generator = LOSS_TWINS[loss]

        def logits(images, kind, forward=FOR_DISCRIMINATOR):
            return d(DiffAugment(augment, seed=SEED, draw=draw, forward=forward, kind=kind)(images))

        fake, again = g(z), FOR_GENERATOR if self.critics else FOR_DISCRIMINATOR
        total = for_discriminator(logits(real, REAL), logits(fake.detach(), FAKE), (1.0, 0.0))
        images = {REAL: real, FAKE: fake.detach(), BETWEEN: between(real, fake.detach(), draw)}
        added, statistics = penalties_of(images, logits, **penalties)
        losses = for_generator(logits(real, REAL, again), logits(fake, FAKE, again)), total + added
        return [flat_gradient(*pair) for pair in zip(losses, self.twins)], statistics


def between(real, fake, draw):
    words = [philox.block(SEED, (draw, sample, 0, INTERPOLATE))[0] for sample in range(len(real))]
    share = torch.tensor([philox.uniform(word) for word in words]).double().reshape(-1, 1, 1, 1)
    return share * real + (1 - share) * fake


def penalties_of(images, logits, *, r1=0, r2=0, gradientPenalty=0, penaltyShare=1):
    """Their sum and statistics: the gradient is by the image before it is changed."""
    terms = {REAL: (r1 / 2, 0, "r1", "real"), FAKE: (r2 / 2, 0, "r2", "fake"),
             BETWEEN: (gradientPenalty, 1, "gradient", "between")}  # fmt: skip
    total, statistics = 0.0, {}
    for kind, (weight, center, name, place) in terms.items():
        if weight:
            x = images[kind][: math.ceil(penaltyShare * len(images[kind]))].clone().requires_grad_()
            (slope,) = torch.autograd.grad(logits(x, kind).sum(), x, create_graph=True)
            norm = slope.flatten(1).norm(dim=1)
            value = weight * ((norm - center) ** 2).mean()
            statistics.update({f"penalty/{name}": value.item(), f"input_gradient_norm/{place}": norm.mean().item()})
            total = total + value
    return total, statistics


def flat_gradient(loss, network):
    parts = torch.autograd.grad(loss, list(network.parameters()), retain_graph=True)
    return np.concatenate([part.numpy().ravel() for part in parts])


@pytest.fixture(scope="module")
def played(spark, same_weights):
    """`Checked`, in a session."""
    return lambda *arguments, **how: Checked(same_weights, *arguments, **how)


RULES = pytest.mark.parametrize("critics", [0, 1], ids=["simultaneous", "alternating"])
PENALTIES = [{"r1": 0.7, "r2": 1.3}, {"r1": 0.7, "gradientPenalty": 2.0, "penaltyShare": 0.5}]


@RULES
@pytest.mark.parametrize("loss", ["non_saturating", "relativistic_average"])
@pytest.mark.parametrize("kind", ["piecewise linear", "batch norm"])
def test_gradients(played, kind, loss, critics):
    """One loss sees the real images in the generator's pass, too. With batch norm, one backward pass cannot do."""
    played(kind, critics=critics).check(loss=loss)


@RULES
@pytest.mark.parametrize("penalties", PENALTIES, ids=str)
@pytest.mark.parametrize("kind", ["piecewise linear", "smooth"])
def test_penalties(played, kind, penalties, critics):
    played(kind, critics=critics).check(**penalties)


@pytest.mark.slow
@RULES
@pytest.mark.parametrize("penalties", [{}, {"r1": 0.7}, {"r2": 1.3}, {"gradientPenalty": 2.0}, *PENALTIES], ids=str)
@pytest.mark.parametrize("augment", ["", "color", "translation", "cutout", "cutout,color,translation"])
@pytest.mark.parametrize("kind", ["piecewise linear", "smooth"])
def test_each(played, kind, augment, penalties, critics):
    played(kind, critics=critics).check(augment=augment, loss="relativistic_paired", **penalties)


@pytest.mark.parametrize("critics", [0, 2])
def test_every_draw_has_its_own(played, critics):
    """The third update, after draws of the discriminator's alone."""
    played("piecewise linear", count=3, critics=critics).check(**PENALTIES[1])


@RULES
def test_two_replicas_have_the_gradients_of_one(played, critics):
    """An image's T follows from its number in the batch."""
    found = played("smooth", critics=critics)
    how = {"loss": "relativistic_average", "augment": ALL, "r1": 0.7, "r2": 1.3, "gradientPenalty": 2.0}
    one, two = (list(found.core("probeReplicas", n, **how))[1:3] for n in (1, 2))
    for alone, together in zip(one, two):
        # sums in another order
        assert distance(bridge.floats_from_jvm(together), bridge.floats_from_jvm(alone)) <= 3e-6


def test_the_core_refuses_other_transforms(played):
    found = played("piecewise linear")
    told = plan.of_training(GANParams()._set(batchSize=6, updateRule="simultaneous"))
    told = plan.for_core({**told, "augment": "color,blur"}, stream=0)
    data = bridge.floats_to_jvm(found.reals), bridge.floats_to_jvm(found.latents)
    with pytest.raises(ValueError, match="`augment` must name transforms of the core .*Received: 'blur'"):
        bridge.call("probeUpdates", *(model.value for model in found.models), told, 1, *data)
