"""A report's sections of pictures: samples over time, paths between latents, and the nearest training images."""

from typing import Any, List, NamedTuple, Sequence, Union

import numpy as np

from bigdl_gan.images import grid
from bigdl_gan.report.markup import Markup, element, joined
from bigdl_gan.report.page import LeftOut, Section
from bigdl_gan.report.pictures import Picture, of_pixels
from bigdl_gan.report.run_folder import Animation, Run, Series

Part = Union[Section, LeftOut]

OVER_TIME, INTERPOLATION, NEAREST = "Samples over time", "Interpolation", "Nearest training images"


class Pair(NamedTuple):
    """A generated image and the training image nearest to it.

    Attributes:
        fake, real: pixels, uint8 (H, W, C).
        fake_id, real_id: the rows' ids.
        distance: between their features.
        remoteness: the distance over that from the training image to its own nearest."""

    fake: np.ndarray
    real: np.ndarray
    fake_id: Any
    real_id: Any
    distance: float
    remoteness: float


def sample_figure(pixels: np.ndarray, *, columns: int, caption: str) -> Markup:
    """Samples as one picture.

    Args:
        pixels: uint8 (N, H, W, C)."""
    rows = -(-len(pixels) // columns)
    sheet = of_pixels(grid(pixels, rows=rows, cols=columns))
    return element("figure", sheet.shown(f"{len(pixels)} generated images in {rows} rows"),
                   element("figcaption", caption, class_="remark"))  # fmt: skip


def over_time(run: Run, folder: str) -> Part:
    """What callbacks sampled while the model was trained."""
    notes = [element("p", f"Not shown: {note}.", class_="remark") for note in run.unreadable]
    if not run.series and not run.animations:
        reason = (
            f"No grid of callbacks.SampleGrid or GIF of callbacks.GIF was found in {folder} or in the folders in it. "
            "Pass the folder that they wrote to as run=..."
        )
        return LeftOut(OVER_TIME, joined(reason, *notes) if notes else reason)
    content = [element("p", "The same latents through the generator at different times of its training.")]
    content += [part for series in run.series for part in _series(series, is_only=len(run.series) == 1)]
    content += [_animation(animation) for animation in run.animations]
    return Section("over-time", OVER_TIME, joined(*content, *notes))


def _series(series: Series, *, is_only: bool) -> List[Markup]:
    figures = [_captioned(picture, f"{number:,} updates", f"Generated images after {number:,} updates")
               for number, picture in series.grids.items()]  # fmt: skip
    heading = [] if is_only or not series.folder else [element("h3", series.folder)]
    left = series.n_grids - len(figures)
    note = [element("p", f"{left:,} more grids are in the folder.", class_="remark")] if left else []
    return [*heading, element("div", *figures, class_="pictures"), *note]


def _animation(animation: Animation) -> Markup:
    until = f" up to update {animation.last:,}" if animation.last else ""
    shown = animation.picture.shown(f"Animation of generated images{until}")
    return element("details", element("summary", f"Play {animation.name}{until}"), shown)


def _captioned(picture: Picture, caption: str, alt: str) -> Markup:
    return element("figure", picture.shown(alt), element("figcaption", caption))


def interpolation(pixels: np.ndarray, *, n_paths: int, seed: int) -> Section:
    """Paths between random latents, a row for each.

    Args:
        pixels: the images of one chain, uint8 (n_paths x steps + 1, H, W, C): each path's last image is the
            next one's first."""
    steps = (len(pixels) - 1) // n_paths
    rows = [pixels[path * steps:path * steps + steps + 1] for path in range(n_paths)]
    sheet = of_pixels(grid(np.concatenate(rows), rows=n_paths, cols=steps + 1))
    text = (
        "Each row goes from one random latent to the next, along the sphere on which they lie, at an even pace; its "
        "last image begins the next row. Smooth changes through plausible images say that the generator has not just "
        "learnt single pictures."
    )
    caption = f"model.interpolate of {n_paths + 1} normally distributed latents, numpy.random.default_rng({seed})"
    figure = _captioned(sheet, caption, f"{n_paths} rows of images that change from left to right")
    return Section("interpolation", INTERPOLATION, joined(element("p", text), element("div", figure, class_="wide")))


def nearest_pairs(pairs: Sequence[Pair], *, n_measured: int) -> Section:
    """The generated images that are most like a training image, the worst first, beside that image."""
    text = (
        f"Of {n_measured:,} generated images, those that are nearest to a training image (left: generated, right: "
        "training image), the worst first. A remoteness below 1 says that the generated image is nearer to the "
        "training image than any other training image is; copies have 0. The right ones are pictures from the data: "
        "pass this page on only if you may pass those on."
    )
    figures = [_pair(pair) for pair in pairs]
    return Section("nearest", NEAREST, joined(element("p", text), element("div", *figures, class_="pairs")))


def _pair(pair: Pair) -> Markup:
    shown = [
        of_pixels(pair.fake).shown(f"Generated image {pair.fake_id}"),
        of_pixels(pair.real).shown(f"Training image {pair.real_id}"),
    ]
    told = f"distance {pair.distance:.4g}, remoteness {pair.remoteness:.3g}"
    caption = element("figcaption", f"id {pair.fake_id} and {pair.real_id}: {told}")
    return element("figure", element("div", *shown, class_="two"), caption)
