"""The best generator: which one `fit` returns and `Checkpoint(keep_best=...)` keeps, across resumes."""

import shutil

import pytest
from scripted_figures import Scripted

from bigdl_gan import GANModel, callbacks
from bigdl_gan.callbacks import Callback


class Interrupting(Callback):
    """Ends the training, as a driver's death would: what is on disk remains."""

    every = 1

    def __init__(self, iteration):
        self.iteration = iteration

    def on_chunk(self, rows, training):
        if training.iteration == self.iteration:
            raise KeyboardInterrupt


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


@pytest.mark.long
@pytest.mark.parametrize(
    "others",
    [{}, {"updateRule": "simultaneous", "generatorWeights": "raw"}, {"emaHalfLife": 0.0, "historyInterval": 4}],
)
def test_it_is_the_model_of_a_training_that_ends_there(noise, dense_gan, others):
    """In memory. Update 3 is the best, 5 is as good."""
    figures = {1: 1.0, 3: 5.0, 5: 5.0, 6: 4.0}
    model = dense_gan(maxIter=6, returnBest="taste", callbacks=[Scripted(figures)], **others).fit(noise)
    there = dense_gan(maxIter=3, **others).fit(noise)
    assert model.weights_digest() == there.weights_digest() and model.checkpoint is None
    assert (model.iteration, model.history[-1]["metric/taste"]) == (3, 5.0)
    assert len(model.history) == len(there.history)


@pytest.mark.slow
def test_it_survives_a_drivers_death(noise, dense_gan, tmp_path):
    """The best is of update 2, before the checkpoint of update 3 and the death at 5. A finished training returns it."""
    place = {"checkpointDir": str(tmp_path), "checkpointInterval": 3, "maxIter": 7, "returnBest": "taste"}
    dying = [Scripted({1: 2.0, 2: 5.0, 4: 1.0}), Interrupting(5)]
    with pytest.raises(KeyboardInterrupt):
        dense_gan(callbacks=dying, **place).fit(noise)
    assert names(tmp_path) == ["best-taste", "checkpoint-00000003"]
    model = dense_gan(callbacks=[Scripted({1: 9.0, 4: 1.0, 6: 3.0, 7: 5.0})], **place).fit(noise)
    there = dense_gan(maxIter=2).fit(noise)
    assert model.weights_digest() == there.weights_digest() and model.history[-1]["metric/taste"] == 5.0
    assert names(tmp_path / "best-taste") == ["checkpoint-00000002"]
    assert model.checkpoint == str(tmp_path / "best-taste" / "checkpoint-00000002")
    again = dense_gan(callbacks=[Scripted({})], **place).fit(noise)
    assert again.weights_digest() == there.weights_digest() and again.history == model.history
    del place["returnBest"]
    assert dense_gan(**place).fit(noise).iteration == 7


@pytest.mark.slow
def test_a_better_one_after_a_resume_replaces_it(noise, dense_gan, tmp_path):
    place = {"checkpointDir": str(tmp_path / "run"), "returnBest": "taste"}
    best = str(tmp_path / "copy")

    def observers(figures):
        return [callbacks.Checkpoint(best, keep_best="taste"), Scripted(figures, is_larger_better=False)]

    dense_gan(maxIter=3, callbacks=observers({1: 3.0, 2: 2.0, 3: 2.5}), **place).fit(noise)
    assert names(tmp_path / "copy") == ["checkpoint-00000002"]
    model = dense_gan(maxIter=6, callbacks=observers({4: 2.0, 5: 1.0, 6: 1.0}), **place).fit(noise)
    for folder in (tmp_path / "copy", tmp_path / "run" / "best-taste"):
        assert names(folder) == ["checkpoint-00000005"]
    kept = GANModel.load(best)
    assert kept.weights_digest() == model.weights_digest() == dense_gan(maxIter=5).fit(noise).weights_digest()
    assert kept.history == model.history and kept.history[-1]["metric/taste"] == 1.0


