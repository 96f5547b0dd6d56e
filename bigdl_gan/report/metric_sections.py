"""A report's section on how good the images are: metrics' results, with what they mean and how sure they are."""

from numbers import Real
from typing import Any, List, Mapping, Sequence

from bigdl_gan.report.definitions import DEFINITIONS, title_of
from bigdl_gan.report.markup import Markup, element, joined, table
from bigdl_gan.report.page import Section

TITLE = "Metrics"


def metrics_section(results: Mapping[str, Any]) -> Section:
    """A table of results, their cautions, their classes and their definitions.

    Args:
        results: by name, as `metrics.evaluate` returns them, at least one."""
    first = next(iter(results.values()))
    extractor: Mapping[str, Any] = next((one.extractor for one in results.values() if one.extractor), {})
    text = (
        f"Generated against real images. {_extractor(extractor)} Seed {first.seed}. Intervals cover 95 % over "
        "samples of these sizes; a metric without one has none."
    )
    rows = [_row(result) for result in results.values()]
    headers = ("Metric", "Value", "95 % interval", "Best", "Generated", "Real", "Settings")
    content = [
        element("p", text), table(headers, rows, caption="Metrics of all images", numbers=(1, 2, 4, 5)),
        *_by_class(results), element("h3", "What they mean"), _definitions(results),
    ]  # fmt: skip
    return Section("metrics", TITLE, joined(*content))


def _extractor(extractor: Mapping[str, Any]) -> str:
    known = [f"{name} {extractor[name]}" for name in ("extractor", "layer", "resizing") if extractor.get(name)]
    return f"Features: {', '.join(known)}." if known else "No features."


def _row(result: Any) -> Sequence[Any]:
    caution = element("p", f"Caution: {result.caution}", class_="caution") if result.caution else Markup()
    settings = [f"{name}={value}" for name, value in result.settings.items()]
    details = [f"{name} {value:.4g}" for name, value in result.details.items() if _is_number(value)]
    extra = element("span", ", ".join(details), class_="meaning") if details else Markup()
    return (
        joined(title_of(result.name), " ", element("code", result.name), extra, caution), f"{result.value:.4g}",
        interval(result), _best(result), f"{result.n_fakes:,}",
        f"{result.n_reals:,}", ", ".join(settings),
    )  # fmt: skip


def _best(result: Any) -> str:
    if result.name in DEFINITIONS:
        return DEFINITIONS[result.name].best
    return "high" if result.is_larger_better else "low"


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def interval(result: Any) -> str:
    """A result's interval, "" if it has none."""
    return "" if result.interval is None else "{:.3g} to {:.3g}".format(*result.interval)


def _by_class(results: Mapping[str, Any]) -> List[Markup]:
    named = {name: result for name, result in results.items() if result.by_class}
    if not named:
        return []
    labels = list(dict.fromkeys(label for result in named.values() for label in result.by_class))
    rows = [
        (label, *(_cell(result.by_class.get(label)) for result in named.values())) for label in labels
    ]  # fmt: skip
    headers = ("Class", *map(title_of, named))
    numbers = tuple(range(1, len(headers)))
    return [table(headers, rows, caption="By class", numbers=numbers)]


def _cell(result: Any) -> str:
    return "too few" if result is None else f"{result.value:.4g}" + (" (caution)" if result.caution else "")


def _definitions(results: Mapping[str, Any]) -> Markup:
    parts = []
    for name in results:
        if name in DEFINITIONS:
            known = DEFINITIONS[name]
            title, text = known.title, known.text + (f" Source: {known.source}." if known.source else "")
        else:
            title, text = name, "A metric of the user's own."
        parts.append(element("div", element("dt", title), element("dd", text)))
    return element("dl", *parts, class_="definitions")
