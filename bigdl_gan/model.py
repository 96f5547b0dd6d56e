"""`GANModel`: a trained generator that makes images as a DataFrame."""

import math
from typing import Any, Dict, List, Optional

from pyspark.ml import Model
from pyspark.sql import DataFrame

from bigdl_gan import _jvm
from bigdl_gan._checks import check_generation
from bigdl_gan.images import IMAGE_SCHEMA
from bigdl_gan.params import GANParams
from bigdl_gan.persistence import ModelReader, NetworksReadable, NetworksWritable

_BATCH = 32  # images at once in a task: always as many, so that an image does not depend on its neighbours


class GANModel(Model, GANParams, NetworksWritable, NetworksReadable):
    """Both trained networks, the estimator's Params and the history of the training.

    Attributes:
        history: a dict per `historyInterval` generator updates, the last one perhaps of fewer. Position after the
            last of them: iteration (from 1), epoch, images (seen so far), seconds (since the start). Means over them:
            loss/generator, loss/discriminator, probability/real and /fake (means of D(x) and D(G(z))), accuracy/real
            and /fake (the discriminator's), gradient_norm/generator and /discriminator, seconds/update and its parts
            seconds/decode, /compute, /exchange and /optimizer. `bigdl_gan.history.write_csv` makes a table of it.
    """

    def __init__(self, *, history: Optional[List[Dict[str, Any]]] = None, uid: Optional[str] = None) -> None:
        super().__init__()
        if uid is not None:
            self._resetUid(uid)
        self.history = history if history is not None else []

    @classmethod
    def read(cls) -> ModelReader:
        """Reads saved models and checkpoints."""
        return ModelReader(cls)

    def setOutputCol(self, value: str) -> "GANModel":
        return self._set(outputCol=value)

    def setIdCol(self, value: str) -> "GANModel":
        return self._set(idCol=value)

    def setLatentCol(self, value: str) -> "GANModel":
        return self._set(latentCol=value)

    def setSeed(self, value: int) -> "GANModel":
        return self._set(seed=value)

    def generate(self, n: int, seed: Optional[int] = None) -> DataFrame:
        """New images, as a lazy DataFrame(id: long, image: Spark's image struct).

        An image is a function of the seed and its id, on whatever executors and in whatever partitions.

        Args:
            n: images, with ids 0 to n - 1.
            seed: the Param `seed` where not given.
        Raises:
            ValueError: n is negative.
        """
        if n < 0:
            raise ValueError(f"`n` must not be negative. Received: n={n}.")
        spark = _jvm.active_session()
        # A task computes whole batches: not more tasks than batches
        n_partitions = max(1, min(math.ceil(n / _BATCH), spark.sparkContext.defaultParallelism))
        ids = spark.range(0, n, 1, n_partitions)
        return self._images(ids, "image", "id", "", self.getSeed() if seed is None else seed)

    def _transform(self, dataset: DataFrame) -> DataFrame:
        """The DataFrame with a column of images: of the latents in `latentCol`, or of the seed and `idCol`."""
        _jvm.refuse_connect(dataset)
        check_generation(dataset, self)
        latent = self.getLatentCol() if self.isDefined("latentCol") else ""
        return self._images(dataset, self.getOutputCol(), self.getIdCol(), latent, self.getSeed())

    def _images(self, df: DataFrame, output_col: str, id_col: str, latent_col: str, seed: int) -> DataFrame:
        if not self.isDefined("generator"):
            raise ValueError("`generator` must be set. Received: nothing. Use a model that was fitted or loaded.")
        frame = _jvm.call(
            "generateImages", _jvm.java_frame(df), self.getGenerator().value, IMAGE_SCHEMA.json(), output_col, id_col,
            latent_col, seed, _BATCH,
        )  # fmt: skip
        return _jvm.python_frame(frame, df.sparkSession)
