"""Each pair of values of two options, in some training of two updates: it trains and resumes bit for bit, or `fit`
refuses it by name before any job."""

import functools
import shutil

import pytest
from allpairspy import AllPairs

from bigdl_gan import GANEstimator, schedules
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dropout,
    Flatten,
    GroupNormalization,
    Input,
    LeakyReLU,
    Reshape,
    Sequential,
    SpectralNormalization,
    building,
)
from bigdl_gan.losses import LOSSES
from bigdl_gan.optimizers import SGD, Adam, RMSprop
from bigdl_gan.params import LABELLED

pytestmark = pytest.mark.long

# What follows the discriminator's first convolution
CRITICS = {
    "leaky": lambda: [LeakyReLU(0.2)],
    "tanh": lambda: [Activation("tanh")],
    "dropout": lambda: [LeakyReLU(0.2), Dropout(0.3)],
    "batch norm": lambda: [BatchNormalization(), LeakyReLU(0.2)],
    "silu": lambda: [Activation("silu")],
    "gelu": lambda: [Activation("gelu")],
    "group norm": lambda: [GroupNormalization(groups=2), LeakyReLU(0.2)],
    "spectral norm": lambda: [LeakyReLU(0.2), SpectralNormalization(Conv2D(4, 3, padding="same")), LeakyReLU(0.2)],
}
PENALTIES = {"r1": 1.0, "r2": 1.0, "gradientPenalty": 10.0}
UNSET = None
OPTIONS = {
    "critic": list(CRITICS),
    "loss": list(LOSSES),
    "updateRule": ["alternating", "simultaneous"],
    "nCritic": [1, 2],
    "labelSmoothing": [UNSET, 0.1, (0.1, 0.2)],
    "leCam": [UNSET, 0.3],
    **{name: [UNSET, weight] for name, weight in PENALTIES.items()},
    "gradientPenaltyCenter": [UNSET, 0.0],
    "penaltyInterval": [UNSET, 2],
    "penaltyShare": [UNSET, 0.5],
    "penaltySchedule": [UNSET, schedules.Linear(4)],
    "emaHalfLife": [UNSET, 0.0, 16.0],
    "generatorSchedule": [UNSET, schedules.Warmup(2), schedules.Cosine(4)],
    "discriminatorSchedule": [UNSET, schedules.Linear(4), schedules.Steps([1], [1.0, 0.1])],
    "clipNorm": [UNSET, 0.5],
    "clipValue": [UNSET, 0.1],
    "clipWeights": [UNSET, 0.2],
    "optimizer": [Adam(1e-3), RMSprop(1e-3), SGD(1e-2, momentum=0.9)],
    "initialModel": [UNSET, "a model"],
    "randomFlip": [UNSET, True],
    "generatorWeights": [UNSET, "raw"],
}


def refusal(row):
    """How the error of the first options in `OPTIONS` begins; None if they must train together."""
    option = dict(zip(OPTIONS, row))
    chosen = {name for name, value in option.items() if value is not UNSET}
    if option.get("updateRule") == "simultaneous" and option.get("nCritic") == 2:
        return "`nCritic` must be 1 with the simultaneous rule"
    if {"clipNorm", "clipValue"} <= chosen:
        return "`clipNorm` and `clipValue` must not both be set"
    if "labelSmoothing" in chosen and option["loss"] not in LABELLED:
        return "`labelSmoothing` must be 0 with loss="
    if chosen & set(PENALTIES) and option["critic"] == "batch norm":
        return "`discriminator` must judge every image by itself"
    return None


def covering(allowed=lambda row: True):
    return [tuple(row) for row in AllPairs(list(OPTIONS.values()), filter_func=allowed)]


# A second array without the allowed ones: in one array, an option that is refused would hide the others beside it
TRAINED = covering(lambda row: refusal(row) is None)
REFUSED = [row for row in covering() if refusal(row)]


def label(row):
    return "-".join(str(value if isinstance(value, (str, int, float)) else type(value).__name__) for value in row)


@pytest.fixture(scope="module")
def gan(spark, noise):
    """Makes an estimator of the smallest convolutional networks, for `noise`."""

    @functools.lru_cache(maxsize=None)
    def networks(critic):
        with building():
            generator = Sequential([
                Input((3,)), Dense(2 * 2 * 2), Reshape((2, 2, 2)), BatchNormalization(),
                Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
            ])  # fmt: skip
            discriminator = Sequential(
                [Input((1, 4, 4)), Conv2D(4, 3, padding="same"), *CRITICS[critic](), Flatten(), Dense(1)]
            )
        return {"generator": generator, "discriminator": discriminator}

    # now: within a test, `refused` lets nothing train
    trained = {
        critic: GANEstimator(**networks(critic), batchSize=8, maxIter=1, seed=2, callbacks=[]).fit(noise)
        for critic in CRITICS
    }

    def make(row, **more):
        option = {name: value for name, value in zip(OPTIONS, row) if value is not UNSET}
        critic, optimizer = option.pop("critic"), option.pop("optimizer")
        if "initialModel" in option:
            option["initialModel"] = trained[critic]
        copies = {role: bridge.clone_network(network) for role, network in networks(critic).items()}
        return GANEstimator(
            **copies, generatorOptimizer=optimizer, discriminatorOptimizer=optimizer, batchSize=8, seed=1,
            callbacks=[], **option, **more,
        )  # fmt: skip

    return make


def test_most_rows_train_and_each_reason_refuses():
    assert len(TRAINED) > 30 and len({refusal(row) for row in REFUSED}) == 4


@pytest.mark.slow
@pytest.mark.parametrize("row", TRAINED, ids=label)
def test_it_trains_and_resumes_bit_for_bit(gan, noise, tmp_path, row):
    place = {"maxIter": 2, "checkpointDir": str(tmp_path), "checkpointInterval": 1}
    whole = gan(row, **place).fit(noise)
    shutil.rmtree(tmp_path / "checkpoint-00000002")
    resumed = gan(row, resume="must", **place).fit(noise)
    assert whole.weights_digest() == resumed.weights_digest()
    numbers = [value for entry in whole.history for value in entry.values()]
    assert len(whole.history) == 2 and all(abs(value) < 1e6 for value in numbers)  # false for NaN, too
    assert whole.generate(2, seed=0).count() == 2


@pytest.mark.parametrize("row", REFUSED, ids=label)
def test_it_is_refused_before_any_job(gan, noise, refused, row):
    refused(gan(row, maxIter=2), noise, ValueError, refusal(row))
