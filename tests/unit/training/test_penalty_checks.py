"""Which discriminators are refused under a penalty: descriptions in, messages out."""

import pytest

from bigdl_gan.params import GANParams
from bigdl_gan.training.penalty_checks import check_penalties


def layer(name, dependence, *, native=True, **more):
    return {"name": name, "dependence": dependence, "native": native, **more}


SOUND = [layer("Dense 'a'", "linear"), layer("ReLU 'b'", "piecewise linear"), layer("Activation 'c'", "smooth")]
BATCH_NORM = layer("BatchNormalization 'bn_2'", "opaque", momentum=0.1)
OF_DLLIB = layer("PReLU 'p'", "opaque", native=False)
UNKNOWN = layer("Attention 'x'", "opaque")


def check(*layers, **penalties):
    check_penalties(GANParams()._set(**penalties), {"layers": [*SOUND, *layers]})


@pytest.mark.parametrize("penalties", [{"r1": 1.0}, {"r2": 1.0}, {"gradientPenalty": 10.0}, {"penaltyShare": 1.0}])
def test_sound_layers(penalties):
    check(**penalties)


@pytest.mark.parametrize("refused", [BATCH_NORM, OF_DLLIB, UNKNOWN])
def test_without_penalties_all_layers_are_sound(refused):
    check(refused, gradientPenaltyCenter=0.0, penaltyInterval=4, penaltyShare=0.5)


@pytest.mark.parametrize(
    "refused, message",
    [
        (BATCH_NORM, r"judge every image by itself under a gradient penalty \(r1=2\). Received: BatchNormalization "
                     r"'bn_2', whose output depends on the whole batch. Replace it by GroupNormalization .* set r1=0"),
        (OF_DLLIB, r"differentiated twice .*\(r1=2\). Received: PReLU 'p', a layer that dllib runs. Replace .* r1=0"),
        (UNKNOWN, r"Received: Attention 'x', which the core cannot differentiate twice. Replace it"),
    ],
)  # fmt: skip
def test_opaque_layers(refused, message):
    with pytest.raises(ValueError, match=message):
        check(refused, r1=2.0)


def test_all_penalties_are_named():
    with pytest.raises(ValueError, match=r"\(r1=1, gradientPenalty=10\).* or set r1=0 and gradientPenalty=0\."):
        check(OF_DLLIB, r1=1.0, gradientPenalty=10.0)


@pytest.mark.parametrize("penalties", [{}, {"r1": 1.0}])
def test_a_share_is_not_more_than_all(penalties):
    with pytest.raises(ValueError, match="`penaltyShare` must be at most 1. Received: penaltyShare=1.5. Set it to 1"):
        check(penaltyShare=1.5, **penalties)
