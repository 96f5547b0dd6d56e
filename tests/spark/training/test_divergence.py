"""Divergence: values that are no longer finite stop a training, or roll it back."""

import json

import numpy as np
import pytest
from bigdl.dllib.optim.optimizer import SGD

from bigdl_gan.callbacks import Callback
from bigdl_gan.jvm import bridge
from bigdl_gan.params.schedule import stream_seed
from bigdl_gan.training import loop
from bigdl_gan.training.loop import Loop, divergence


def weights(model):
    networks = (model.getGenerator(), model.getDiscriminator())
    return np.concatenate([w.ravel() for network in networks for w in network.get_weights()])


class Recorder(Callback):
    def __init__(self):
        self.seen, self.rollbacks, self.end = [], [], None

    def on_chunk(self, rows, training):
        self.seen += [row["iteration"] for row in rows]

    def on_rollback(self, training):
        self.rollbacks.append(training.iteration)

    def on_end(self, training):
        self.end = (training.iteration, training.failed, training.images(2).shape)


@pytest.fixture
def explosive(dense_gan):
    """An estimator that diverges in its first updates: the weights grow by 1e20 times their gradient.

    By the alternating rule, the generator's gradient would overflow in the first."""

    def make(**arguments):
        with bridge.quiet_dllib():
            optimizers = {f"{role}Optimizer": SGD(learningrate=1e20) for role in ("generator", "discriminator")}
        return dense_gan(maxIter=40, updateRule="simultaneous", **optimizers, **arguments)

    return make


@pytest.fixture
def spoiled(monkeypatch):
    """Makes every chunk after update 4 end in NaN, in the first stream of random numbers."""
    advance, find = Loop._advance, loop.divergence

    def spoil(self):
        is_first = self._replicas.stream == 0
        with monkeypatch.context() as patch:
            if is_first and self._training.iteration >= 4:
                worse = {"loss/generator": float("nan")}
                patch.setattr(loop, "divergence", lambda rows, **_: find([{**rows[-1], **worse}], **_))
            advance(self)

    return lambda: monkeypatch.setattr(Loop, "_advance", spoil)


def test_what_is_not_finite():
    rows = [{"iteration": 4, "loss/generator": 0.1}, {"iteration": 5, "loss/generator": float("-inf")}]
    assert divergence(rows, are_weights_finite=True) == "loss/generator is -inf in update 5"
    assert divergence(rows[:1], are_weights_finite=False) == "weights are not finite after update 4"
    assert divergence(rows[:1], are_weights_finite=True) == ""


@pytest.mark.long
def test_stop_keeps_the_last_good_model(noise, explosive, dense_gan):
    recorder = Recorder()
    message = r"diverged: .* in update \d+. Lower the learning rates: the returned model is from update (\d+) of 40"
    with pytest.warns(RuntimeWarning, match=message):
        model = explosive(callbacks=[recorder]).fit(noise)
    done, failed, shape = recorder.end
    assert done < 10 and not failed and shape == (2, 4, 4, 1)
    assert recorder.seen == [row["iteration"] for row in model.history] == list(range(1, done + 1))
    assert np.isfinite(weights(model)).all()
    assert all(np.isfinite(value) for row in model.history for value in row.values())
    if done:
        with bridge.quiet_dllib():
            optimizers = {f"{role}Optimizer": SGD(learningrate=1e20) for role in ("generator", "discriminator")}
        whole = dense_gan(maxIter=done, updateRule="simultaneous", **optimizers).fit(noise)
        np.testing.assert_array_equal(weights(model), weights(whole))
    assert list(bridge.call("resourceUse")) == [0, 0]


def test_weights_are_looked_at(noise, dense_gan):
    """One update with finite losses and gradients, but infinite weights."""
    with bridge.quiet_dllib():
        infinite = SGD(learningrate=float("inf"))
    with pytest.warns(RuntimeWarning, match="weights are not finite after update 1.* from update 0 of 1"):
        model = dense_gan(maxIter=1, generatorOptimizer=infinite).fit(noise)
    assert model.history == []
    np.testing.assert_array_equal(weights(model), weights(dense_gan()))


@pytest.mark.slow
def test_rollback_goes_on_with_other_random_numbers(noise, dense_gan, spoiled, tmp_path):
    whole = dense_gan(maxIter=8).fit(noise)
    spoiled()
    place, recorder = {"checkpointDir": str(tmp_path / "ck"), "checkpointInterval": 2}, Recorder()
    arguments = {"maxIter": 8, "onDivergence": "rollback", **place}
    with pytest.warns(RuntimeWarning, match="loss/generator is nan in update .*resumes from update 4 .* left: 2.$"):
        model = dense_gan(callbacks=[recorder], **arguments).fit(noise)
    assert recorder.rollbacks == [4] and recorder.seen == [1, 2, 3, 4, 5, 6, 7, 8] and recorder.end[0] == 8
    assert [row["iteration"] for row in model.history] == recorder.seen
    resumed = dense_gan(**{**arguments, "maxIter": 9}).fit(noise)
    assert [row["iteration"] for row in resumed.history] == [*recorder.seen, 9]
    metadata = json.loads((tmp_path / "ck" / "checkpoint-00000009" / "metadata.json").read_text())
    assert metadata["stream"] == 1
    first, second = ([row["loss/generator"] for row in m.history] for m in (model, whole))
    assert first[:4] == second[:4] and first[5:] != second[5:]


@pytest.mark.long
def test_rollbacks_are_counted(noise, explosive, tmp_path):
    recorder = Recorder()
    with pytest.warns(RuntimeWarning) as caught:
        model = explosive(
            callbacks=[recorder], checkpointDir=str(tmp_path / "ck"), onDivergence="rollback", maxRollbacks=2
        ).fit(noise)
    messages = [str(w.message) for w in caught if "diverged" in str(w.message)]
    assert ["resumes from update 0" in m for m in messages] == [True, True, False]
    assert recorder.rollbacks == [0, 0] and np.isfinite(weights(model)).all()


def test_streams_are_different_and_repeatable():
    seeds = [stream_seed(seed, stream) for seed in (0, -1, 2**63 - 1) for stream in range(4)]
    assert len(set(seeds)) == len(seeds) and seeds[0] == 0
    assert seeds == [stream_seed(seed, stream) for seed in (0, -1, 2**63 - 1) for stream in range(4)]
    assert all(-(2**63) <= seed < 2**63 for seed in seeds)


def test_what_cannot_be_asked_for(noise, dense_gan):
    for arguments, message in (
        ({"onDivergence": "pray"}, "`onDivergence` must be one of stop, rollback"),
        ({"onDivergence": "rollback"}, "`checkpointDir` must be set with onDivergence='rollback'"),
        ({"maxRollbacks": -1}, "`maxRollbacks` must not be negative"),
    ):
        with pytest.raises(ValueError, match=message):
            dense_gan(**arguments).fit(noise)
