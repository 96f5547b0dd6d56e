"""Writes the code that follows from the tables of Params and from the core's losses: `make generate`, after a change.

IDEs, mypy and `help` see real code: a getter and a setter for each Param, and constructors with the real defaults. The
files are committed; a test checks that they are current."""

import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Dict, Iterable, List

if TYPE_CHECKING:
    from bigdl_gan.params.table import Row, Table

ROOT = Path(__file__).parent
LOSS_SOURCES = ROOT / "bigdl_gan" / "scala" / "training" / "loss"
_LOSSES = "bigdl_gan/params/generated/losses.py"
_EVALUATORS = "bigdl_gan/metrics/evaluator_params.py"
_WIDTH = 120


def losses() -> Dict[str, str]:
    """Name and documentation of each loss: an object in a file of its own, with a comment in front."""
    found = {}
    for path in sorted(LOSS_SOURCES.glob("*.scala")):
        match = re.search(rf"/\*\*(.*?)\*/\s*private\[gan\] object {path.stem} extends", path.read_text(), re.DOTALL)
        if match:
            name = re.sub(r"(?<!^)(?=[A-Z])", "_", path.stem).lower()
            found[name] = " ".join(re.sub(r"^\s*\* ?", "", match.group(1), flags=re.MULTILINE).split())
    return found


def labelled() -> List[str]:
    """The losses whose object is a `Labelled`, maybe through others."""
    bases: Dict[str, List[str]] = {}
    for path in LOSS_SOURCES.glob("*.scala"):
        for name, heads in re.findall(r"\b(?:class|trait|object) (\w+).*?\bextends (.*)", path.read_text()):
            bases.setdefault(name, []).extend(re.findall(r"\b[A-Z]\w*", heads))

    def leads_there(name: str) -> bool:
        return name == "Labelled" or any(leads_there(base) for base in bases.get(name, ()) if base != name)

    return [name for name in losses() if leads_there("".join(part.capitalize() for part in name.split("_")))]


def coupled() -> List[str]:
    """The losses whose object says that it couples the images of a batch."""
    return [name for name in losses() if "override def couples: Boolean = true" in _source(name).read_text()]


def _source(loss: str) -> Path:
    return LOSS_SOURCES / ("".join(part.capitalize() for part in loss.split("_")) + ".scala")


def render_losses(docs: Dict[str, str]) -> Dict[str, str]:
    """The text of the file that lists the losses, by its path; the tables import it."""
    paragraphs = "\n\n".join(_wrapped(f"{name}: {doc}", 0, 4) for name, doc in docs.items())
    return {_LOSSES: (
        "# Written by `make generate` from scala/training/loss: change that.\n"
        f'"""Adversarial losses by name. Each is a mean over a batch of logits.\n\n{paragraphs}\n"""\n\n'
        f"{_tuple('LOSSES', docs)}\n# whose discriminator learns labels, which `labelSmoothing` moves\n"
        f"{_tuple('LABELLED', labelled())}\n# which need the logits of the entire batch, on all executors\n"
        f"{_tuple('COUPLED', coupled())}"
    )}  # fmt: skip


def _tuple(name: str, words: Iterable[str]) -> str:
    """An assignment, as ruff formats it."""
    quoted = [f'"{word}"' for word in words]
    line = f"{name} = ({', '.join(quoted)}{',' if len(quoted) == 1 else ''})\n"
    return line if len(line) <= _WIDTH else f"{name} = (\n" + "".join(f"    {word},\n" for word in quoted) + ")\n"


def render_evaluators(common: "List[Row]", tables: "Dict[str, Table]") -> Dict[str, str]:
    """The text of the file with the evaluators' Params, by its path."""
    shared = [row.name for row in common]
    mixins = ""
    for name, table in tables.items():
        own, rows = [row for row in table if row.name not in shared], f'EVALUATOR_TABLES["{name}"]'
        mixins += "\n\n" + (
            _class(f"{name}Params", "EvaluatorParams") + _params(own, rows) + _constructor(table, defaults=rows)
            + _getters(own) + _setters(own)
        ).rstrip() + "\n"  # fmt: skip
    first = next(iter(tables))
    return {_EVALUATORS: _module(
        "metrics/evaluator_table.py", "The Params of the metrics' evaluators, with constructors, getters and setters.",
        "from pyspark import keyword_only\nfrom pyspark.ml.param import Param\n\n"
        "from bigdl_gan.metrics.evaluator_table import EVALUATOR_TABLES\n"
        "from bigdl_gan.params.keywords import set_given\nfrom bigdl_gan.params.unset import Readable\n",
        _class("EvaluatorParams", "Readable") + _params(common, f'EVALUATOR_TABLES["{first}"]') + _getters(common)
        + _setters(common).rstrip() + "\n" + mixins,
    )}  # fmt: skip


