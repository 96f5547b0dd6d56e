"""Runs a user's function on images, in tasks."""

from functools import partial
from typing import Any, Callable, Sequence

import numpy as np

from bigdl_gan.metrics.features.tasks.pixels import with_channels
from bigdl_gan.metrics.features.tasks.windows import Runner


def function_runner(
    name: str, function: Callable[[np.ndarray], Any], *, channels: int, names: Sequence[str], batch_size: int
) -> Runner:
    """A runner of a function from uint8 (N, H, W, C) to the outputs."""
    return Runner(name, partial(with_channels, channels=channels), function, names, batch_size)
