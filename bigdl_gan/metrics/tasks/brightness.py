"""What is measured of pixels: their power at the highest frequency, and pixels as features."""

from typing import Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyspark import TaskContext


def images_of(batches: Iterable[pa.RecordBatch]) -> Iterator[np.ndarray]:
    """Images, uint8 (H, W, C), from columns data, height, width, nChannels.

    Raises:
        ValueError: a null image, or another number of bytes."""
    for batch in batches:
        for data, *shape in zip(*(batch.column(number).to_pylist() for number in range(4))):
            if data is None or None in shape or len(data) != int(np.prod(shape)):
                raise ValueError('An image must have height x width x nChannels bytes. Drop null ones: .where("image '
                                 'is not null").')  # fmt: skip
            yield np.frombuffer(data, np.uint8).reshape(shape)


def nyquist_power(image: np.ndarray) -> float:
    """The power of brightness at the highest frequency, across or down: the mean of |FFT|^2 over these frequencies.

    By Parseval's theorem the mean over the frequencies along the other axis is a sum of squares, so there is no
    transform. An odd last row or column is left out: with it there is no such frequency.

    Args:
        image: uint8 (H, W, C)."""
    levels = image[:image.shape[0] // 2 * 2, :image.shape[1] // 2 * 2].mean(2)
    down, across = levels[::2] - levels[1::2], levels[:, ::2] - levels[:, 1::2]
    return float((down.sum(0) ** 2).sum() + (across.sum(1) ** 2).sum()) / 2


def weave_sums(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """A partition's (partition, images, sum of powers, sum of their squares, smallest and largest size)."""
    powers, sizes = [], []
    for image in images_of(batches):
        powers.append(nyquist_power(image))
        sizes.append(image.shape[0] * 2**20 + image.shape[1])
    if powers:
        task, values = TaskContext.get(), np.array(powers)
        row = [0 if task is None else task.partitionId(), len(values), values.sum(), (values**2).sum(), min(sizes),
               max(sizes)]  # fmt: skip
        names = ["partition", "n", "total", "squares", "least", "most"]
        yield pa.RecordBatch.from_arrays([pa.array([value]) for value in row], names)


def as_features(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Columns data, height, width, nChannels, id, label as id, label, features: the pixels from 0 to 1."""
    for batch in batches:
        rows = [image.ravel().astype(np.float32) / 255 for image in images_of([batch])]
        features = pa.array(rows, pa.list_(pa.float32()))
        yield pa.RecordBatch.from_arrays([batch.column(4), batch.column(5), features], ["id", "label", "features"])