def render(gan: "Table", preparer: "Table", docs: Dict[str, str]) -> Dict[str, str]:
    """The text of each other file to write, by its path in the repository."""
    models = [row for row in gan if row.is_models]
    return {
        "bigdl_gan/params/generated/gan_getters.py": _module(
            "params/gan_table.py", "The Params that `GANEstimator` and `GANModel` share, with their getters.",
            "from pyspark.ml.param import Param\nfrom pyspark.ml.param.shared import HasOutputCol, HasSeed\n\n"
            "from bigdl_gan.params.gan_table import GAN_TABLE\nfrom bigdl_gan.params.unset import Readable\n",
            _class("GANGetters", "Readable, HasOutputCol, HasSeed") + _params(gan, "GAN_TABLE") + _getters(gan),
        ),
        "bigdl_gan/params/generated/estimator_setters.py": _module(
            "params/gan_table.py", "The constructor and the setters of `GANEstimator`.",
            "from pyspark import keyword_only\n\n"
            "from bigdl_gan.params.gan_params import GANParams\nfrom bigdl_gan.params.keywords import set_given\n",
            _class("EstimatorSetters", "GANParams") + _constructor(gan) + _setters(gan),
        ),
        "bigdl_gan/params/generated/model_setters.py": _module(
            "params/gan_table.py", "The setters of `GANModel`: they decide which images it makes, and where they go.",
            "from bigdl_gan.params.gan_params import GANParams\n",
            _class("ModelSetters", "GANParams") + _setters(models),
        ),
        "bigdl_gan/images/preparer_params.py": _module(
            "images/preparer_table.py", "The Params of `ImagePreparer`, with its constructor, getters and setters.",
            "from pyspark import keyword_only\nfrom pyspark.ml.param import Param\n"
            "from pyspark.ml.param.shared import HasHandleInvalid, HasInputCol, HasOutputCol\n\n"
            "from bigdl_gan.images.preparer_table import PREPARER_TABLE\n"
            "from bigdl_gan.params.keywords import set_given\nfrom bigdl_gan.params.unset import Readable\n",
            _class("PreparerParams", "Readable, HasInputCol, HasOutputCol, HasHandleInvalid")
            + _params(preparer, "PREPARER_TABLE") + _constructor(preparer, defaults="PREPARER_TABLE")
            + _getters(preparer) + _setters(preparer),
        ),
        "docs/params.md": _document(gan, preparer, docs),
    }  # fmt: skip


def _class(name: str, bases: str) -> str:
    return f"class {name}({bases}):\n"


def _module(table: str, doc: str, imports: str, body: str) -> str:
    names = ("Any", "List", "Optional", "Sequence", "TypeVar", "Union")
    if "_Self" in body:
        bound = body.split("(")[0].split()[1]
        body = f'_Self = TypeVar("_Self", bound="{bound}")\n\n\n{body}'
    typing = ", ".join(name for name in names if re.search(rf"\b{name}\b", body))
    head = f'# Written by `make generate` from {table}: change that.\n"""{doc}"""\n\n'
    space = "\n" if body.startswith("_Self") else "\n\n"
    return f"{head}from typing import {typing}\n\n{imports}{space}{body.rstrip()}\n"


def _params(rows: "Iterable[Row]", table: str) -> str:
    return "".join(
        f'    {row.name}: "Param[{row.rule.annotation}]" = {table}.param("{row.name}")\n' for row in rows
    ) + "\n"  # fmt: skip


