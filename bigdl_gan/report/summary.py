"""What a trained model is, in a line and as HTML for a notebook."""

import html
import math
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bigdl_gan.report.history import last_iteration

_WIDTH, _HEIGHT = 240, 48  # screen pixels
_POINTS = 200  # a history may have 20,000 rows, more than there are pixels
_CURVES = (("loss/generator", "G", "#1f77b4"), ("loss/discriminator", "D", "#ff7f0e"))

Shapes = Mapping[str, Sequence[int]]


def line(uid: str, shapes: Optional[Shapes], history: Sequence[Mapping[str, Any]]) -> str:
    """For example "GANModel: uid=..., images (1, 28, 28), latents (100,), update 780, loss G 1.02 D 0.615".

    Args:
        shapes: the generator's `inputShape` and `outputShape`; None if there is no generator, empty if it is out of
            reach."""
    facts = ", ".join(f"{name} {value}" for name, value in _facts(shapes, history).items())
    return f"GANModel: uid={uid}, {facts}"


def as_html(uid: str, shapes: Optional[Shapes], history: Sequence[Mapping[str, Any]]) -> str:
    """The same as a small table, with the losses' curves."""
    cells = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in _facts(shapes, history).items())
    return f"<div><b>GANModel</b> <code>{html.escape(uid)}</code><table>{cells}</table>{sparkline(history)}</div>"


def _facts(shapes: Optional[Shapes], history: Sequence[Mapping[str, Any]]) -> Dict[str, str]:
    facts = {}
    if shapes is None:
        facts["generator"] = "unset"
    elif shapes:
        facts = {"images": str(tuple(shapes["outputShape"])), "latents": str(tuple(shapes["inputShape"]))}
    facts["update"] = str(last_iteration(history))
    last = history[-1] if history else {}
    losses = " ".join(f"{role} {last[key]:.3g}" for key, role, _ in _CURVES if key in last)
    return {**facts, "loss": losses} if losses else facts


def sparkline(history: Sequence[Mapping[str, Any]]) -> str:
    """The losses against updates as SVG, both on one scale; "" if there is nothing to draw."""
    rows = history[:: max(1, math.ceil(len(history) / _POINTS))]
    curves = [(_finite_points(rows, key), role, colour) for key, role, colour in _CURVES]
    points = [point for found, _, _ in curves for point in found]
    if len({x for x, _ in points}) < 2:
        return ""
    (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*points))
    height = high - low or 1.0
    drawn = "".join(
        f'<polyline fill="none" stroke="{colour}" points="'
        + " ".join(f"{(x - left) / (right - left) * _WIDTH:.1f},{(high - y) / height * _HEIGHT:.1f}" for x, y in found)
        + f'"><title>loss {role}</title></polyline>'
        for found, role, colour in curves
    )
    names = " ".join(f'<span style="color:{colour}">{role}</span>' for _, role, colour in curves)
    return f'<svg width="{_WIDTH}" height="{_HEIGHT}" style="overflow:visible">{drawn}</svg> loss {names}'


def _finite_points(rows: Sequence[Mapping[str, Any]], key: str) -> List[Tuple[float, float]]:
    return [(row["iteration"], row[key]) for row in rows if key in row and math.isfinite(row[key])]
