"""Which trainings cannot run their images in parts: descriptions in, messages out."""

import pytest

from bigdl_gan.params import COUPLED, GANParams
from bigdl_gan.training.micro_batch_checks import check_micro_batches, micro_batch_problem

NATIVE = {"layers": [{"name": "Dense 'd'", "native": True}]}
FOREIGN = {"layers": [*NATIVE["layers"], {"name": "PReLU 'p'", "native": False}]}
SOUND = {"generator": NATIVE, "discriminator": NATIVE}

CASES = [
    ({"loss": "relativistic_average"}, SOUND, "loss='relativistic_average', which compares each image with the entire"),
    ({"leCam": 0.3}, SOUND, "leCam=0.3, whose averages need the entire batch"),
    ({}, {**SOUND, "discriminator": FOREIGN}, r"layers that dllib runs \(PReLU 'p' in the discriminator\)"),
    ({}, {**SOUND, "generator": FOREIGN}, r"layers that dllib runs \(PReLU 'p' in the generator\)"),
]


@pytest.mark.parametrize("loss", ["hinge", "relativistic_paired"])
def test_losses_that_take_parts(loss):
    check_micro_batches(GANParams()._set(microBatches=4, loss=loss), SOUND)
    assert COUPLED == ("relativistic_average",)


@pytest.mark.parametrize("params, described, problem", CASES)
def test_what_does_not(params, described, problem):
    with pytest.raises(ValueError, match=rf"`microBatches` must be 1 with {problem}.* Received: microBatches=2. Set "):
        check_micro_batches(GANParams()._set(microBatches=2, **params), described)
    check_micro_batches(GANParams()._set(**params), described)
    assert micro_batch_problem(GANParams()._set(**params), described)
