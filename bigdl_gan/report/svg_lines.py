"""A line chart as inline SVG: the smoothed curves in front, what they are means of behind. The page has its colours."""

import math
from typing import Callable, List, NamedTuple, Sequence, Tuple

import numpy as np

from bigdl_gan.report.curve_points import Curve, Panel, extremes, thinned
from bigdl_gan.report.markup import Markup, element, joined

_WIDTH, _HEIGHT = 420, 230  # units of the drawing, which is as wide as its place
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 12, 10, 30
_COLOURS = 6  # the page's classes line-0 to line-5
_DECADES = 1.7  # a positive statistic that spans more (a factor of 50) gets a logarithmic axis
_SHOWN = (0.5, 99.5)  # percentiles of the raw values: a single spike must not flatten the rest


class _Axis(NamedTuple):
    """One axis: its range, as shown, and where a value lies in the drawing."""

    low: float
    high: float
    place: Callable[[np.ndarray], np.ndarray]
    ticks: List[float]


def line_chart(panel: Panel, identity: str) -> Markup:
    """A figure with a legend, the chart and what it does not show.

    Args:
        identity: a name that no other chart of the page has."""
    x_axis = _x_axis(panel.curves)
    y_axis, is_log = _y_axis(panel)
    clip = f"clip-{identity}"
    frame = element("rect", x=_LEFT, y=_TOP - 2, width=_WIDTH - _LEFT - _RIGHT, height=_HEIGHT - _TOP - _BOTTOM + 4)
    drawn = [
        *(_path(extremes(c.x, c.y), x_axis, y_axis, f"raw line-{i % _COLOURS}")
          for i, c in enumerate(panel.curves) if c.window > 1),
        *(_curve(c, x_axis, y_axis, f"smooth line-{i % _COLOURS}") for i, c in enumerate(panel.curves)),
    ]  # fmt: skip
    picture = element(
        "svg", element("title", panel.title, id=f"title-{identity}"),
        element("desc", _in_words(panel), id=f"desc-{identity}"),
        element("clipPath", frame, id=clip), _grid(x_axis, y_axis),
        element("g", *drawn, clip_path=f"url(#{clip})"),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_labelledby=f"title-{identity} desc-{identity}",
    )  # fmt: skip
    heading = element("figcaption", element("strong", panel.title), _legend(panel.curves))
    return element("figure", heading, picture, _remark(panel, y_axis, is_log), class_="chart")


def _x_axis(curves: Sequence[Curve]) -> _Axis:
    low, high = 0.0, max(float(curve.x.max()) for curve in curves)
    width = _WIDTH - _LEFT - _RIGHT
    return _Axis(low, high, lambda x: _LEFT + (x - low) / ((high - low) or 1) * width, ticks(low, high, most=7))


def _y_axis(panel: Panel) -> Tuple[_Axis, bool]:
    """The axis, and whether it is logarithmic."""
    raw = np.concatenate([curve.y for curve in panel.curves])
    if panel.scale == "share":
        return _linear(0.0, 1.0), False
    smooth = np.concatenate([curve.smooth for curve in panel.curves])
    low, high = (float(value) for value in np.percentile(raw, _SHOWN))
    low, high = min(low, float(smooth.min())), max(high, float(smooth.max()))
    if panel.scale == "log" and raw.min() > 0 and math.log10(high / low) > _DECADES:
        return _logarithmic(low, high), True
    margin = 0.05 * (high - low) or 0.5 * abs(high) or 0.5
    return _linear(0.0 if 0 <= low < margin else low - margin, high + margin), False


def _linear(low: float, high: float) -> _Axis:
    return _Axis(low, high, lambda y: _HEIGHT - _BOTTOM - (y - low) / (high - low) * _tall(), ticks(low, high, most=6))


