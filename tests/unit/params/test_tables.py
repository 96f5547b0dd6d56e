"""The tables of Params, the code that follows from them, and their rules."""

import ast
import inspect
import re

import pytest
from param_cases import of_another_type, other, others, out_of_range

from bigdl_gan import GANEstimator, GANModel, ImagePreparer
from bigdl_gan.images.preparer_table import PREPARER_TABLE
from bigdl_gan.metrics.evaluator_table import COMMON, EVALUATOR_TABLES
from bigdl_gan.params import plan
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import GAN_TABLE, UPDATE_RULES
from bigdl_gan.params.rules import Choice, Integer, Number
from bigdl_gan.params.table import Row, Table
from codegen import ROOT, losses, render, render_evaluators, render_losses

TABLES = [GAN_TABLE, PREPARER_TABLE]
ROWS = [row for table in TABLES for row in table]
RENDERED = {
    **render(*TABLES, losses()), **render_losses(losses()), **render_evaluators(COMMON, EVALUATOR_TABLES),
}  # fmt: skip
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


class Stub:
    """What a table checks, without a Spark session: a stage's values."""

    def __init__(self, **values):
        self._values = values

    def isDefined(self, name):
        return name in self._values

    def getOrDefault(self, name):
        return self._values[name]


@pytest.mark.parametrize("path", RENDERED)
def test_what_is_generated_is_current(path):
    assert (ROOT / path).read_text(encoding="utf-8") == RENDERED[path], "run `make generate`"


@pytest.mark.parametrize("path", [path for path in RENDERED if path.endswith(".py")])
def test_what_is_generated_is_python(path):
    for node in ast.walk(ast.parse(RENDERED[path], feature_version=(3, 8))):
        assert not isinstance(node, ast.FunctionDef) or node.name == "__init__" or ast.get_docstring(node)


def test_a_row_becomes_code():
    """Params with and without a default, in signature, getter, setter and the list."""
    table = Table([Row("someCount", Integer(least=2), "Counts things.", 7), Row("other", Choice(("a", "b")), "Words.")])
    files = render(table, Table([]), {"hinge": "Says so."})
    setters, getters = (files[f"bigdl_gan/params/generated/{name}.py"] for name in ("estimator_setters", "gan_getters"))
    assert setters.count("        someCount: int = 7,\n") == 2 and setters.count("other: Optional[str] = None,") == 2
    assert 'def setSomeCount(self: _Self, value: int) -> _Self:\n        """Counts things."""' in setters
    assert 'def getOther(self) -> str:\n        """Words. Raises KeyError if unset."""' in getters
    assert "\n- `hinge`: Says so.\n" in files["docs/params.md"]
    assert "| `someCount` | `7` | an integer from 2 on | Counts things. |" in files["docs/params.md"]


def test_a_loss_is_a_file_of_the_core(monkeypatch, tmp_path):
    (tmp_path / "LeastSquares.scala").write_text(
        "/**\n * Squares\n * them.\n */\nprivate[gan] object LeastSquares extends Loss with PerLabel {"
    )
    (tmp_path / "Other.scala").write_text("/** Other. */\nprivate[gan] object Other extends Other(1) with Loss")
    (tmp_path / "Loss.scala").write_text("/** All. */\nprivate[gan] object Loss {")
    (tmp_path / "PerLabel.scala").write_text("private[gan] trait PerLabel extends Labelled {")
    monkeypatch.setattr("codegen.LOSS_SOURCES", tmp_path)
    assert losses() == {"least_squares": "Squares them.", "other": "Other."}
    text = render_losses(losses())["bigdl_gan/params/generated/losses.py"]
    assert "least_squares: Squares them." in text and 'LOSSES = ("least_squares", "other")' in text
    assert 'LABELLED = ("least_squares",)' in text


@every_row
def test_docs_are_sentences(row):
    assert row.doc[0] not in " abcdefgh" and row.doc.endswith(".") and "  " not in row.doc


@every_row
def test_defaults_keep_their_rule(row):
    if row.default is not None:
        kept = row.rule.convert(row.name, row.default)
        assert kept == row.default and type(kept) is type(row.default)
        row.rule.check(row.name, kept)


@pytest.mark.parametrize("row", [row for row in ROWS if row.rule.is_plain], ids=lambda row: row.name)
def test_other_values_keep_their_rule(row):
    value = other(row)
    assert value != row.default
    row.rule.check(row.name, row.rule.convert(row.name, value))


@pytest.mark.parametrize("name, value, rule", [case for table in TABLES for case in of_another_type(table)])
def test_values_of_another_type(name, value, rule):
    row = next(row for row in ROWS if row.name == name)
    with pytest.raises(TypeError, match=re.escape(f"`{name}` must be {rule}") + ".*Received: " + name + "="):
        row.rule.convert(name, value)


@pytest.mark.parametrize("name, value, rule", list(out_of_range(GAN_TABLE)))
def test_values_out_of_range(name, value, rule):
    with pytest.raises(ValueError, match=re.escape(f"`{name}` must {rule}") + ".*Received: " + f"{name}="):
        GAN_TABLE.check(Stub(**{name: value}))
    GAN_TABLE.check(Stub(**others(GAN_TABLE)))


