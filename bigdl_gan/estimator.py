"""`GANEstimator`: the Spark ML face of the training."""

from pyspark.ml import Estimator
from pyspark.sql import DataFrame, SparkSession

from bigdl_gan import checkpoints
from bigdl_gan.checkpoints.stage_files import EstimatorReader, NetworksReadable, NetworksWritable
from bigdl_gan.jvm import bridge
from bigdl_gan.model import GANModel
from bigdl_gan.params.generated.estimator_setters import EstimatorSetters
from bigdl_gan.training import interrupt
from bigdl_gan.training.assembly import train
from bigdl_gan.training.best_models import read_finished
from bigdl_gan.training.claims import claimed
from bigdl_gan.training.preflight import check_cluster
from bigdl_gan.training.request import ask
from bigdl_gan.training.resuming import find_start, is_finished
from bigdl_gan.training.transfer import check_moments


class GANEstimator(Estimator[GANModel], EstimatorSetters, NetworksWritable, NetworksReadable["GANEstimator"]):
    """Trains a generator and a discriminator on a column of images, on all executors.

    `fit` trains copies of the two networks and leaves the given ones as they are. The same seed on the same number of
    executors and cores always gives the same weights.

    Every Param is a keyword argument of the constructor, which explains it.

    Stopping: ctrl-C ends training after the current chunk of updates (some seconds). `fit` then warns, and returns the
        model trained so far. A second ctrl-C raises KeyboardInterrupt at once.
    Example:
        >>> from bigdl_gan import GANEstimator, datasets
        >>> from bigdl_gan.networks import dcgan
        >>> gan = GANEstimator(generator=dcgan.generator(28, 1), discriminator=dcgan.discriminator(28, 1), maxEpochs=5)
        >>> model = gan.fit(datasets.mnist(spark))
    """

    @classmethod
    def read(cls) -> EstimatorReader:
        """Reads saved estimators."""
        return EstimatorReader(cls, model=GANModel)

    def _fit(self, dataset: DataFrame) -> GANModel:
        bridge.check_frame(dataset, "fit")
        with interrupt.as_keyboard_interrupt(), claimed(self):
            request = ask(dataset, self)
            start = find_start(request)
            if start is not None and is_finished(start, self):
                return self._model(request.spark, read_finished(request, start))
            if start is None:
                check_moments(request)
            return self._model(request.spark, train(check_cluster(request, start), start))

    def _model(self, spark: SparkSession, trained: checkpoints.Trained) -> GANModel:
        model = self._copyValues(GANModel(history=trained.history, uid=self.uid))._own_values()
        model.clear(model.initialModel)  # otherwise each model would hold all the models before it
        model._spark, model.raw_generator, model.checkpoint = spark, trained.raw_generator, trained.checkpoint
        model.labels = trained.labels
        return model._set(**trained.networks)
