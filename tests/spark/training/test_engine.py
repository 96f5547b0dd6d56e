"""The Param `engine`: what it chooses, and what checkpoints and models keep of it."""

import json
import logging
import warnings
from pathlib import Path

import numpy as np
import pytest

from bigdl_gan import GANModel
from bigdl_gan.jvm import bridge

pytestmark = pytest.mark.long

ENGINES = ("mkldnn", "onednn")


def silently(estimator, df):
    """The model, of a training that warns of nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return estimator.fit(df)


def pixels(model, n=3):
    return [bytes(row.image.data) for row in model.generate(n).orderBy("id").collect()]


def kept(folder):
    """The engine in the newest checkpoint's metadata."""
    newest = sorted(Path(folder).glob("checkpoint-*"))[-1]
    return json.loads((newest / "metadata.json").read_text())["engine"]


@pytest.fixture(scope="module")
def trained(digits, digit_gan, tmp_path_factory):
    """For each engine, its model and its checkpoints' folder."""
    found = {}
    for engine in ENGINES:
        folder = tmp_path_factory.mktemp(engine)
        found[engine] = silently(digit_gan(engine=engine, checkpointDir=str(folder)), digits), folder
    return found


def test_the_engines_round_differently(trained):
    """So that the other tests can tell them apart."""
    weights = {engine: model.getGenerator().get_weights()[0] for engine, (model, _) in trained.items()}
    assert not np.array_equal(*weights.values())
    np.testing.assert_allclose(*weights.values(), atol=1e-3)


def test_what_is_kept(trained, digits, digit_gan, tmp_path, caplog):
    for engine, (model, folder) in trained.items():
        assert kept(folder) == engine and model.getEngine() == engine
    with caplog.at_level(logging.INFO, "bigdl_gan.training"):
        model = silently(digit_gan(checkpointDir=str(tmp_path)), digits)
    assert "Training runs on the engine mkldnn, on 1 executors." in caplog.text
    assert kept(tmp_path) == "mkldnn" and model.getEngine() == "auto"
    assert model.weights_digest() == trained["mkldnn"][0].weights_digest()


def test_a_model_generates_on_its_engine(trained, tmp_path):
    model = trained["onednn"][0]
    model.save(str(tmp_path / "model"))
    loaded = GANModel.load(str(tmp_path / "model"))
    other = model.copy({model.engine: "mkldnn"})
    assert loaded.getEngine() == "onednn" and pixels(loaded) == pixels(model)
    assert [a for a in model.reconstruct(model.generate(2)).select("distance").collect()]
    mine, others = (np.frombuffer(b"".join(pixels(m)), np.uint8).astype(int) for m in (model, other))
    assert np.abs(mine - others).max() <= 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_resume_stays_on_the_engine(trained, digits, digit_gan, tmp_path, engine):
    """Bit for bit, without a word."""
    folder = tmp_path / "run"
    silently(digit_gan(engine=engine, checkpointDir=str(folder)), digits)
    resumed = silently(digit_gan(maxIter=4, checkpointDir=str(folder)), digits)
    whole = silently(digit_gan(maxIter=4, engine=engine), digits)
    assert kept(folder) == engine and resumed.weights_digest() == whole.weights_digest()


def test_a_resume_on_another_engine(digits, digit_gan, tmp_path):
    silently(digit_gan(engine="mkldnn", checkpointDir=str(tmp_path)), digits)
    with pytest.warns(RuntimeWarning, match="on the engine onednn, but began on mkldnn.*Set engine='mkldnn'"):
        digit_gan(engine="onednn", maxIter=3, checkpointDir=str(tmp_path)).fit(digits)
    assert kept(tmp_path) == "onednn"


def test_an_engine_that_does_not_load(digits, digit_gan, trained, monkeypatch):
    probe = bridge.call_json("probeExecutors", bridge.java_session(digits.sparkSession))
    assert probe["executors"][0]["engines"][0]["name"] == "mkldnn"
    probe["executors"][0]["engines"][0]["problem"] = "it is odd. Mend it"
    call = bridge.call_json
    monkeypatch.setattr(bridge, "call_json", lambda name, *a: probe if name == "probeExecutors" else call(name, *a))
    with pytest.warns(RuntimeWarning, match="engine onednn, because not every .* load mkldnn. .*where it is odd"):
        model = digit_gan().fit(digits)
    assert model.weights_digest() == trained["onednn"][0].weights_digest()
    with pytest.raises(RuntimeError, match="load the engine mkldnn. Received: executor driver on .*where it is odd"):
        digit_gan(engine="mkldnn").fit(digits)


def test_an_unknown_engine(digits, digit_gan, trained):
    rule = "`engine` must be one of .*onednn.*Received: .*dnnl"
    with pytest.raises(ValueError, match=rule):
        digit_gan(engine="dnnl").fit(digits)
    model = trained["mkldnn"][0].copy()._set(engine="dnnl")
    for call in (lambda: model.generate(1), lambda: model.reconstruct(digits)):
        with pytest.raises(ValueError, match=rule):
            call()
