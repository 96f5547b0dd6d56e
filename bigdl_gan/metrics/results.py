"""`Result` and `Results`: a figure with all that it depends on."""

from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

import pandas as pd

_NORMAL = 1.96  # 97.5 % of the normal distribution


class Figure(NamedTuple):
    """What a metric says of two sides.

    Attributes:
        standard_error: of the value, over samples of these sizes; None if it has none.
        interval: 95 %; None if it has none.
        details: other numbers of the same computation.
        settings: what the metric was asked for, such as k.
        tables: DataFrames.
        caution: why the value should not be trusted, such as too few images; "" if nothing is known against it.
        n_fakes, n_reals: images; 0 for all whose features are known."""

    value: float
    standard_error: Optional[float] = None
    interval: Optional[Tuple[float, float]] = None
    details: Mapping[str, Any] = {}
    settings: Mapping[str, Any] = {}
    tables: Mapping[str, Any] = {}
    caution: str = ""
    n_fakes: int = 0
    n_reals: int = 0


def with_error(value: float, error: float, **others: Any) -> Figure:
    """A figure with its standard error, and the normal interval that follows."""
    return Figure(value, error, (value - _NORMAL * error, value + _NORMAL * error), **others)


class Result(NamedTuple):
    """One metric's figure.

    Attributes:
        name: such as "kid".
        value: of all rows.
        standard_error, interval: over samples of these sizes; the interval covers 95 %. None if the metric has none.
        details: other numbers of the same computation.
        settings: what the metric was asked for, such as k.
        tables: DataFrames, such as the nearest rows, if the metric has some.
        caution: why the value should not be trusted, such as too few images; `evaluate` warns of it too.
        is_larger_better: whether a larger value is better.
        n_fakes, n_reals: images.
        extractor: what gave the features: extractor, layer, resizing.
        seed: of all random choices.
        versions: of packages.
        by_class: the same metric of each class, by label; empty if not both sides have labels."""

    name: str
    value: float
    standard_error: Optional[float]
    interval: Optional[Tuple[float, float]]
    details: Mapping[str, Any]
    settings: Mapping[str, Any]
    tables: Mapping[str, Any]
    caution: str
    is_larger_better: bool
    n_fakes: int
    n_reals: int
    extractor: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str]
    by_class: Mapping[Any, "Result"]

    def __repr__(self) -> str:
        error = "" if self.standard_error is None else f" +/- {self.standard_error:.2g}"
        settings = "".join(f", {name}={value}" for name, value in self.settings.items())
        return (
            f"{self.name} = {self.value:.6g}{error} ({self.n_fakes:,} fakes, {self.n_reals:,} reals{settings}, "
            f"{self.extractor.get('extractor', '')})"
        )

    def as_dict(self) -> Dict[str, Any]:
        """All but the tables, as JSON can hold it; classes' labels are text."""
        plain = {
            name: value for name, value in self._asdict().items() if name not in ("tables", "by_class", "interval")
        }
        plain = {name: dict(value) if isinstance(value, Mapping) else value for name, value in plain.items()}
        plain["interval"] = None if self.interval is None else list(self.interval)
        plain["by_class"] = {str(label): result.as_dict() for label, result in self.by_class.items()}
        return plain


class Results(Mapping[str, Result]):
    """What `evaluate` returns: a result by each metric's name."""

    def __init__(self, results: Mapping[str, Result]) -> None:
        self._results = dict(results)

    def __getitem__(self, name: str) -> Result:
        if name not in self._results:
            raise KeyError(f"There is no result {name!r}. There are: {', '.join(self._results)}.")
        return self._results[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def __repr__(self) -> str:
        return "\n".join(map(repr, self._results.values()))

    def _repr_html_(self) -> str:
        return self.as_frame().to_html(index=False, na_rep="", float_format=lambda number: f"{number:.4g}")

    def as_dict(self) -> Dict[str, Any]:
        """Each result's `as_dict`, by name."""
        return {name: result.as_dict() for name, result in self._results.items()}

    def as_frame(self) -> pd.DataFrame:
        """A row for each metric, and one for each of its classes: metric, label, value, standard_error, low, high,
        n_fakes, n_reals, is_larger_better, extractor, layer, resizing, seed, and the settings."""
        return pd.DataFrame([row for result in self._results.values() for row in _rows(result)])


def _rows(result: Result) -> List[Dict[str, Any]]:
    results = [("", result), *result.by_class.items()]
    return [_row(label, one) for label, one in results]


def _row(label: Any, result: Result) -> Dict[str, Any]:
    low, high = result.interval or (None, None)
    source = {name: result.extractor.get(name, "") for name in ("extractor", "layer", "resizing")}
    return {
        "metric": result.name, "label": label, "value": result.value, "standard_error": result.standard_error,
        "low": low, "high": high, "n_fakes": result.n_fakes, "n_reals": result.n_reals,
        "is_larger_better": result.is_larger_better, **source, "seed": result.seed, **result.settings,
    }  # fmt: skip
