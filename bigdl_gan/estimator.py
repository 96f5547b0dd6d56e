"""`GANEstimator`: the Spark ML face of the training."""

from typing import Any, Dict, List, Tuple

from pyspark.ml import Estimator
from pyspark.sql import DataFrame, SparkSession

from bigdl_gan import checkpoints
from bigdl_gan.callbacks import Callback
from bigdl_gan.callbacks.dispatch import check_callbacks
from bigdl_gan.checkpoints.keeper import Keeper
from bigdl_gan.checkpoints.stage_files import NetworksReadable, NetworksWritable
from bigdl_gan.images import check_image_column
from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm import bridge
from bigdl_gan.model import GANModel
from bigdl_gan.params.generated.estimator_setters import EstimatorSetters
from bigdl_gan.report.history import History
from bigdl_gan.training import interrupt, preflight, resuming
from bigdl_gan.training.assembly import train
from bigdl_gan.training.checks import check_images, check_networks, check_params
from bigdl_gan.training.claims import claimed


class GANEstimator(Estimator[GANModel], EstimatorSetters, NetworksWritable, NetworksReadable["GANEstimator"]):
    """Trains a generator and a discriminator on a column of images, on all executors.

    `fit` trains copies of the two networks and leaves the given ones as they are. The same seed on the same number of
    executors and cores always gives the same weights.

    Every Param is a keyword argument of the constructor, which explains it.

    Stopping: ctrl-C ends training after the current chunk of updates (some seconds). `fit` then warns, and returns the
        model trained so far. A second ctrl-C raises KeyboardInterrupt at once.
    Example:
        >>> gan = GANEstimator(generator=dcgan.generator(28, 1), discriminator=dcgan.discriminator(28, 1), maxEpochs=5)
        >>> model = gan.fit(datasets.mnist(spark))
    """

    def _fit(self, dataset: DataFrame) -> GANModel:
        bridge.refuse_connect(dataset)
        with interrupt.as_keyboard_interrupt(), claimed(self._claims()):
            return self._train(dataset)

    def _claims(self) -> List[Tuple[Any, str]]:
        """What no other training may use meanwhile: they would mix up what they keep, or write."""
        claims: List[Tuple[Any, str]] = []
        if self.isDefined("checkpointDir"):
            folder = self.getCheckpointDir()
            claims.append((
                folder.rstrip("/"), f"`checkpointDir` must be this training's own. Received: checkpointDir={folder}, "
                "which a training of this process is using. Choose another folder."
            ))  # fmt: skip
        for callback in self.getCallbacks() if self.isDefined("callbacks") else []:
            if isinstance(callback, Callback):
                claims.append((
                    id(callback), "A callback must watch one training at a time. Received: "
                    f"{type(callback).__name__}, which watches another one now. Give each its own, or none: "
                    "callbacks=[]."
                ))  # fmt: skip
        return claims

    def _train(self, dataset: DataFrame) -> GANModel:
        bridge.refuse_stream(dataset, "Write it to a table first, or call fit in writeStream.foreachBatch(...).")
        check_image_column(dataset, self.getImageCol())
        check_params(self)
        check_callbacks(self.getCallbacks() if self.isDefined("callbacks") else [])
        networks = {"generator": self.getGenerator(), "discriminator": self.getDiscriminator()}
        descriptions = {
            role: bridge.call_json("describeNetwork", network.value, role) for role, network in networks.items()
        }
        check_networks(descriptions["generator"], descriptions["discriminator"])
        spark = dataset.sparkSession
        executors = bridge.call_json("listExecutors", bridge.java_session(spark))
        about = {**resuming.describe(self, descriptions), "executors": [executor["cores"] for executor in executors]}
        begin = resuming.find_start(spark, self, about)
        if begin is not None and resuming.is_finished(begin, self):
            past = History.from_json(begin.history, self.getHistoryInterval())
            return self._model(spark, checkpoints.read_networks(spark, begin), past.finished())
        preflight.check_cluster(spark, executors, self.getBatchSize(), descriptions, self.getStorageLevel())
        copies = {role: bridge.clone_network(network) for role, network in networks.items()}
        column = dataset.select(quoted(self.getImageCol()))
        table = bridge.call("openTable", bridge.java_frame(column), self.getStorageLevel())
        try:
            census = bridge.call_json("describeTable", table)
            shape = descriptions["discriminator"]["inputShape"]
            check_images(census, self.getImageCol(), shape, self.getBatchSize())
            n_images = sum(kind["count"] for kind in census["kinds"])
            about.update(images=n_images, imageHash=census["hash"])
            if begin is not None:
                resuming.check_data(
                    begin, n_images=n_images, image_hash=census["hash"], executors=about["executors"]
                )
            keeper = Keeper(spark, self, about=about, networks=copies, begin=begin)
            history = train(
                dataset, self, table, n_images=n_images, n_executors=len(executors), keeper=keeper, **copies
            )
        finally:
            table.close()
        return self._model(spark, copies, history)

    def _model(self, spark: SparkSession, networks: Dict[str, Any], history: List[Dict[str, Any]]) -> GANModel:
        model = self._copyValues(GANModel(history=history, uid=self.uid))._own_values()._set(**networks)
        model._spark = spark
        return model