@pytest.mark.parametrize("rule, edge, below", [(Number(above=2), 2.1, 2.0), (Number(least=2), 2.0, 1.9)])
def test_edges(rule, edge, below):
    rule.check("x", edge)
    with pytest.raises(ValueError, match="`x` must be (above|at least) 2. Received: x="):
        rule.check("x", below)


def test_advice_ends_the_message():
    with pytest.raises(ValueError, match="`truncation` must be at least 0.1. Received: .*=0.05. Usual are 0.5"):
        GAN_TABLE.check_one(Stub(truncation=0.05), "truncation")


@pytest.mark.parametrize("row", [row for row in GAN_TABLE if row.rule.is_plain], ids=lambda row: row.name)
def test_the_plan_decides_what_may_change_at_a_resume(row):
    def is_another(others):
        params = GANParams()._set(**others)
        return plan.of_training(params) != plan.of_training(params._set(**{row.name: other(row)}))

    assert row.is_free != any(is_another({"updateRule": rule, "r1": r1}) for rule in UPDATE_RULES for r1 in (0.0, 1.0))


@pytest.mark.parametrize("stage, table", [(GANEstimator, GAN_TABLE), (ImagePreparer, PREPARER_TABLE)])
def test_signatures_show_the_defaults(stage, table):
    for method in (stage.__init__, stage.setParams):
        parameters = inspect.signature(method).parameters
        shown = {name: p.default for name, p in parameters.items() if name != "self"}
        defaults = {row.name: tuple(row.default) if isinstance(row.default, list) else row.default for row in table}
        assert shown == defaults
        assert all(p.kind is p.KEYWORD_ONLY for name, p in parameters.items() if name != "self")


@pytest.mark.parametrize("stage, rows", [
    (GANEstimator, GAN_TABLE), (ImagePreparer, PREPARER_TABLE), (GANModel, [r for r in GAN_TABLE if r.is_models]),
])  # fmt: skip
def test_an_editor_shows_what_a_param_means(stage, rows):
    """Over a getter, over a setter and over the constructor: the Param's documentation."""
    arguments = " ".join(inspect.getdoc(stage.__init__).split()) if stage is not GANModel else ""
    for row in rows:
        for verb in ("get", "set"):
            shown = " ".join(inspect.getdoc(getattr(stage, f"{verb}{row.method}")).split())
            assert shown.startswith(row.doc), f"{verb}{row.method}"
        assert stage is GANModel or f"{row.name}: {row.doc}" in arguments


def test_a_model_sets_what_decides_its_images():
    setters = {name for name in dir(GANModel) if name.startswith("set")} - {"set"}
    assert setters == {f"set{row.method}" for row in GAN_TABLE if row.is_models}
    assert {
        "setOutputCol", "setIdCol", "setLatentCol", "setSeed", "setTruncation", "setGeneratorWeights", "setEngine",
        "setLabelCol", "setLabelCols",
    } == setters  # fmt: skip


UNSET = [(kind, row) for kind, table in ((GANParams, GAN_TABLE), (ImagePreparer, PREPARER_TABLE)) for row in table
         if row.default is None]  # fmt: skip


@pytest.mark.parametrize("kind, row", UNSET, ids=lambda value: getattr(value, "name", ""))
def test_getters_name_what_is_unset(kind, row):
    stage = kind()
    for read in (getattr(stage, f"get{row.method}"), lambda: stage.getOrDefault(row.name)):
        with pytest.raises(KeyError, match=f"`{row.name}` is unset and has no default. isDefined\\('{row.name}'\\)"):
            read()
    assert not stage.isDefined(row.name)
    assert " ".join(getattr(kind, f"get{row.method}").__doc__.split()).endswith("Raises KeyError if unset.")


def test_unset_params_beside_the_others():
    stage = GANParams()
    assert {row.name for _, row in UNSET} >= {"generator", "maxIter", "maxEpochs", "truncation", "size"}
    assert stage.getBatchSize() == 32 == stage.getOrDefault("batchSize") == stage.getOrDefault(stage.batchSize)
    with pytest.raises(AttributeError, match="nothing"):
        stage.getOrDefault("nothing")


@pytest.mark.parametrize("given, kept", [
    (0.1, [0.1, 0.0]), (0, [0.0, 0.0]), ((0.1, 0.2), [0.1, 0.2]), ([0, 0.3], [0.0, 0.3]),
])  # fmt: skip
def test_label_smoothing_is_one_sided_or_a_pair(given, kept):
    (row,) = (row for row in GAN_TABLE if row.name == "labelSmoothing")
    assert row.rule.convert("labelSmoothing", given) == kept


@pytest.mark.parametrize("given", ["0.1", True, None, (0.1,), (0.1, 0.2, 0.3), [0.1, "0.2"]])
def test_other_label_smoothings(given):
    (row,) = (row for row in GAN_TABLE if row.name == "labelSmoothing")
    with pytest.raises(TypeError, match="`labelSmoothing` must be a.*number.*Received: labelSmoothing="):
        row.rule.convert("labelSmoothing", given)
