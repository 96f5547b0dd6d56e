"""Takes a partition's rows in batches of one size through an extractor, and gives them back in their order."""

from itertools import islice
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np
import pandas as pd

from bigdl_gan.metrics.features.tasks.pixels import unpacked

Outputs = Tuple[np.ndarray, ...]  # features (N, F), and probabilities (N, K) if the extractor gives them


class Runner(NamedTuple):
    """An extractor, as executors run it.

    Each call of `call` gets exactly `batch_size` inputs: a short batch is filled up with its last one. So a feature
    does not depend on which images lie beside it, even to the last bit, if `call` treats them alike.

    Args:
        name: the extractor's, for messages.
        prepare: from an image, uint8 (H, W, C) red, green, blue, to an array of any shape.
        call: from such arrays of one shape, stacked (batch_size, ...), to the outputs.
        names: the outputs' names, which are the returned columns."""

    name: str
    prepare: Callable[[np.ndarray], np.ndarray]
    call: Callable[[np.ndarray], Any]
    names: Sequence[str]
    batch_size: int

    def run(self, batches: Iterator[Sequence[pd.Series]]) -> Iterator[pd.DataFrame]:
        """The outputs of a partition's rows.

        Args:
            batches: the images' data, their (height, width, nChannels, mode), and their origins.
        Raises:
            ValueError: an image is null or damaged, or an output breaks its rule."""
        rows = (row for batch in batches for row in zip(*batch))
        widths: List[int] = []  # of the outputs, from the first row on
        while True:
            window = list(islice(rows, self.batch_size))
            if not window:
                return
            outputs = self._window(window, widths)
            columns = {name: [row[i] for row in outputs] for i, name in enumerate(self.names)}
            yield pd.DataFrame(columns, dtype=object)

    def _window(self, window: List[Any], widths: List[int]) -> List[Outputs]:
        """The outputs of up to `batch_size` rows; those whose arrays have the same shape are taken together."""
        shapes: Dict[Tuple[int, ...], List[int]] = {}
        arrays = [self.prepare(unpacked(*row)) for row in window]
        for i, array in enumerate(arrays):
            shapes.setdefault(array.shape, []).append(i)
        outputs: List[Outputs] = [()] * len(window)
        for positions in shapes.values():
            filled = positions + positions[-1:] * (self.batch_size - len(positions))
            found = self._checked(self.call(np.stack([arrays[i] for i in filled])))
            widths[:] = widths or [output.shape[1] for output in found]
            if widths != [output.shape[1] for output in found]:
                raise ValueError(
                    f"{self.name} must give as many features for every image. Received: {widths} and "
                    f"{[output.shape[1] for output in found]}, the latter for shape {arrays[positions[0]].shape}. "
                    "images.prepare brings images to one size."
                )
            for row, i in enumerate(positions):
                outputs[i] = tuple(output[row] for output in found)
                self._check_finite(outputs[i], window[i][2])
        return outputs

    def _checked(self, found: Any) -> Outputs:
        """The outputs as float32 (batch_size, F). Raises ValueError if they have another shape or number."""
        outputs = found if isinstance(found, tuple) else (found,)
        if len(outputs) != len(self.names):
            remedy = "probabilities=True expects (features, probabilities)."
            raise ValueError(
                f"{self.name} must return {' and '.join(self.names)}. Received: {len(outputs)} outputs. {remedy}"
            )
        arrays = tuple(np.asarray(output) for output in outputs)
        for name, array in zip(self.names, arrays):
            if array.ndim != 2 or len(array) != self.batch_size or array.dtype.kind not in "fiub":
                raise ValueError(
                    f"{self.name} must return {name} as numbers of shape ({self.batch_size}, F): a row for each image. "
                    f"Received: {array.dtype} {array.shape}."
                )
        return tuple(array.astype(np.float32) for array in arrays)

    def _check_finite(self, outputs: Outputs, origin: Any) -> None:
        for name, output in zip(self.names, outputs):
            if not np.isfinite(output).all():
                raise ValueError(
                    f"{self.name} must return finite {name}. Received: {output[~np.isfinite(output)][0]} for the image "
                    f"with origin {origin!r}."
                )
