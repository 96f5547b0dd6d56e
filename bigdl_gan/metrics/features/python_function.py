"""`PythonFeatures`: features by any Python function."""

from functools import partial
from importlib import metadata
from typing import Any, Callable, Dict, Sequence

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan.metrics.features.extraction import output_names, with_outputs
from bigdl_gan.metrics.features.tasks.function_runs import function_runner
from bigdl_gan.params.values import MOST_INT, to_integer

_CHANNELS = (1, 3, "own")


class PythonFeatures:
    """Features by a function of NumPy arrays, which runs on the executors.

    The function gets images of one size, uint8 (N, H, W, C), red, green, blue, and returns features (N, F), numbers of
    any type, or a pair of features and probabilities (N, K). It must treat each image by itself. N is always
    `batch_size`: a short batch is filled up with its last image. Images of several sizes go to separate calls, so use
    batch_size=1 if all differ.

    Spark sends the function as it sends any: what it imports must be installed on the executors.

    Args:
        function: see above.
        name: in results and messages; two functions with different numbers need different names.
        probabilities: whether the function returns a pair.
        channels: what the function gets: 3, where grey is repeated; 1, where colour becomes luma; or "own".
        batch_size: images in each call.
        packages: what the features depend on; their versions on the driver are in `describe()`.
    Raises:
        TypeError, ValueError: an argument breaks its rule.

    Example:
        >>> def colours(images):
        ...     return images.mean(axis=(1, 2))
        >>> PythonFeatures(colours, name="mean colours").extract(df)
    """

    def __init__(
        self, function: Callable[[np.ndarray], Any], *, name: str, probabilities: bool = False, channels: Any = 3,
        batch_size: int = 32, packages: Sequence[str] = ("numpy",),
    ) -> None:  # fmt: skip
        if not callable(function):
            raise TypeError(f"`function` must be a function of images. Received: {type(function).__name__}.")
        if not isinstance(name, str) or not name:
            raise ValueError(f"`name` must be a text, for results and messages. Received: name={name!r}.")
        if isinstance(channels, bool) or channels not in _CHANNELS:
            raise ValueError(f'`channels` must be 3, 1 or "own". Received: channels={channels!r}.')
        self._name, self._channels = name, channels
        self._batch_size = to_integer("batch_size", batch_size, least=1, most=MOST_INT)
        self._names = output_names(bool(probabilities))
        self._versions = {package: version_of(package) for package in packages}
        self._make = partial(
            function_runner, name, function, channels=0 if channels == "own" else channels, names=self._names,
            batch_size=self._batch_size,
        )  # fmt: skip

    def describe(self) -> Dict[str, Any]:
        """What distinguishes its numbers from another's; see `FeatureExtractor`."""
        return {
            "extractor": self._name, "layer": "output", "resizing": "none", "channels": self._channels,
            "versions": dict(self._versions),
        }  # fmt: skip

    def extract(self, df: DataFrame, image_col: str = "image", keep: Sequence[str] = ()) -> DataFrame:
        """The features of a DataFrame's images; lazy. See `FeatureExtractor`.

        Raises:
            ValueError, TypeError: a column is missing or has another type; before any Spark job. A task fails if an
                image is null or damaged, or the function returns something else than finite numbers (N, F)."""
        return with_outputs(df, image_col, keep, names=self._names, make=self._make)


def version_of(package: str) -> str:
    """The package's version on the driver.

    Raises:
        ValueError: it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError as error:
        raise ValueError(f"`packages` must be installed on the driver. Received: {package!r}, which is not.") from error
