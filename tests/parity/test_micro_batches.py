"""Updates whose images run in several parts, against the same updates in one, and against PyTorch."""

import numpy as np
import pytest
import torch
from loss_twins import LOSS_TWINS
from played_updates import PlayedUpdates, distance

from bigdl_gan.jvm import bridge
from bigdl_gan.params import GANParams, plan

RULES = pytest.mark.parametrize("critics", [0, 2], ids=["simultaneous", "alternating"])
ALL = {"r1": 0.7, "r2": 1.3, "gradientPenalty": 2.0, "penaltyInterval": 2}


@pytest.fixture(scope="module")
def played(spark, same_weights):
    """`PlayedUpdates`, in a session."""
    return lambda *arguments, **how: PlayedUpdates(same_weights, *arguments, **how)


@RULES
@pytest.mark.parametrize("kind, given", [
    ("piecewise linear", {"loss": "relativistic_paired", "r1": 0.7, "r2": 1.3}),
    ("smooth", {"loss": "hinge", "augment": "color,translation,cutout", **ALL}), ("dropout", {}),
], ids=["pairs", "penalties", "dropout"])  # fmt: skip
def test_parts_add_up_to_the_batch(played, kind, given, critics):
    """Random numbers follow from an image's number in the batch; sums are in another order."""
    found = played(kind, critics=critics, count=3)
    whole, penalties = list(found.core("probeUpdates", **given)), found.core("probePenalties", **given)
    for parts in (2, 6):
        actual = found.core("probeUpdates", microBatches=parts, **given)
        for ours, theirs in zip(list(actual)[:3], whole):
            assert distance(bridge.floats_from_jvm(ours), bridge.floats_from_jvm(theirs)) <= 3e-6
        told = found.core("probePenalties", microBatches=parts, **given)
        np.testing.assert_allclose(bridge.floats_from_jvm(told), bridge.floats_from_jvm(penalties), rtol=3e-6)


def test_parts_on_two_replicas(played):
    found = played("smooth", critics=1)
    how = {"augment": "color,translation,cutout", **ALL}
    whole = list(found.core("probeReplicas", 1, **how))[1:3]
    for ours, theirs in zip(list(found.core("probeReplicas", 2, microBatches=3, **how))[1:3], whole):
        assert distance(bridge.floats_from_jvm(ours), bridge.floats_from_jvm(theirs)) <= 3e-6


@RULES
def test_batch_norm_sees_each_part(played, critics):
    """And moves its running statistics once for each, however often the images are generated."""
    found, parts = played("batch norm", critics=min(critics, 1)), 3
    actual = list(map(bridge.floats_from_jvm, found.core("probeUpdates", microBatches=parts, emaHalfLife=1e-6)))
    g, d = found.twins
    losses = torch.zeros(2)
    for real, z in zip(*(torch.from_numpy(part[0]).double().chunk(parts) for part in (found.reals, found.latents))):
        fake = g(z)
        logits = [d(real), d(fake.detach())]
        for_discriminator, for_generator = LOSS_TWINS["non_saturating"]
        own = for_generator(d(real), d(fake)), for_discriminator(*logits, (1.0, 0.0))
        losses = losses + torch.stack(own) / parts
    np.testing.assert_allclose(actual[0], losses.detach(), rtol=1e-5)
    for i, twin in enumerate((g, d)):
        gradients = torch.autograd.grad(losses[i], list(twin.parameters()), retain_graph=True)
        assert distance(actual[1 + i], np.concatenate([part.numpy().ravel() for part in gradients])) <= 1e-5
    running = np.concatenate([g[2].running_mean, g[2].running_var])
    np.testing.assert_allclose(actual[6], running, rtol=1e-5, atol=1e-6)


def test_penalties_on_some_images_of_each_part(played):
    """Two of three images, in both parts."""
    found = played("piecewise linear")
    told = found.core("probePenalties", microBatches=2, r1=0.7, penaltyShare=0.5)
    real = torch.from_numpy(found.reals[0]).double().requires_grad_()
    (slope,) = torch.autograd.grad(found.twins[1](real).sum(), real)
    norms = slope.flatten(1).norm(dim=1)[[0, 1, 3, 4]]
    expected = 0.35 * (norms**2).mean(), norms.mean()
    np.testing.assert_allclose(bridge.floats_from_jvm(told)[[0, 3]], expected, rtol=1e-5)


@pytest.mark.parametrize("change, message", [
    ({"microBatches": 4}, r"must divide an executor's images in an update \(6\). Received: microBatches=4"),
    ({"microBatches": 2, "leCam": 0.5}, "must be 1 with a loss that couples .*, and with `leCam`. Received: micro"),
    ({"microBatches": 2, "loss": "relativistic_average"}, "must be 1 with a loss that couples"),
])  # fmt: skip
def test_the_core_refuses(played, change, message):
    found = played("piecewise linear")
    told = plan.for_core({**plan.of_training(GANParams()._set(batchSize=6)), **change}, stream=0)
    data = bridge.floats_to_jvm(found.reals), bridge.floats_to_jvm(found.latents)
    with pytest.raises(ValueError, match=message):
        bridge.call("probeUpdates", *(model.value for model in found.models), told, 1, *data)