def _logarithmic(low: float, high: float) -> _Axis:
    least, most = math.log10(low) - 0.05, math.log10(high) + 0.05

    def place(y: np.ndarray) -> np.ndarray:
        return _HEIGHT - _BOTTOM - (np.log10(y) - least) / (most - least) * _tall()

    powers = range(math.ceil(least), math.floor(most) + 1)
    step = math.ceil(len(powers) / 5)
    return _Axis(10**least, 10**most, place, [10.0**power for power in powers[::step]])


def _tall() -> int:
    return _HEIGHT - _TOP - _BOTTOM


def ticks(low: float, high: float, *, most: int) -> List[float]:
    """At most so many round numbers, 1, 2 or 5 times a power of ten apart, within the range."""
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(power * by for by in (1, 2, 5, 10, 20) if math.floor((high - low) / (power * by) + 1e-9) + 1 <= most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * number for number in range(first, last + 1)]


def short(value: float) -> str:
    """A number for an axis: "12.5k" for 12,500."""
    for factor, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= factor:
            return f"{value / (1e3 if unit == 'k' else factor):.4g}{unit}"
    return f"{value:.4g}"


def legible(value: float) -> str:
    """A number for reading: three digits, and no exponent for what is not huge."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.3g}"


def _grid(x_axis: _Axis, y_axis: _Axis) -> Markup:
    bottom = _HEIGHT - _BOTTOM
    parts = []
    for value in y_axis.ticks:
        y = f"{float(y_axis.place(np.array(value))):.1f}"
        parts.append(element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y))
        parts.append(element("text", short(value), x=_LEFT - 6, y=y, dy="0.35em", text_anchor="end"))
    for value in x_axis.ticks:
        x = float(x_axis.place(np.array(value)))
        anchor = "end" if x > _WIDTH - 3 * _RIGHT else "middle"
        parts.append(element("text", short(value), x=f"{x:.1f}", y=bottom + 18, text_anchor=anchor))
    parts.append(element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=bottom, y2=bottom, class_="axis"))
    return element("g", *parts, class_="grid", aria_hidden="true")


def _path(points: Tuple[np.ndarray, np.ndarray], x_axis: _Axis, y_axis: _Axis, kind: str) -> Markup:
    x, y = points
    pairs = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x_axis.place(x), y_axis.place(y)))
    return element("polyline", points=pairs, class_=kind)


def _curve(curve: Curve, x_axis: _Axis, y_axis: _Axis, kind: str) -> Markup:
    """A few points are shown as such, too: one alone would have no line."""
    line = _path(thinned(curve.x, curve.smooth), x_axis, y_axis, kind)
    if len(curve.x) > 12:
        return line
    dots = [
        element("circle", cx=f"{a:.1f}", cy=f"{b:.1f}", r=3, class_=kind)
        for a, b in zip(x_axis.place(curve.x), y_axis.place(curve.smooth))
    ]
    return joined(line, *dots)


def _legend(curves: Sequence[Curve]) -> Markup:
    items = [
        element("li", element("i", class_=f"swatch line-{i % _COLOURS}", aria_hidden="true"), curve.label, " ",
                element("b", legible(curve.smooth[-1])))
        for i, curve in enumerate(curves)
    ]  # fmt: skip
    return element("ul", *items, class_="legend")


def _remark(panel: Panel, axis: _Axis, is_log: bool) -> Markup:
    outside = sum(int(((curve.y < axis.low) | (curve.y > axis.high)).sum()) for curve in panel.curves)
    notes = ["logarithmic axis"] if is_log else []
    if outside:
        most = max(float(curve.y.max()) for curve in panel.curves)
        notes.append(f"{outside:,} value{'s' if outside > 1 else ''} outside; the largest is {legible(most)}")
    return element("p", "; ".join(notes), class_="remark") if notes else Markup()


def _in_words(panel: Panel) -> str:
    """The chart for those who cannot see it."""
    return ". ".join(
        f"{curve.label}: from {curve.smooth[0]:.3g} at update {curve.x[0]:,.0f} to {curve.smooth[-1]:.3g} at update "
        f"{curve.x[-1]:,.0f}; least {curve.y.min():.3g}, greatest {curve.y.max():.3g}"
        for curve in panel.curves
    ) + "."
