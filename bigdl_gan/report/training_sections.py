"""A report's sections on the training itself: its curves and its pace, from its history."""

import statistics
from typing import Any, List, Mapping, Sequence, Tuple, Union

from bigdl_gan.report.curve_points import Panel, curve_of, panels, rates
from bigdl_gan.report.markup import Markup, element, joined, table
from bigdl_gan.report.page import LeftOut, Section
from bigdl_gan.report.svg_lines import line_chart

Rows = Sequence[Mapping[str, Any]]
Part = Union[Section, LeftOut]

_NO_HISTORY = "The model has no history. A fitted model has one, and keeps it when it is saved."
_PARTS = (
    ("seconds/decode", "decode", "decoding and drawing images"),
    ("seconds/compute", "compute", "both networks, forward and back"),
    ("seconds/exchange", "exchange", "sums of gradients between executors"),
    ("seconds/optimizer", "optimizer", "moving the weights"),
)


def training_curves(history: Rows) -> Part:
    """The charts of a history's statistics."""
    found = panels(history)
    if not found:
        return LeftOut("Training curves", _NO_HISTORY)
    window = max(curve.window for panel in found for curve in panel.curves)
    text = "Against generator updates. "
    text += "Each row of the history is a point; there are too few to smooth." if window == 1 else (
        f"Bold: the mean over {window:,} rows of the history around each. Faint: the rows themselves."
    )
    charts = [line_chart(panel, f"curves-{i}") for i, panel in enumerate(found)]
    content = joined(element("p", text), element("div", *charts, class_="charts"))
    return Section("curves", "Training curves", content)


def throughput(history: Rows) -> Part:
    """Images in each second, and where an update's time went."""
    x, y = rates(history)
    parts = _shares(history)
    if not len(x) and not parts:
        reason = _NO_HISTORY if not history else (
            "The history has no two rows with `images` and `seconds`. Train for longer, or set historyInterval lower."
        )
        return LeftOut("Throughput", reason)
    content: List[Markup] = []
    if len(x):
        panel = Panel("Images per second", [curve_of("real images drawn", x, y)], "linear")
        content.append(line_chart(panel, "throughput"))
    if parts:
        content.append(_time_table(parts))
    text = (
        f"{total_rate(history):,.0f} images per second over the whole training, "
        f"{statistics.median(y):,.0f} in the median row. " if len(x) else ""
    ) + "All executors together; the discriminator's real images are counted."
    return Section("throughput", "Throughput", joined(element("p", text), element("div", *content, class_="charts")))


def total_rate(history: Rows) -> float:
    """Images per second of wall time over the whole history; 0 if it does not say."""
    last = history[-1] if history else {}
    return last["images"] / last["seconds"] if last.get("seconds") and "images" in last else 0.0


def _shares(history: Rows) -> List[Tuple[str, str, float]]:
    """Each part of an update: its name, what it is, and its mean seconds."""
    found = []
    for key, name, meaning in _PARTS:
        values = [row[key] for row in history if key in row]
        if values:
            found.append((name, meaning, sum(values) / len(values)))
    return found


def _time_table(parts: Sequence[Tuple[str, str, float]]) -> Markup:
    total = sum(seconds for _, _, seconds in parts) or 1.0
    rows = [
        (joined(name, element("span", meaning, class_="meaning")), f"{1000 * seconds:,.1f}",
         element("span", f"{seconds / total:.0%}",
                 element("span", class_="bar", style=f"width:{100 * seconds / total:.1f}%"), class_="share"))
        for name, meaning, seconds in parts
    ]  # fmt: skip
    return table(("Part", "ms", "Share"), rows, caption="Time of a generator update, on average", numbers=(1,))
