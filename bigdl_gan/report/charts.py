"""Charts of a training's history."""

import io
from typing import Any, List, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bigdl_gan.jvm import driver_files

_PANELS = {
    "loss": {"loss/generator": "generator", "loss/discriminator": "discriminator"},
    "discriminator's probability": {"probability/real": "D(x)", "probability/fake": "D(G(z))"},
    "discriminator's accuracy": {"accuracy/real": "on real images", "accuracy/fake": "on generated images"},
    "gradient norm": {"gradient_norm/generator": "generator", "gradient_norm/discriminator": "discriminator"},
}
_WITHIN_ONE = ("discriminator's probability", "discriminator's accuracy")


class NotebookFigure(Figure):
    """A figure that a notebook displays as a picture, whether or not pyplot was imported."""

    def _repr_png_(self) -> bytes:
        return _png(self)


def curves(history: Sequence[Mapping[str, Any]]) -> Figure:
    """The losses, D(x) and D(G(z)), the discriminator's accuracies and both gradient norms, against generator updates.

    A curve skips the entries that lack its key; a key that no entry has gets no curve. pyplot is not involved: it would
    keep the figure alive, and choose a window system.

    Args:
        history: a model's `history`: dicts with `iteration` and any of `loss/...`, `probability/...`,
            `accuracy/...` and `gradient_norm/...`.
    Returns:
        A figure with one axes for each of the four. A notebook displays it if it is a cell's last line.
    Raises:
        ValueError: the history is empty, an entry lacks `iteration`, or no entry has a loss."""
    _check(history)
    figure = NotebookFigure(figsize=(12, 7), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(2, 2, sharex=True)
    for axes, (label, keys) in zip(panels.flat, _PANELS.items()):
        _draw(axes, history, keys, label=label)
        if label in _WITHIN_ONE:
            axes.set_ylim(-0.02, 1.02)
    for axes in panels[-1]:
        axes.set_xlabel("generator updates")
    return figure


def write_curves(history: Sequence[Mapping[str, Any]], path: str) -> None:
    """Write the figure of `curves` as a PNG.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
    Raises:
        ValueError: as `curves`.
        OSError: the file system refuses."""
    driver_files.write(path, _png(curves(history)))


def _check(history: Sequence[Mapping[str, Any]]) -> None:
    if not history:
        raise ValueError("`history` must have at least one entry. Received: an empty history.")
    bad = [sorted(entry) for entry in history if "iteration" not in entry]
    if bad:
        raise ValueError(f"`history` must have `iteration` in each entry. Received: an entry with keys {bad[0]}.")
    losses = _PANELS["loss"]
    if not any(key in entry for entry in history for key in losses):
        raise ValueError(f"`history` must hold {' or '.join(losses)}. Received: keys {sorted(history[0])}.")


def _draw(axes: Axes, history: Sequence[Mapping[str, Any]], keys: Mapping[str, str], *, label: str) -> None:
    drawn: List[str] = [key for key in keys if any(key in entry for entry in history)]
    for key in drawn:
        points = [(entry["iteration"], entry[key]) for entry in history if key in entry]
        axes.plot(*zip(*points), label=keys[key], linewidth=1)
    axes.set_ylabel(label)
    axes.grid(True, alpha=0.3)
    if drawn:
        axes.legend(loc="best")


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=100)
    return stream.getvalue()
