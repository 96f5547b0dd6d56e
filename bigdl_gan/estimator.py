"""`GANEstimator`: the Spark ML face of the training."""

from typing import Any, List, Optional

from pyspark import keyword_only
from pyspark.ml import Estimator
from pyspark.sql import DataFrame, SparkSession

from bigdl_gan import checkpoints
from bigdl_gan.checkpoints.stage_files import NetworksReadable, NetworksWritable
from bigdl_gan.jvm import bridge
from bigdl_gan.model import GANModel
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.keywords import given
from bigdl_gan.training import interrupt
from bigdl_gan.training.assembly import train
from bigdl_gan.training.claims import claimed
from bigdl_gan.training.preflight import check_cluster
from bigdl_gan.training.request import ask
from bigdl_gan.training.resuming import find_start, is_finished


class GANEstimator(Estimator[GANModel], GANParams, NetworksWritable, NetworksReadable["GANEstimator"]):
    """Trains a generator and a discriminator on a column of images, on all executors.

    The networks given are not changed: `fit` trains copies, which the model holds. With one seed and one number of
    executors and cores, the weights that result are always the same.

    Args:
        generator: dllib Keras model, (latent,) -> (C, H, W), ending in tanh; C is 1 (grey) or 3 (red, green, blue).
        discriminator: dllib Keras model, (C, H, W) -> (1,), a logit.
        imageCol: column of Spark's image struct, uint8, of the networks' size.
        loss: "non_saturating" or "minimax".
        updateRule: "simultaneous": both networks' gradients come from one pass at the same weights; "alternating":
            `nCritic` discriminator updates, then one of the generator.
        batchSize: images per update, over all executors; a multiple of their number.
        maxIter, maxEpochs: generator updates, and passes over the data, at most; one of them, or both.
        generatorOptimizer, discriminatorOptimizer: dllib's Adam, SGD or RMSprop; Adam(2e-4, beta1=0.5) where unset.
        randomFlip: flip each real image horizontally with probability 0.5 each time it is drawn.
        storageLevel: where executors hold their images: "MEMORY_AND_DISK" (on the heap, up to half of Spark's storage
            memory, and beyond it in files of Spark's local folders), "MEMORY_ONLY" or "DISK_ONLY". Where
            spark.io.encryption.enabled=true nothing goes to files: what memory does not hold is refused.
        historyInterval: generator updates averaged into one row of `model.history`; the last row may average fewer.
        callbacks: of `bigdl_gan.callbacks`, or functions of (rows, training) called after some updates each; defaults
            to a progress bar, pass [] for no output.
        checkpointDir, checkpointInterval, keepCheckpoints: a folder of this training's own, on any Hadoop path, where
            the newest `keepCheckpoints` (2) are kept of the checkpoints written every `checkpointInterval` (100)
            generator updates and at the end.
        resume: "auto": `fit` goes on from the newest checkpoint, if there is one; a finished training returns at once,
            without reading the images. "must": there has to be one. "never": there must be none.
        maxRecoveries: lost executors that a training with a `checkpointDir` gets over, without a new checkpoint
            between them.
        onCheckpointError: "stop" the training, or "warn" and go on, where a checkpoint cannot be written.
        onDivergence: what to do when a loss, a gradient or a weight is not finite any more. "stop": `fit` returns the
            model as it was before that chunk of updates, with a warning. "rollback": it goes on from the last
            checkpoint with other random numbers, `maxRollbacks` times, and stops then.
    Stopping: ctrl-C ends the training after the chunk of updates that runs (some seconds); `fit` then returns the
        model as it is, with a warning. A second ctrl-C ends it at once, with KeyboardInterrupt.
    Example:
        >>> gan = GANEstimator(generator=dcgan.generator(28, 1), discriminator=dcgan.discriminator(28, 1), maxEpochs=5)
        >>> model = gan.fit(datasets.mnist(spark))
    """

    @keyword_only
    def __init__(
        self, *, generator: Any = None, discriminator: Any = None, imageCol: Optional[str] = None,
        outputCol: Optional[str] = None, idCol: Optional[str] = None, latentCol: Optional[str] = None,
        loss: Optional[str] = None, updateRule: Optional[str] = None, nCritic: Optional[int] = None,
        batchSize: Optional[int] = None, maxIter: Optional[int] = None, maxEpochs: Optional[float] = None,
        seed: Optional[int] = None, generatorOptimizer: Any = None, discriminatorOptimizer: Any = None,
        historyInterval: Optional[int] = None, callbacks: Optional[List[Any]] = None,
        checkpointDir: Optional[str] = None, checkpointInterval: Optional[int] = None,
        keepCheckpoints: Optional[int] = None, resume: Optional[str] = None, maxRecoveries: Optional[int] = None,
        onCheckpointError: Optional[str] = None, onDivergence: Optional[str] = None,
        maxRollbacks: Optional[int] = None, randomFlip: Optional[bool] = None, storageLevel: Optional[str] = None,
        truncation: Optional[float] = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._set_checked(**given(self))

    @keyword_only
    def setParams(
        self, *, generator: Any = None, discriminator: Any = None, imageCol: Optional[str] = None,
        outputCol: Optional[str] = None, idCol: Optional[str] = None, latentCol: Optional[str] = None,
        loss: Optional[str] = None, updateRule: Optional[str] = None, nCritic: Optional[int] = None,
        batchSize: Optional[int] = None, maxIter: Optional[int] = None, maxEpochs: Optional[float] = None,
        seed: Optional[int] = None, generatorOptimizer: Any = None, discriminatorOptimizer: Any = None,
        historyInterval: Optional[int] = None, callbacks: Optional[List[Any]] = None,
        checkpointDir: Optional[str] = None, checkpointInterval: Optional[int] = None,
        keepCheckpoints: Optional[int] = None, resume: Optional[str] = None, maxRecoveries: Optional[int] = None,
        onCheckpointError: Optional[str] = None, onDivergence: Optional[str] = None,
        maxRollbacks: Optional[int] = None, randomFlip: Optional[bool] = None, storageLevel: Optional[str] = None,
        truncation: Optional[float] = None,
    ) -> "GANEstimator":  # fmt: skip
        """Sets the Params that are given."""
        return self._set_checked(**given(self))

    def _fit(self, dataset: DataFrame) -> GANModel:
        bridge.refuse_connect(dataset)
        with interrupt.as_keyboard_interrupt(), claimed(self):
            request = ask(dataset, self)
            start = find_start(request)
            if start is not None and is_finished(start, self):
                return self._model(request.spark, checkpoints.read_trained(request.spark, start))
            check_cluster(request)
            return self._model(request.spark, train(request, start))

    def _model(self, spark: SparkSession, trained: checkpoints.Trained) -> GANModel:
        model = self._copyValues(GANModel(history=trained.history, uid=self.uid))._own_values()
        model._spark = spark
        return model._set(**trained.networks)

    def setGenerator(self, value: Any) -> "GANEstimator":
        return self._set(generator=value)

    def setDiscriminator(self, value: Any) -> "GANEstimator":
        return self._set(discriminator=value)

    def setImageCol(self, value: str) -> "GANEstimator":
        return self._set(imageCol=value)

    def setOutputCol(self, value: str) -> "GANEstimator":
        return self._set(outputCol=value)

    def setIdCol(self, value: str) -> "GANEstimator":
        return self._set(idCol=value)

    def setLatentCol(self, value: str) -> "GANEstimator":
        return self._set(latentCol=value)

    def setLoss(self, value: str) -> "GANEstimator":
        return self._set(loss=value)

    def setUpdateRule(self, value: str) -> "GANEstimator":
        return self._set(updateRule=value)

    def setNCritic(self, value: int) -> "GANEstimator":
        return self._set(nCritic=value)

    def setBatchSize(self, value: int) -> "GANEstimator":
        return self._set(batchSize=value)

    def setMaxIter(self, value: int) -> "GANEstimator":
        return self._set(maxIter=value)

    def setMaxEpochs(self, value: float) -> "GANEstimator":
        return self._set(maxEpochs=value)

    def setSeed(self, value: int) -> "GANEstimator":
        return self._set(seed=value)

    def setGeneratorOptimizer(self, value: Any) -> "GANEstimator":
        return self._set(generatorOptimizer=value)

    def setDiscriminatorOptimizer(self, value: Any) -> "GANEstimator":
        return self._set(discriminatorOptimizer=value)

    def setHistoryInterval(self, value: int) -> "GANEstimator":
        return self._set(historyInterval=value)

    def setCallbacks(self, value: List[Any]) -> "GANEstimator":
        return self._set(callbacks=value)

    def setCheckpointDir(self, value: str) -> "GANEstimator":
        return self._set(checkpointDir=value)

    def setCheckpointInterval(self, value: int) -> "GANEstimator":
        return self._set(checkpointInterval=value)

    def setKeepCheckpoints(self, value: int) -> "GANEstimator":
        return self._set(keepCheckpoints=value)

    def setResume(self, value: str) -> "GANEstimator":
        return self._set(resume=value)

    def setMaxRecoveries(self, value: int) -> "GANEstimator":
        return self._set(maxRecoveries=value)

    def setOnCheckpointError(self, value: str) -> "GANEstimator":
        return self._set(onCheckpointError=value)

    def setOnDivergence(self, value: str) -> "GANEstimator":
        return self._set(onDivergence=value)

    def setTruncation(self, value: float) -> "GANEstimator":
        return self._set(truncation=value)

    def setRandomFlip(self, value: bool) -> "GANEstimator":
        return self._set(randomFlip=value)

    def setStorageLevel(self, value: str) -> "GANEstimator":
        return self._set(storageLevel=value)

    def setMaxRollbacks(self, value: int) -> "GANEstimator":
        return self._set(maxRollbacks=value)
