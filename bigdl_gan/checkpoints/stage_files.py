"""Saving and loading estimators and models, on any file system that Hadoop reaches.

A saved stage is a folder: `metadata` (Spark ML's JSON), `generator.bigdl` and `discriminator.bigdl` (dllib's
protocol buffers, including batch-norm statistics) and, for a model, `history.json` and the same as `history.csv`. If
a model's generator is a moving average, `rawGenerator.bigdl` has the weights of the last update. An estimator's
`initialModel` is a folder of that name.
`network_files.py` explains what a stranger's file can and cannot do.
"""

import json
import warnings
from typing import Any, Dict, Optional, Type, TypeVar

from pyspark.ml import Estimator
from pyspark.ml.util import MLReadable, MLReader, MLWritable, MLWriter
from pyspark.sql import SparkSession

from bigdl_gan.checkpoints import atomic, checkpoint_files, network_files, stage_metadata, untrusted_json
from bigdl_gan.checkpoints.json_schema import NETWORKS, OPTIMIZERS, STAGE_NETWORKS, rows_problem
from bigdl_gan.jvm import Py4JError, bridge, hadoop
from bigdl_gan.params import optimizers, plan, schedules
from bigdl_gan.params.labels import Labels
from bigdl_gan.report.history import to_csv

STAGE_FORMAT_VERSION = 1

_Stage = TypeVar("_Stage", bound="MLReadable[Any]")


class StageWriter(MLWriter):
    """Writes to a folder with another name first, so that a failure keeps the old folder and leaves no partial one."""

    def __init__(self, instance: Any) -> None:
        super().__init__()
        self._instance = instance

    def save(self, path: str) -> None:
        """Save the stage.

        Raises:
            FileExistsError: the path exists, and `overwrite()` was not called.
            OSError: the file system refuses. The previous content is still at `path`, or the error says where it is."""
        with atomic.whole(bridge.active_session(), path, overwrite=self.shouldOverwrite) as partial:
            self.saveImpl(partial)

    def saveImpl(self, path: str) -> None:
        stage_metadata.write(bridge.active_session(), path, self._instance, extra={})


class NetworksWriter(StageWriter):
    """Writes a stage with two networks, and a model's history."""

    def save(self, path: str) -> None:
        """Save the stage, without its callbacks: they are code, and loading a stage runs none. Raises as `StageWriter`.

        Warns: RuntimeWarning if an estimator has callbacks. A model does not use them."""
        super().save(path)
        stage = self._instance
        callbacks = stage.getOrDefault("callbacks") if stage.isDefined("callbacks") else []
        if callbacks and isinstance(stage, Estimator):
            names = ", ".join(getattr(callback, "__qualname__", type(callback).__name__) for callback in callbacks)
            warnings.warn(
                f"Callbacks are not saved: {names}. After loading, set them with setCallbacks.", RuntimeWarning,
                stacklevel=2,
            )  # fmt: skip

    def saveImpl(self, path: str) -> None:
        spark, stage = bridge.active_session(), self._instance
        extra: Dict[str, Any] = {
            "formatVersion": STAGE_FORMAT_VERSION,
            "optimizers": {
                name: optimizers.describe(stage.getOrDefault(name)) for name in OPTIMIZERS if stage.isDefined(name)
            },
            "schedules": {
                name: schedules.describe(stage.getOrDefault(name)) for name in plan.SCHEDULES if stage.isDefined(name)
            },
            "networks": [name for name in NETWORKS if stage.isDefined(name)],
            "rawGenerator": getattr(stage, "raw_generator", None) is not None,
            "initialModel": isinstance(stage, Estimator) and stage.isDefined("initialModel"),
            "checkpoint": getattr(stage, "checkpoint", None),
            "labels": stage.labels.as_json() if getattr(stage, "labels", None) is not None else None,
        }
        stage_metadata.write(spark, path, stage, extra=extra)
        for name in extra["networks"]:
            network_files.write(spark, stage.getOrDefault(name), f"{path}/{name}.bigdl")
        if extra["rawGenerator"]:
            network_files.write(spark, stage.raw_generator, f"{path}/rawGenerator.bigdl")
        if extra["initialModel"]:
            NetworksWriter(stage.getOrDefault("initialModel")).saveImpl(f"{path}/initialModel")
        if hasattr(stage, "history"):
            forms = {"history.json": json.dumps(stage.history), "history.csv": to_csv(stage.history)}
            for name, text in forms.items():
                hadoop.write_bytes(spark, f"{path}/{name}", text.encode(), overwrite=False)


class StageReader(MLReader):
    """Reads a stage from `StageWriter` or from Spark's own writer."""

    def __init__(self, cls: Type[Any]) -> None:
        super().__init__()
        self._cls = cls

    def load(self, path: str) -> Any:
        """Load the stage.

        Raises:
            ValueError: the saved stage has another class or another format, or it is damaged.
            OSError: it cannot be read."""
        return self._load(bridge.active_session(), path.rstrip("/"))

    def _load(self, spark: SparkSession, path: str) -> Any:
        return self._create(path, stage_metadata.read(spark, path, self._cls))

    def _create(self, path: str, metadata: Dict[str, Any]) -> Any:
        return stage_metadata.create(
            path, self._cls, uid=metadata["uid"], params=metadata["paramMap"], defaults=metadata["defaultParamMap"]
        )