@pytest.mark.slow
def test_another_trainings_best_does_not_count(noise, dense_gan, tmp_path):
    place = {"checkpointDir": str(tmp_path), "returnBest": "taste"}
    dense_gan(callbacks=[Scripted({2: 9.0})], **place).fit(noise)
    shutil.rmtree(tmp_path / "checkpoint-00000002")
    with pytest.warns(RuntimeWarning, match="`returnBest`='taste' has no generator to return: none was measured"):
        assert dense_gan(seed=1, callbacks=[Scripted({})], **place).fit(noise).iteration == 2
    model = dense_gan(seed=1, maxIter=4, callbacks=[Scripted({3: 1.0, 4: 0.5})], **place).fit(noise)
    assert (model.iteration, model.history[-1]["metric/taste"]) == (3, 1.0)
    assert names(tmp_path / "best-taste") == ["checkpoint-00000003"]


@pytest.mark.long
def test_a_damaged_best_is_named_and_the_last_returned(noise, dense_gan, tmp_path):
    """By the training that wrote it, and by the next `fit`."""

    def damage(rows, training):
        if training.iteration == 2:
            weights = tmp_path / "best-taste" / "checkpoint-00000001" / "generator.weights.f32"
            weights.write_bytes(weights.read_bytes()[:-4])

    place = {"checkpointDir": str(tmp_path), "returnBest": "taste"}
    with pytest.warns(RuntimeWarning, match="`returnBest`='taste' has no generator to return: .*generator.weights.f32"):
        assert dense_gan(callbacks=[Scripted({1: 9.0}), damage], **place).fit(noise).iteration == 2
    with pytest.warns(RuntimeWarning) as told:
        assert dense_gan(callbacks=[Scripted({})], **place).fit(noise).iteration == 2
    messages = [str(warning.message) for warning in told]
    assert any("Skipping damaged checkpoint" in message and "best-taste" in message for message in messages)
    assert any("none was kept. The returned model is from the last update, 2." in message for message in messages)


@pytest.mark.long
def test_what_could_not_be_measured_is_not_compared(noise, dense_gan, tmp_path):
    figures = {1: 4.0, 2: 5.0, 3: OSError("no space")}
    with pytest.warns(RuntimeWarning) as told:
        model = dense_gan(
            maxIter=3, returnBest="taste", callbacks=[Scripted(figures)], checkpointDir=str(tmp_path)
        ).fit(noise)
    assert model.iteration == 2 and GANModel.load(str(tmp_path)).iteration == 3
    first, last = [str(warning.message) for warning in told]
    assert "Scripted failed in on_chunk and will be called again" in first
    assert "could not compare the generators of updates 3, because" in last
    assert f"Compare the last one in {tmp_path} with it" in last


@pytest.mark.long
def test_stopping_by_a_metric_and_returning_the_best(noise, dense_gan):
    done, stopping = [], callbacks.EarlyStopping("metric/taste", 2, every=1)
    measuring = Scripted({i: -abs(i - 2.0) for i in range(1, 9)})
    observers = [stopping, measuring, lambda rows, training: done.append(training.iteration)]
    model = dense_gan(maxIter=9, returnBest="taste", callbacks=observers).fit(noise)
    assert model.iteration == 2 and done == [1, 2, 3, 4]


@pytest.mark.parametrize("change, message", [
    ({}, r"`returnBest`='kid' needs a callback that measures kid. Received: none measured. Add callbacks.Evaluate"),
    ({"callbacks": [Scripted({})]}, "Received: taste measured"),
    ({"returnBest": "taste", "callbacks": [Scripted({}), callbacks.Checkpoint("{place}/", keep_best="taste")]},
     "`folder` of a Checkpoint with keep_best must be its own"),
    ({"returnBest": "taste",
      "callbacks": [Scripted({}), callbacks.Checkpoint("{place}/best-taste", keep_best="taste")]}, "must be its own"),
    ({"returnBest": "taste",
      "callbacks": [Scripted({}), callbacks.Checkpoint("x", keep_best="taste"), callbacks.Checkpoint("x")]},
     "Received: x, where others are written too. Choose another"),
])  # fmt: skip
def test_refused_before_any_job(noise, dense_gan, refused, tmp_path, change, message):
    for callback in change.get("callbacks", []):
        if isinstance(callback, callbacks.Checkpoint):
            callback.folder = callback.folder.format(place=tmp_path)
    gan = dense_gan(**{"returnBest": "kid", "checkpointDir": str(tmp_path), **change})
    refused(gan, noise, ValueError, message)
