"""The points of a history's curves: smoothed, thinned to what a screen can show, and grouped into charts."""

import math
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

from bigdl_gan.report.definitions import title_of
from bigdl_gan.report.history import ERRORS, POSITION

Rows = Sequence[Mapping[str, Any]]

WINDOW_SHARE = 25  # a smoothed point is the mean over a 25th of the rows
_BUCKETS = 240  # points of a drawn curve, about one for two pixels

FAMILIES: Tuple[Tuple[str, str, Dict[str, str]], ...] = (
    ("Losses", "loss", {"generator": "generator", "discriminator": "discriminator"}),
    ("Discriminator's probability", "probability", {"real": "D(x), real", "fake": "D(G(z)), generated"}),
    ("Discriminator's accuracy", "accuracy", {"real": "on real images", "fake": "on generated images"}),
    ("Gradient norms", "gradient_norm", {"generator": "generator", "discriminator": "discriminator"}),
    ("Penalties", "penalty", {"r1": "R1", "r2": "R2", "gradient": "gradient penalty"}),
    ("Norm of the discriminator's gradient by the image", "input_gradient_norm",
     {"real": "real", "fake": "generated", "between": "between"}),
)  # fmt: skip
_SCALES = {"probability": "share", "accuracy": "share", "gradient_norm": "log", "input_gradient_norm": "log"}


class Curve(NamedTuple):
    """One statistic against generator updates.

    Attributes:
        x, y: the finite values, float64 (N,), N at least 1.
        smooth: their centred means over `window` of them, (N,).
        window: an odd number of rows."""

    label: str
    x: np.ndarray
    y: np.ndarray
    smooth: np.ndarray
    window: int


class Panel(NamedTuple):
    """One chart's curves.

    Attributes:
        scale: of the values. "share": from 0 to 1. "linear". "log": logarithmic, if they are positive and far apart."""

    title: str
    curves: List[Curve]
    scale: str


def panels(history: Rows) -> List[Panel]:
    """The charts of a history: one for each family of statistics, and one for each statistic of no family.

    Times are not among them: `throughput` shows those. Nor are the figures' standard errors, which are no curves."""
    names = dict.fromkeys(name for row in history for name in row if name not in POSITION)
    known = [name for _, family, members in FAMILIES for name in (f"{family}/{member}" for member in members)]
    found = [
        Panel(title, _curves(history, {f"{family}/{member}": label for member, label in members.items()}),
              _SCALES.get(family, "linear"))
        for title, family, members in FAMILIES
    ]  # fmt: skip
    others = [name for name in names if name not in known and not name.startswith(("seconds/", ERRORS))]
    found += [Panel(_title(name), _curves(history, {name: name}), "linear") for name in others]
    return [panel for panel in found if panel.curves]


def _title(name: str) -> str:
    """`callbacks.Evaluate` writes a metric's figure as "metric/kid"."""
    family, _, member = name.partition("/")
    return title_of(member) if family == "metric" else name


def _curves(history: Rows, labels: Mapping[str, str]) -> List[Curve]:
    made = [curve_of(label, *_points(history, name)) for name, label in labels.items()]
    return [curve for curve in made if len(curve.x)]


def _points(history: Rows, name: str) -> Tuple[np.ndarray, np.ndarray]:
    pairs = [(row["iteration"], row[name]) for row in history if name in row and math.isfinite(row[name])]
    points = np.array(pairs, float).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def curve_of(label: str, x: np.ndarray, y: np.ndarray) -> Curve:
    """A curve with its smoothed values."""
    window = len(y) // WINDOW_SHARE | 1
    return Curve(label, x, y, centred_means(y, window), window)


def centred_means(values: np.ndarray, window: int) -> np.ndarray:
    """The mean around each value, float64 (N,): of `window` values, an odd number; near the ends of those there are."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=float)])
    places = np.arange(len(values))
    first, end = np.maximum(places - window // 2, 0), np.minimum(places + window // 2 + 1, len(values))
    means: np.ndarray = (sums[end] - sums[first]) / (end - first)
    return means


def extremes(x: np.ndarray, y: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """At most some 500 of the points: of each stretch the least and the greatest, in order, so that spikes stay."""
    if len(x) <= 2 * _BUCKETS:
        return x, y
    chosen = []
    for part in np.array_split(np.arange(len(x)), _BUCKETS):
        chosen += sorted({part[y[part].argmin()], part[y[part].argmax()]})
    return x[chosen], y[chosen]


def thinned(x: np.ndarray, y: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """At most some 240 of the points, evenly chosen, the first and the last among them."""
    chosen = np.unique(np.linspace(0, len(x) - 1, min(len(x), _BUCKETS)).round().astype(int))
    return x[chosen], y[chosen]


def rates(history: Rows, name: str = "images") -> Tuple[np.ndarray, np.ndarray]:
    """Images in each second between a row and the one before it, against generator updates.

    Rows without both positions, or in which no time passed, are skipped."""
    rows = [row for row in history if name in row and "seconds" in row]
    points = [
        (row["iteration"], (row[name] - last[name]) / (row["seconds"] - last["seconds"]))
        for last, row in zip(rows, rows[1:]) if row["seconds"] > last["seconds"]
    ]  # fmt: skip
    found = np.array(points, float).reshape(-1, 2)
    return found[:, 0], found[:, 1]
