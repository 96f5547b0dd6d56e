"""Each loss by its logits: values and derivatives against PyTorch's autograd in float64."""

import itertools

import numpy as np
import pytest
import torch
from loss_twins import LOSS_TWINS, LeCamTwin

from bigdl_gan.jvm import bridge
from bigdl_gan.params import LABELLED, LOSSES

# of real images, then of generated ones; sides of hinge's margins, but not the corners, where derivatives are free
ORDINARY = [0.5, -1.25, 2.0, 0.125, -0.75, 0.25, -3.0, 1.5]
EXTREME = [100.0, -100.0, 100.0, -100.0, 20.0, 0.0, -100.0, 100.0, 100.0, -100.0, -20.0, 0.0]
ONE_SIDE = [100.0, 99.0, 100.0, 98.0, -100.0, -97.0, -100.0, -99.0]
SMOOTHINGS = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.2)]
CASES = [(loss, pair) for loss, pair in itertools.product(LOSSES, SMOOTHINGS) if loss in LABELLED or not any(pair)]


def evaluate(loss, logits, smoothing=(0.0, 0.0), le_cam=0.0):
    return bridge.call_json("probeLoss", loss, list(smoothing), le_cam, logits)


def expect(loss, logits, smoothing, le_cam):
    """What `evaluate` should return, by autograd."""
    discriminator, generator = LOSS_TWINS[loss]
    real, fake = (torch.tensor(half, dtype=torch.float64, requires_grad=True) for half in np.split(np.array(logits), 2))
    judged = discriminator(real, fake, (1 - smoothing[0], smoothing[1])) + LeCamTwin(le_cam).term(real, fake)
    slopes = torch.cat(torch.autograd.grad(judged, (real, fake)))
    deceived = generator(real, fake)
    (by_fakes,) = torch.autograd.grad(deceived, fake)
    return {
        "discriminator": judged.item(), "generator": deceived.item(),
        "discriminatorSlopes": len(real) * slopes.numpy(), "generatorSlopes": len(real) * by_fakes.numpy(),
    }  # fmt: skip


@pytest.mark.parametrize("le_cam", [0.0, 0.3])
@pytest.mark.parametrize("logits", [ORDINARY, EXTREME, ONE_SIDE], ids=["ordinary", "extreme", "seen through"])
@pytest.mark.parametrize("loss, smoothing", CASES)
def test_values_and_derivatives(spark, loss, smoothing, logits, le_cam):
    found, expected = evaluate(loss, logits, smoothing, le_cam), expect(loss, logits, smoothing, le_cam)
    # LeCam's averages are float32
    tolerance = {"rtol": 1e-6, "atol": 1e-6} if le_cam else {"rtol": 1e-12, "atol": 1e-15}
    for name, values in expected.items():
        assert np.isfinite(found[name]).all(), name
        np.testing.assert_allclose(found[name], values, err_msg=name, **tolerance)


@pytest.mark.parametrize("loss", ["minimax", "non_saturating", "relativistic_average", "relativistic_paired"])
def test_small_derivatives_keep_their_digits(spark, loss):
    """Where the discriminator is certain, its derivatives are powers of e; 1 - sigmoid would be 0."""
    found = evaluate(loss, [100.0, 100.0, -100.0, -100.0])
    power = np.exp(-200.0 if loss.startswith("relativistic") else -100.0)
    factor = 2 if loss == "relativistic_average" else 1  # a logit counts by itself, and in the mean
    np.testing.assert_allclose(found["discriminatorSlopes"], factor * power * np.array([-1, -1, 1, 1]), rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_probabilities_and_accuracies(spark, loss):
    """A relativistic loss knows only which of two images is more realistic."""
    real, fake = np.array([3.0, 5.0]), np.array([2.0, 4.5])
    if loss == "relativistic_paired":
        real, fake = real - fake, fake - real
    elif loss == "relativistic_average":
        real, fake = real - fake.mean(), fake - real.mean()
    found = evaluate(loss, [3.0, 5.0, 2.0, 4.5])
    probabilities = [(1 / (1 + np.exp(-logits))).mean() for logits in (real, fake)]
    np.testing.assert_allclose(found["probabilities"], probabilities, rtol=1e-12)
    assert found["accuracies"] == [(real > 0).mean(), (fake < 0).mean()]


@pytest.mark.parametrize("loss", sorted(set(LOSSES) - set(LABELLED)))
def test_a_loss_without_labels_has_none_to_smooth(spark, loss):
    with pytest.raises(ValueError, match=f"^`labelSmoothing` must be 0 with loss='{loss}'.*Received: 0.1, 0.0"):
        evaluate(loss, ORDINARY, (0.1, 0.0))


def test_every_loss_has_an_oracle():
    assert set(LOSSES) == set(LOSS_TWINS)
