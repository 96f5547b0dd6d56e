"""Writes statistics and samples for TensorBoard."""

import time
from typing import Any, Dict, List

from bigdl_gan import images
from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.jvm import driver_files
from bigdl_gan.params.extras import require
from bigdl_gan.params.values import to_integer, to_seed
from bigdl_gan.report.history import POSITION, last_iteration, rows_after


class TensorBoard(Periodic):
    """Event files for TensorBoard: the rows of `model.history` as scalars, and grids of samples as images.

    Needs the pip extra `tensorboard`. The step is the number of generator updates. Each `fit` adds one event file; a
    resumed one holds the updates after its checkpoint.

    Args:
        log_dir: a folder on the driver's disk, not a URI: TensorBoard's writer appends to its file.
        every: generator updates between grids; scalars are written after every chunk.
        rows, cols: the grid's size.
        seed: the seed of the grid's latents.
    Raises:
        RuntimeError: the package tensorboard is not installed.
    """

    def __init__(self, log_dir: str, every: int = 500, *, rows: int = 8, cols: int = 8, seed: int = 0) -> None:
        super().__init__(every)
        if driver_files.is_uri(log_dir):
            raise ValueError(
                f"`log_dir` must be a local folder. Received: log_dir={log_dir}. Copy the local folder after training."
            )
        self._rows, self._cols = to_integer("rows", rows, least=1), to_integer("cols", cols, least=1)
        self._log_dir, self._seed = log_dir, to_seed(seed)
        self._writers = require("tensorboard.summary.writer.event_file_writer", extra="tensorboard")
        self._events = require("tensorboard.compat.proto.event_pb2", extra="tensorboard")
        self._summaries = require("tensorboard.compat.proto.summary_pb2", extra="tensorboard")
        self._writer: Any = None
        self._began, self._logged = 0.0, 0

    def on_begin(self, training: Training) -> None:
        self._began = time.time() - training.seconds
        self._writer = self._writers.EventFileWriter(self._log_dir)
        self._go_to(training)
        super().on_begin(training)
        self._writer.flush()

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        self._add_rows(training)
        super().on_chunk(rows, training)
        self._writer.flush()

    def on_rollback(self, training: Training) -> None:
        super().on_rollback(training)
        self._go_to(training)

    def _go_to(self, training: Training) -> None:
        """Make TensorBoard discard earlier events in this folder for later steps."""
        self._logged = last_iteration(training.history)
        log = self._events.SessionLog(status=self._events.SessionLog.START)
        self._writer.add_event(self._events.Event(wall_time=time.time(), step=training.iteration + 1, session_log=log))

    def on_end(self, training: Training) -> None:
        if self._writer is None:
            return
        try:
            self._add_rows(training)
            super().on_end(training)
        finally:
            self._writer.close()
            self._writer = None

    def act(self, training: Training) -> None:
        picture = images.grid(training.images(self._rows * self._cols, self._seed), rows=self._rows, cols=self._cols)
        height, width, channels = picture.shape
        image = self._summaries.Summary.Image(
            height=height, width=width, colorspace=channels, encoded_image_string=images.png(picture)
        )
        self._add([self._summaries.Summary.Value(tag="samples", image=image)], training.iteration, time.time())

    def _add_rows(self, training: Training) -> None:
        for row in rows_after(training.history, self._logged):
            value = self._summaries.Summary.Value
            values = [value(tag=name, simple_value=row[name]) for name in row if name not in POSITION]
            self._add(values, row["iteration"], self._began + row["seconds"])
        self._logged = last_iteration(training.history)

    def _add(self, values: List[Any], step: int, wall_time: float) -> None:
        summary = self._summaries.Summary(value=values)
        self._writer.add_event(self._events.Event(wall_time=wall_time, step=step, summary=summary))
