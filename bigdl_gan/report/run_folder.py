"""The pictures that callbacks wrote during a training, in its run's folder."""

import io
import json
import math
import re
from typing import Dict, List, NamedTuple, Optional, Sequence

from PIL import Image

from bigdl_gan.jvm import driver_files
from bigdl_gan.report.pictures import Picture, of_file

_GRID = re.compile(r"(\d{8})\.png")  # the names that `callbacks.SampleGrid` gives
_MOST_GRIDS = 6  # of one series
_MOST_SERIES = 4  # and animations


class Series(NamedTuple):
    """The grids of one `SampleGrid`.

    Attributes:
        folder: where they are, within the run's folder; "" for itself.
        grids: by generator updates; those chosen of `n_grids`."""

    folder: str
    grids: Dict[int, Picture]
    n_grids: int


class Animation(NamedTuple):
    """A GIF.

    Attributes:
        name: its path within the run's folder.
        last: the generator updates of its last frame; 0 if the file does not say."""

    name: str
    picture: Picture
    last: int


class Run(NamedTuple):
    """What was found.

    Attributes:
        unreadable: the files that could not be used, and why."""

    series: List[Series]
    animations: List[Animation]
    unreadable: List[str]


def read_run(folder: str) -> Run:
    """The grids of `callbacks.SampleGrid` and the animations of `callbacks.GIF` in a folder and in the folders in it.

    Args:
        folder: a local folder, or a URI of any file system Hadoop reaches.
    Raises:
        OSError: the folder cannot be read."""
    folder = folder.rstrip("/")
    files, folders = driver_files.listed(folder)
    places = {"": files}
    for inner in folders:
        places[inner] = driver_files.listed(f"{folder}/{inner}")[0]
    run = Run([], [], [])
    for inner, names in places.items():
        _add_grids(run, folder, inner, names)
        _add_animations(run, folder, inner, names)
    return run


def _add_grids(run: Run, folder: str, inner: str, names: Sequence[str]) -> None:
    found = {int(match[1]): match[0] for match in map(_GRID.fullmatch, names) if match}
    if not found or len(run.series) == _MOST_SERIES:
        return
    grids = {}
    for number in chosen(sorted(found)):
        picture = _read(run, folder, inner, found[number])
        if picture is not None:
            grids[number] = picture
    if grids:
        run.series.append(Series(inner, grids, len(found)))


def _add_animations(run: Run, folder: str, inner: str, names: Sequence[str]) -> None:
    for name in names:
        if name.lower().endswith(".gif") and len(run.animations) < _MOST_SERIES:
            picture = _read(run, folder, inner, name)
            if picture is not None:
                run.animations.append(Animation(_within(inner, name), picture, _last_update(picture)))


def _read(run: Run, folder: str, inner: str, name: str) -> Optional[Picture]:
    path = _within(inner, name)
    try:
        return of_file(driver_files.read(f"{folder}/{path}"))
    except (OSError, ValueError) as error:
        run.unreadable.append(f"{path}: {error}")
        return None


def _within(inner: str, name: str) -> str:
    return f"{inner}/{name}" if inner else name


def _last_update(picture: Picture) -> int:
    """What `callbacks.GIF` wrote of it into the file."""
    try:
        with Image.open(io.BytesIO(picture.data)) as film:
            return int(json.loads(film.info["comment"])["iterations"][-1])
    except (OSError, KeyError, IndexError, ValueError, TypeError):
        return 0


def chosen(numbers: Sequence[int]) -> List[int]:
    """At most six of them, in order: the first, the last, and those nearest to a half, a quarter... of the last.

    Most happens early in a training."""
    if len(numbers) <= _MOST_GRIDS:
        return list(numbers)
    last = numbers[-1]
    targets = [last / 2**power for power in range(1, _MOST_GRIDS - 1)]
    picked = {numbers[0], last}
    for target in targets:
        left = [number for number in numbers if number not in picked]
        picked.add(min(left, key=lambda number: abs(_log(number) - _log(target))))
    return sorted(picked)


def _log(number: float) -> float:
    return math.log(max(number, 0.5))