class NetworksReader(StageReader):
    """Reads a stage from `NetworksWriter`."""

    def _load(self, spark: SparkSession, path: str) -> Any:
        metadata = stage_metadata.read(spark, path, self._cls)
        if metadata.get("formatVersion") != STAGE_FORMAT_VERSION:
            raise ValueError(
                f"A saved stage must have format {STAGE_FORMAT_VERSION}. Received: path={path} with format "
                f"{metadata.get('formatVersion')}. Load it with the version of bigdl_gan that saved it."
            )
        problem = STAGE_NETWORKS(metadata)
        if problem:
            raise stage_metadata.damaged(path, problem.lstrip(". "))
        stage = self._create(path, metadata)
        networks = {name: network_files.read(spark, f"{path}/{name}.bigdl") for name in metadata["networks"]}
        stage._set(**networks, **_optimizers_of(path, metadata["optimizers"]), **_schedules_of(path, metadata))
        if metadata.get("initialModel"):
            stage._set(initialModel=self._initial_model(spark, f"{path}/initialModel"))
        if metadata.get("rawGenerator"):
            stage.raw_generator = network_files.read(spark, f"{path}/rawGenerator.bigdl")
        if hasattr(stage, "history"):
            stage.checkpoint = metadata.get("checkpoint")
            stage.labels = Labels.from_json(metadata["labels"]) if metadata.get("labels") else None
            stage.history = _load_history(spark, f"{path}/history.json")
        return stage

    def _initial_model(self, spark: SparkSession, path: str) -> Any:
        raise stage_metadata.damaged(path, "only an estimator has an initial model")


class EstimatorReader(NetworksReader):
    """Reads an estimator, and the model that it continues from.

    Args:
        model: the model's class."""

    def __init__(self, cls: Type[Any], *, model: Type[Any]) -> None:
        super().__init__(cls)
        self._model = model

    def _initial_model(self, spark: SparkSession, path: str) -> Any:
        return NetworksReader(self._model)._load(spark, path)


class ModelReader(NetworksReader):
    """Reads a model, also from a checkpoint: from the checkpoint's folder, or from the newest in a `checkpointDir`."""

    def _load(self, spark: SparkSession, path: str) -> Any:
        if hadoop.exists(spark, f"{path}/metadata"):
            return super()._load(spark, path)
        if hadoop.exists(spark, f"{path}/metadata.json") or checkpoint_files.is_name(path):
            try:
                found: Optional[checkpoint_files.Checkpoint] = checkpoint_files.open_at(spark, path)
            except OSError as error:
                raise OSError(f"`path` must hold a complete checkpoint. Received: path={path}: {error}.") from error
        else:
            found = checkpoint_files.newest(spark, path)
        return super()._load(spark, path) if found is None else self._from_checkpoint(spark, found)

    def _from_checkpoint(self, spark: SparkSession, checkpoint: checkpoint_files.Checkpoint) -> Any:
        metadata = checkpoint.metadata
        model = stage_metadata.create(
            checkpoint.path, self._cls, uid=metadata["uid"], params=metadata["paramMap"], defaults={}
        )
        trained = checkpoint_files.read_trained(spark, checkpoint)
        given = {name: metadata["optimizers"][name] for name in metadata["optimizersSet"]}
        model._set(
            **trained.networks, **_optimizers_of(checkpoint.path, given), **_schedules_of(checkpoint.path, metadata)
        )
        model.history, model.raw_generator = trained.history, trained.raw_generator
        model.checkpoint, model.labels = checkpoint.path, trained.labels
        return model


class StageWritable(MLWritable):
    """Gives a stage with plain Params `write()` and `save(path)`."""

    def write(self) -> StageWriter:
        return StageWriter(self)


class StageReadable(MLReadable[_Stage]):
    """Gives a stage with plain Params `read()` and `load(path)`."""

    @classmethod
    def read(cls) -> StageReader:
        return StageReader(cls)


class NetworksWritable(MLWritable):
    """Gives a stage with two networks `write()` and `save(path)`."""

    def write(self) -> NetworksWriter:
        """A writer: `write().save(path)` or `write().overwrite().save(path)`, on any Hadoop path.

        It saves the networks, the optimisers, the Params and a model's history. It does not save callbacks, because
        they are code. After loading, set them with `setCallbacks`; until then `fit` shows a progress bar."""
        return NetworksWriter(self)


class NetworksReadable(MLReadable[_Stage]):
    """Gives a stage with two networks `read()` and `load(path)`."""

    @classmethod
    def read(cls) -> NetworksReader:
        return NetworksReader(cls)


def _optimizers_of(path: str, descriptions: Dict[str, Any]) -> Dict[str, Any]:
    try:
        return {name: optimizers.create(saved) for name, saved in descriptions.items()}
    except (TypeError, Py4JError) as error:  # an unknown argument, or one of another type
        raise stage_metadata.damaged(path, f"optimizers cannot be created: {str(error).splitlines()[0]}") from error


def _schedules_of(path: str, metadata: Dict[str, Any]) -> Dict[str, Any]:
    try:
        return {name: schedules.create(saved) for name, saved in metadata.get("schedules", {}).items()}
    except ValueError as error:
        raise stage_metadata.damaged(path, str(error).rstrip(".")) from error


def _load_history(spark: SparkSession, path: str) -> Any:
    try:
        rows = untrusted_json.parse_any(hadoop.read_bytes(spark, path))
        problem = rows_problem(rows)
    except ValueError as error:
        problem = str(error)
    if problem:
        raise ValueError(f"A saved model's history must be rows of numbers. Received: {path}: {problem}.")
    return rows
