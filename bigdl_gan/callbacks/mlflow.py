"""Logs statistics, samples and settings to MLflow."""

import time
from typing import Any, Dict, List

from bigdl_gan import images
from bigdl_gan.callbacks.base import Periodic
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.extras import require
from bigdl_gan.params.values import to_integer, to_seed
from bigdl_gan.report.history import POSITION, Row, last_iteration, rows_after

_BATCH = 1000  # MLflow's limit for metrics in one call


class MLflow(Periodic):
    """Logs the rows of `model.history` as metrics, grids of samples as artifacts and the estimator's plain Params.

    Needs the pip extra `mlflow`. Logs to the active run, if there is one, and leaves it open; else starts a run in
    MLflow's current experiment, and ends it. MLflow's own settings (`mlflow.set_tracking_uri`,
    `mlflow.set_experiment`, their environment variables) choose where runs are stored: a tracking server or the
    driver's disk, not a Hadoop path.

    Args:
        every: generator updates between grids; metrics are logged after every chunk.
        rows, cols: the grid's size; grids are `samples/00000000.png` and so on.
        seed: the seed of the grid's latents.
    Raises:
        RuntimeError: the package mlflow is not installed.
    """

    def __init__(self, every: int = 500, *, rows: int = 8, cols: int = 8, seed: int = 0) -> None:
        super().__init__(every)
        self._rows, self._cols = to_integer("rows", rows, least=1), to_integer("cols", cols, least=1)
        self._seed = to_seed(seed)
        self._mlflow = require("mlflow", extra="mlflow")
        self._entities = require("mlflow.entities", extra="mlflow")
        self._client: Any = None
        self._run_id, self._is_own = "", False
        self._began, self._logged = 0.0, 0

    def on_begin(self, training: Training) -> None:
        self._began, self._logged, self._run_id = time.time() - training.seconds, 0, ""
        self._client = self._mlflow.MlflowClient()
        run = self._mlflow.active_run()
        self._is_own = run is None
        self._run_id = (run or self._mlflow.start_run()).info.run_id
        params = [self._entities.Param(name, str(value)) for name, value in sorted(training.params.items())]
        self._client.log_batch(self._run_id, params=params)
        super().on_begin(training)

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        self._log_rows(training)
        super().on_chunk(rows, training)

    def on_rollback(self, training: Training) -> None:
        super().on_rollback(training)
        self._logged = last_iteration(training.history)

    def on_end(self, training: Training) -> None:
        if not self._run_id:
            return
        try:
            self._log_rows(training)
            super().on_end(training)
        finally:
            if self._is_own:
                self._mlflow.end_run("FAILED" if training.failed else "FINISHED")
            self._run_id = ""

    def act(self, training: Training) -> None:
        picture = images.grid(training.images(self._rows * self._cols, self._seed), rows=self._rows, cols=self._cols)
        self._client.log_image(self._run_id, picture, artifact_file=f"samples/{training.iteration:08d}.png")

    def _log_rows(self, training: Training) -> None:
        rows = rows_after(training.history, self._logged)
        metrics = [metric for row in rows for metric in self._metrics(row)]
        for start in range(0, len(metrics), _BATCH):
            self._client.log_batch(self._run_id, metrics=metrics[start:start + _BATCH])
        self._logged = last_iteration(training.history)

    def _metrics(self, row: Row) -> List[Any]:
        milliseconds = int(1000 * (self._began + row["seconds"]))
        names = [name for name in row if name not in POSITION]
        return [self._entities.Metric(name, row[name], milliseconds, row["iteration"]) for name in names]
