"""Saving and loading estimators and models, on any file system that Hadoop reaches.

A saved stage is a folder: `metadata` (Spark ML's JSON), `generator.bigdl` and `discriminator.bigdl` (dllib's
protocol buffers, batch-norm statistics included) and, of a model, `history.json` and the same as `history.csv`.
"""

import json
import uuid
from typing import Any, Type

from pyspark.ml.util import DefaultParamsReader, DefaultParamsWriter, MLReadable, MLReader, MLWritable, MLWriter
from pyspark.sql import SparkSession

from bigdl_gan import _hadoop, _jvm, _networks, _optimizers, checkpoints
from bigdl_gan.history import History, to_csv
from bigdl_gan.params import OBJECT_PARAMS

FORMAT_VERSION = 1
_NETWORKS = ("generator", "discriminator")
_OPTIMIZERS = ("generatorOptimizer", "discriminatorOptimizer")


class NetworksWriter(MLWriter):
    """Writes to a folder of another name first, so that a failure leaves no half of one behind."""

    def __init__(self, instance: Any) -> None:
        super().__init__()
        self._instance = instance

    def save(self, path: str) -> None:
        """Save the stage.

        Raises:
            FileExistsError: the path exists, and `overwrite()` was not called.
            OSError: the file system refuses."""
        spark = _jvm.active_session()
        taken = _hadoop.exists(spark, path)
        if taken and not self.shouldOverwrite:
            raise FileExistsError(
                f"`path` must not exist yet. Received: path={path}. Choose another, or use write().overwrite()."
            )
        partial = f"{path.rstrip('/')}.{uuid.uuid4().hex[:8]}.tmp"
        try:
            self.saveImpl(partial)
            if taken:
                _hadoop.delete(spark, path)
            _hadoop.rename(spark, partial, path)
        finally:
            _hadoop.delete(spark, partial)

    def saveImpl(self, path: str) -> None:
        spark, stage = _jvm.active_session(), self._instance
        plain = {param.name: value for param, value in stage._paramMap.items() if param.name not in OBJECT_PARAMS}
        extra = {
            "formatVersion": FORMAT_VERSION,
            "optimizers": {
                name: _optimizers.describe(stage.getOrDefault(name)) for name in _OPTIMIZERS if stage.isDefined(name)
            },
            "networks": [name for name in _NETWORKS if stage.isDefined(name)],
        }
        DefaultParamsWriter.saveMetadata(stage, path, spark.sparkContext, extraMetadata=extra, paramMap=plain)
        for name in extra["networks"]:
            _save_network(spark, stage.getOrDefault(name), f"{path}/{name}.bigdl")
        if hasattr(stage, "history"):
            forms = {"history.json": json.dumps(stage.history), "history.csv": to_csv(stage.history)}
            for name, text in forms.items():
                _hadoop.write_bytes(spark, f"{path}/{name}", text.encode(), overwrite=False)


class NetworksReader(MLReader):
    """Reads what `NetworksWriter` wrote."""

    def __init__(self, cls: Type[Any]) -> None:
        super().__init__()
        self._cls = cls

    def load(self, path: str) -> Any:
        """Load the stage.

        Raises:
            ValueError: what was saved is another class, or of another version of the format.
            OSError: it cannot be read."""
        spark = _jvm.active_session()
        if not _hadoop.exists(spark, f"{path}/metadata"):
            raise FileNotFoundError(f"`path` must hold a saved {self._cls.__name__}. Received: path={path}.")
        expected = f"{self._cls.__module__}.{self._cls.__name__}"
        metadata = DefaultParamsReader.loadMetadata(path, spark.sparkContext)
        if metadata["class"] != expected:
            raise ValueError(f"`path` must hold a saved {expected}. Received: path={path} with {metadata['class']}.")
        if metadata.get("formatVersion") != FORMAT_VERSION:
            raise ValueError(
                f"A saved stage must be of format {FORMAT_VERSION}. Received: path={path} with format "
                f"{metadata.get('formatVersion')}. Load it with the version of bigdl_gan that saved it."
            )
        stage = self._cls()
        stage._resetUid(metadata["uid"])
        DefaultParamsReader.getAndSetParams(stage, metadata)
        networks = {name: _load_network(spark, f"{path}/{name}.bigdl") for name in metadata["networks"]}
        optimizers = {name: _optimizers.create(saved) for name, saved in metadata["optimizers"].items()}
        stage._set(**networks, **optimizers)
        if hasattr(stage, "history"):
            stage.history = json.loads(_hadoop.read_bytes(spark, f"{path}/history.json").decode())
        return stage


class ModelReader(NetworksReader):
    """Reads a model from a checkpoint of its training too: from its folder, or the newest in a `checkpointDir`."""

    def load(self, path: str) -> Any:
        """Load the model.

        Raises:
            ValueError: what was saved is another class, or of another version of the format.
            OSError: it cannot be read."""
        spark = _jvm.active_session()
        if _hadoop.exists(spark, f"{path}/metadata"):
            return super().load(path)
        if _hadoop.exists(spark, f"{path}/metadata.json"):
            found = checkpoints.open_at(spark, path)
        else:
            found = checkpoints.newest(spark, path)
        return super().load(path) if found is None else self._from_checkpoint(spark, found)

    def _from_checkpoint(self, spark: SparkSession, checkpoint: checkpoints.Checkpoint) -> Any:
        metadata = checkpoint.metadata
        model = self._cls()
        model._resetUid(metadata["uid"])
        model._set(**metadata["paramMap"], **checkpoints.read_networks(spark, checkpoint))
        model._set(**{name: _optimizers.create(metadata["optimizers"][name]) for name in metadata["optimizersSet"]})
        model.history = History.from_json(checkpoints.read_history(spark, checkpoint), interval=1).finished()
        return model


class NetworksWritable(MLWritable):
    """`write()` and `save(path)` of a stage with two networks."""

    def write(self) -> NetworksWriter:
        return NetworksWriter(self)


class NetworksReadable(MLReadable):
    """`read()` and `load(path)` of a stage with two networks."""

    @classmethod
    def read(cls) -> NetworksReader:
        return NetworksReader(cls)


def _save_network(spark: SparkSession, network: Any, path: str) -> None:
    with _networks.temporary_file() as local:
        _networks.write(network, local)
        _hadoop.copy_from_local(spark, local, path)


def _load_network(spark: SparkSession, path: str) -> Any:
    with _networks.temporary_file() as local:
        _hadoop.copy_to_local(spark, path, local)
        return _networks.read(local)