def _constructor(rows: "Iterable[Row]", defaults: str = "") -> str:
    """`__init__` and `setParams`, which keep only what they are passed: their defaults are for the reader."""
    keywords = "".join(f"        {_keyword(row)},\n" for row in rows)
    arguments = "".join(f"{_wrapped(f'{row.name}: {row.doc}', 12, 16)}\n" for row in rows)
    default = f"        self._setDefault(**{defaults}.defaults())\n" if defaults else ""
    return (
        f'    @keyword_only\n    def __init__(\n        self,\n        *,\n{keywords}    ) -> None:\n'
        f'        """Sets the Params that are given.\n\n        Args:\n{arguments}        """\n'
        f"        super().__init__()\n{default}        set_given(self)\n\n"
        f"    @keyword_only\n    def setParams(\n        self: _Self,\n        *,\n{keywords}    ) -> _Self:\n"
        f'        """Sets the Params that are given; the others keep their values."""\n'
        f"        return set_given(self)\n\n"
    )


def _keyword(row: "Row") -> str:
    accepts = row.rule.accepts or row.rule.annotation
    if row.default is None:
        return f"{row.name}: {accepts if accepts == 'Any' else f'Optional[{accepts}]'} = None"
    return f"{row.name}: {accepts} = {_literal(row.default)}"


def _literal(value: Any) -> str:
    if isinstance(value, list):  # a list could be changed
        return repr(tuple(value))
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _getters(rows: "Iterable[Row]") -> str:
    return "".join(
        f"    def get{row.method}(self) -> {row.rule.annotation}:\n"
        f"{_docstring(row.doc + (' Raises KeyError if unset.' if row.default is None else ''))}"
        f"        return self.getOrDefault(self.{row.name})\n\n"
        for row in rows
    )  # fmt: skip


def _setters(rows: "Iterable[Row]") -> str:
    return "".join(
        f"    def set{row.method}(self: _Self, value: {row.rule.accepts or row.rule.annotation}) -> _Self:\n"
        f"{_docstring(row.doc)}        return self._set({row.name}=value)\n\n"
        for row in rows
    )  # fmt: skip


def _docstring(text: str) -> str:
    return _wrapped(f'"""{text}"""', 8, 8) + "\n"


def _wrapped(text: str, first: int, rest: int) -> str:
    return textwrap.fill(
        text, _WIDTH, initial_indent=" " * first, subsequent_indent=" " * rest, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _document(gan: "Table", preparer: "Table", docs: Dict[str, str]) -> str:
    head = "<!-- Written by `make generate` from the tables of Params: change those. -->\n# Params\n\n"
    models = "\n".join(
        [
            "## GANEstimator and GANModel", "",
            "A training may be resumed with another value of a Param that is marked *free*: it does not decide the "
            "updates done so far. A trained model has setters for those marked *model*.", "",
        ]
        + _rows(gan)
    )  # fmt: skip
    losses = "\n".join(f"- `{name}`: {doc}" for name, doc in docs.items())
    return (
        f"{head}{models}\n\n### Losses\n\nEach is a mean over a batch of logits.\n\n{losses}\n\n## ImagePreparer\n\n"
        + "\n".join(_rows(preparer)) + "\n"
    )  # fmt: skip


def _rows(rows: "Iterable[Row]") -> List[str]:
    lines = ["| Param | default | value | meaning |", "|---|---|---|---|"]
    for row in rows:
        marks = "".join(f" *{mark}*" for mark, is_so in (("free", row.is_free), ("model", row.is_models)) if is_so)
        default = "" if row.default is None else f"`{_literal(row.default)}`"
        cells = (f"`{row.name}`{marks}", default, row.rule.words(), row.doc.replace("|", "\\|"))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


class _StandIn(ModuleType):
    """A generated module before it is generated: empty classes of whatever name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def main() -> None:
    """Write the files. Those that lie there are not imported: they may be out of date, or broken."""
    for name in ("gan_getters", "estimator_setters", "model_setters"):
        sys.modules[f"bigdl_gan.params.generated.{name}"] = _StandIn(name)
    sys.modules["bigdl_gan.images.preparer_params"] = _StandIn("preparer_params")
    docs = losses()
    _write(render_losses(docs))
    from bigdl_gan.images.preparer_table import PREPARER_TABLE
    from bigdl_gan.params.gan_table import GAN_TABLE

    _write(render(GAN_TABLE, PREPARER_TABLE, docs))
    sys.modules["bigdl_gan.metrics.evaluator_params"] = _StandIn("evaluator_params")
    from bigdl_gan.metrics.evaluator_table import COMMON, EVALUATOR_TABLES

    _write(render_evaluators(COMMON, EVALUATOR_TABLES))


def _write(files: Dict[str, str]) -> None:
    for path, text in files.items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
