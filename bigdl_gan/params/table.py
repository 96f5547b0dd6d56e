"""A table of Params: a row says all there is to know of one, and everything else follows from the rows."""

from typing import Any, Dict, Iterator, List, NamedTuple, Sequence

from pyspark.ml.param import Param, Params

from bigdl_gan.params.rules import Rule

UNSET: Any = None  # the default of a Param that has none


class Row(NamedTuple):
    """One Param.

    Attributes:
        doc: full sentences: they stand in the Param, in getters and setters, in the constructor and in docs/params.md.
        default: `UNSET` if it has none.
        is_free: whether a training may be resumed with another value: the plan (`plan.of_training`) has no part of it.
        is_models: whether a trained model has a setter for it."""

    name: str
    rule: Rule
    doc: str
    default: Any = UNSET
    is_free: bool = False
    is_models: bool = False

    @property
    def method(self) -> str:
        """What follows `get` and `set` in a method's name."""
        return self.name[0].upper() + self.name[1:]


class Table:
    """The Params of a stage, by row."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows: Dict[str, Row] = {row.name: row for row in rows}

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def param(self, name: str) -> "Param[Any]":
        """The Param of a row, for the body of the class that owns it."""
        row = self._rows[name]

        def convert(value: Any) -> Any:
            return row.rule.convert(name, value)

        return Param(Params._dummy(), name, row.doc, typeConverter=convert)  # type: ignore[arg-type]

    def defaults(self) -> Dict[str, Any]:
        """The default of each Param that has one."""
        return {row.name: row.default for row in self if row.default is not UNSET}

    def names(self, *, is_plain: bool) -> List[str]:
        """The Params whose values can be saved as JSON, or the others."""
        return [row.name for row in self if row.rule.is_plain == is_plain]

    def check(self, stage: Params) -> None:
        """Check each Param that is set or has a default by its own rule; no Spark job.

        Raises:
            ValueError, TypeError: one breaks its rule."""
        for name in self._rows:
            self.check_one(stage, name)

    def check_one(self, stage: Params, name: str) -> None:
        """Check one Param, if it is set or has a default. Raises as `check`."""
        if stage.isDefined(name):
            self._rows[name].rule.check(name, stage.getOrDefault(name))
