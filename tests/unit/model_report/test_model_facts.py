"""What a report says of a model's Params, and the code that it gives."""

import ast

import pytest
from html_reader import Page

from bigdl_gan import GANModel
from bigdl_gan.metrics import KID, Weave
from bigdl_gan.metrics.evaluation import METRICS
from bigdl_gan.model_report import DEFAULT_METRICS
from bigdl_gan.model_report.assembling import duration
from bigdl_gan.model_report.evidence import need_features
from bigdl_gan.model_report.model_facts import again_of, imports_of, networks_of, settings_of
from bigdl_gan.optimizers import Adam
from bigdl_gan.params.gan_table import GAN_TABLE
from bigdl_gan.report.definitions import DEFINITIONS
from bigdl_gan.schedules import Linear, Warmup

HOSTILE = '\'); __import__("os")  # </code><script>"'


class Watch:
    pass


def a_model(**params):
    return GANModel()._set(**params)


def code_of(model, after=()):
    """The program in the section, parsed, and its call of the estimator: keyword -> expression."""
    content = again_of(model, {}, list(after)).content
    page = Page(content.encode())
    (text,) = [text for path, text in page.texts if path[-2:] == ("pre", "code")]
    (call,) = [node for node in ast.walk(ast.parse(text))
               if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "GANEstimator"]  # fmt: skip
    return text, {keyword.arg: ast.get_source_segment(text, keyword.value) for keyword in call.keywords}, page.text


def test_all_params_and_which_differ():
    settings = settings_of(a_model(batchSize=64, loss="non_saturating", maxIter=9, callbacks=[Watch(), len], seed=0))
    assert [setting.name for setting in settings] == [row.name for row in GAN_TABLE]
    found = {setting.name: setting for setting in settings}
    assert [setting.name for setting in settings if setting.is_changed] == ["batchSize", "maxIter", "callbacks"]
    assert (found["batchSize"].value, found["batchSize"].default) == ("64", "32")
    assert (found["loss"].value, found["loss"].default) == ("'non_saturating'", "'non_saturating'")
    assert (found["clipNorm"].value, found["clipNorm"].default) == ("unset", "unset")
    assert found["callbacks"].value == "Watch, len"
    assert found["seed"].meaning == "Decides every random number."


def test_the_code_has_what_differs_and_the_seed():
    rate = Warmup(100, Linear(900))
    model = a_model(batchSize=64, maxIter=9, labelSmoothing=0.1, generatorOptimizer=Adam(1e-4), generatorSchedule=rate)
    text, keywords, _ = code_of(model, after=["samples = model.generate(64, seed=3)"])
    assert keywords == {
        "generator": "generator", "discriminator": "discriminator", "batchSize": "64", "maxIter": "9", "seed": "0",
        "labelSmoothing": "[0.1, 0.0]", "generatorOptimizer": repr(Adam(1e-4)),
        "generatorSchedule": repr(rate),
    }  # fmt: skip
    assert "from bigdl_gan.optimizers import Adam\nfrom bigdl_gan.schedules import Linear, Warmup\n" in text
    assert text.endswith("model = gan.fit(df)\nsamples = model.generate(64, seed=3)")
    scope = {}
    for line in imports_of(keywords.values()):
        exec(line, scope)  # the lines that the code has are enough for its expressions
    assert eval(keywords["generatorSchedule"], scope) == rate
    assert eval(keywords["generatorOptimizer"], scope) == Adam(1e-4)


def test_no_text_becomes_code():
    text, keywords, _ = code_of(a_model(imageCol=HOSTILE, outputCol="a\nb"))
    assert ast.literal_eval(keywords["imageCol"]) == HOSTILE and ast.literal_eval(keywords["outputCol"]) == "a\nb"
    assert [type(node) for node in ast.parse(text).body] == [ast.ImportFrom, ast.Assign, ast.Assign]


def test_what_belongs_to_one_run_is_told_instead():
    model = a_model(checkpointDir="/runs/1", resume="must", callbacks=[Watch()], maxIter=3)
    _, keywords, told = code_of(model)
    assert not {"checkpointDir", "resume", "callbacks"} & set(keywords)
    assert "a new training needs a new folder" in told and "They were: Watch." in told
    text, keywords, _ = code_of(a_model(checkpointDir="/runs/1", onDivergence="rollback", generatorOptimizer=Watch()))
    assert keywords["checkpointDir"] == "new_folder" and "# new_folder: for the checkpoints" in text
    assert keywords["generatorOptimizer"] == "generator_optimizer" and "# generator_optimizer: dllib's Watch" in text


def test_each_metric_is_explained():
    assert set(METRICS) == set(DEFINITIONS)
    assert set(DEFAULT_METRICS) <= set(METRICS)


def test_which_metrics_need_features():
    assert need_features(DEFAULT_METRICS) and need_features("kid") and need_features([KID()])
    assert not need_features(["diversity", Weave()]) and not need_features(["no such metric"])


def test_a_model_without_networks():
    assert networks_of(a_model()) == {}
    assert networks_of(a_model(generator="no network")) == {}


@pytest.mark.parametrize("seconds, expected", [
    (0.123, "0.123 s"), (59.4, "59.4 s"), (60, "1 min"), (71.6, "1 min 12 s"), (3600, "1 h"), (3900, "1 h 5 min"),
    (3605, "1 h"), (90_000, "1 d 1 h"),
])  # fmt: skip
def test_durations(seconds, expected):
    assert duration(seconds) == expected
