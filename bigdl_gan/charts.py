"""Pictures of a training's history."""

from pathlib import Path
from typing import Any, List, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_LOSSES = {"loss/generator": "generator", "loss/discriminator": "discriminator"}
_ACCURACIES = {"accuracy/real": "on real images", "accuracy/fake": "on generated images"}


def write_curves(history: Sequence[Mapping[str, Any]], path: str) -> None:
    """Write a PNG of both losses, and of the discriminator's accuracies, against the generator's updates.

    An entry without one of the keys is left out of that key's curve; a key that no entry has gives no curve.

    Args:
        history: a model's `history`: dicts with `iteration` and any of `loss/generator`, `loss/discriminator`,
            `accuracy/real`, `accuracy/fake`.
        path: a local file; its folder is made, and a file of that name replaced.
    Raises:
        ValueError: an empty history, an entry without `iteration`, or no loss in any entry."""
    if not history:
        raise ValueError("`history` must have at least one entry. Received: an empty history.")
    bad = [sorted(entry) for entry in history if "iteration" not in entry]
    if bad:
        raise ValueError(f"`history` must have `iteration` in each entry. Received: an entry with keys {bad[0]}.")
    if not any(key in entry for entry in history for key in _LOSSES):
        raise ValueError(f"`history` must hold {' or '.join(_LOSSES)}. Received: keys {sorted(history[0])}.")
    figure = Figure(figsize=(8, 6), layout="constrained")
    FigureCanvasAgg(figure)  # not pyplot: it would keep the figure, and choose a window system
    losses, accuracies = figure.subplots(2, 1, sharex=True)
    _draw(losses, history, _LOSSES, label="loss")
    _draw(accuracies, history, _ACCURACIES, label="discriminator's accuracy")
    accuracies.set_ylim(-0.02, 1.02)
    accuracies.set_xlabel("generator updates")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="png", dpi=120)


def _draw(axes: Axes, history: Sequence[Mapping[str, Any]], keys: Mapping[str, str], *, label: str) -> None:
    drawn: List[str] = [key for key in keys if any(key in entry for entry in history)]
    for key in drawn:
        points = [(entry["iteration"], entry[key]) for entry in history if key in entry]
        axes.plot(*zip(*points), label=keys[key], linewidth=1)
    axes.set_ylabel(label)
    axes.grid(True, alpha=0.3)
    if drawn:
        axes.legend(loc="best")
