"""`GANModel`: a trained generator that makes images as a DataFrame."""

import hashlib
import math
from typing import Any, Dict, List, Optional

import numpy as np
import pandas as pd
from PIL import Image
from pyspark.ml import Model
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan import images
from bigdl_gan.checkpoints.stage_files import ModelReader, NetworksReadable, NetworksWritable
from bigdl_gan.exploration import Exploring
from bigdl_gan.exploration.model_networks import BATCH, IN_BATCHES
from bigdl_gan.export import Exporting
from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm import Py4JError, bridge
from bigdl_gan.model_report import DEFAULT_METRICS, write_report
from bigdl_gan.networks import model_labels
from bigdl_gan.networks.generation_columns import check_generation, hashes_images
from bigdl_gan.networks.latents import slerp_path
from bigdl_gan.networks.model_labels import VECTOR
from bigdl_gan.params.gan_table import GAN_TABLE
from bigdl_gan.params.generated.model_setters import ModelSetters
from bigdl_gan.params.labels import Labels
from bigdl_gan.params.values import MOST_LONG, to_integer, to_seed
from bigdl_gan.report import summary
from bigdl_gan.report.history import to_pandas

_HASH = "__bigdl_gan_hash"
_SHOWN_COLUMNS = 8


class GANModel(Model, Exploring, Exporting, ModelSetters, NetworksWritable, NetworksReadable["GANModel"]):
    """A trained generator and discriminator, with the estimator's Params and the training's history.

    `getGenerator()` and `getDiscriminator()` return the networks, as dllib Keras models. `model.generator` is the
    Param, as in all of Spark ML's stages. If the training kept a moving average of the generator's weights, as by
    default, the model generates with it. `setGeneratorWeights("raw")` chooses the weights of the last update.

    Attributes:
        history: one dict per `historyInterval` generator updates; the last may cover fewer. The newest 10,000 rows are
            kept. Older rows are averaged over 2, 4, 8... of them, to at most 10,000 more. A row covers the updates
            since the row before it. Its position after the last of these updates: iteration (from 1), epoch, images
            (seen so far), seconds (since the start). Its means over these updates: loss/generator, loss/discriminator,
            probability/real and /fake (D(x) and D(G(z)); with a relativistic loss, the probability of being more
            realistic than an image of the other kind), accuracy/real and /fake (the discriminator's),
            gradient_norm/generator and /discriminator, and seconds/update with its parts seconds/decode, /compute,
            /exchange and /optimizer. If a callback `Evaluate` measured meanwhile, the last of its figures, such as
            metric/kid, and of their standard errors, such as standard_error/kid. `bigdl_gan.history.write_csv` writes
            it as a table, `history_frame` gives it to pandas, and `bigdl_gan.charts.curves` draws it.
        raw_generator: the generator with the weights of the last update, if the Param `generator` holds their moving
            average; None otherwise.
        checkpoint: the path of the checkpoint with the model's state, if training wrote one.
            `GANEstimator(initialModel=model, initialMoments=True)` reads the moments there.
        labels: what a conditional model generates for, `labels.names`; None if its networks take no labels.
    """

    def __init__(self, *, history: Optional[List[Dict[str, Any]]] = None, uid: Optional[str] = None) -> None:
        super().__init__()
        if uid is not None:
            self._resetUid(uid)
        self.history = history if history is not None else []
        self.raw_generator: Any = None
        self.checkpoint: Optional[str] = None
        self.labels: Optional[Labels] = None

    @classmethod
    def read(cls) -> ModelReader:
        """Reads saved models and checkpoints."""
        return ModelReader(cls)

    def copy(self, extra: Optional[Dict[Any, Any]] = None) -> "GANModel":
        """A copy that shares the networks but nothing else that can change."""
        twin = super().copy(extra)
        twin.history = [dict(row) for row in self.history]
        return twin

    def getGenerator(self) -> Any:
        """The generator that makes the images, with the weights that the Param `generatorWeights` chooses.

        Raises:
            KeyError: there is no generator."""
        return self.raw_generator if self._is_raw() else super().getGenerator()

    def raw_networks(self) -> Dict[str, Any]:
        """Both networks by role, the generator with the weights of the last update: what a training can continue from.

        Raises:
            ValueError: a network is missing."""
        networks = {role: self.getOrDefault(role) for role in ("generator", "discriminator") if self.isDefined(role)}
        if len(networks) != 2:
            raise ValueError(
                "`initialModel` must have a generator and a discriminator. Received: "
                f"{'one' if networks else 'none'} of them. Use a fitted or loaded model."
            )
        return networks if self.raw_generator is None else {**networks, "generator": self.raw_generator}

    def weights_digest(self) -> str:
        """SHA-256 of all networks' weights and running statistics, the average's too.

        Raises:
            ValueError: a network is missing."""
        raw = self.raw_networks()
        networks = [self.getOrDefault("generator"), raw["discriminator"]]
        networks += [] if self.raw_generator is None else [raw["generator"]]
        digests = [bridge.call("digestNetwork", network.value) for network in networks]
        return hashlib.sha256("".join(digests).encode()).hexdigest()

    def __repr__(self) -> str:
        return summary.line(self.uid, self._shapes(), self.history)

    def _repr_html_(self) -> str:
        """What a notebook shows: the same as a table, with the losses' curves."""
        return summary.as_html(self.uid, self._shapes(), self.history)

    def _shapes(self) -> Optional[summary.Shapes]:
        """The generator's shapes; None if there is no generator, empty if the JVM cannot tell (its session ended)."""
        if not self.isDefined("generator"):
            return None
        try:
            return bridge.call_json("describeNetwork", self.getGenerator().value, "generator")
        except (RuntimeError, ValueError, AttributeError, Py4JError, OSError):
            return {}

    def history_frame(self) -> pd.DataFrame:
        """`history` as a pandas DataFrame; its columns have "_" for "/", as in `frame.loss_generator`."""
        return to_pandas(self.history)

    def show(self, n: int = 32, seed: Optional[int] = None) -> Image.Image:
        """A grid of n generated images, 8 in a row. A notebook displays it if the call is the cell's last line.

        Args:
            seed: as in `generate`.
        Returns:
            The picture of `images.show`, which has `save` and `show`.
        Raises:
            TypeError, ValueError: n or seed is not an integer, n is below 1, or seed is out of range."""
        n = to_integer("n", n, least=1)
        columns = min(n, _SHOWN_COLUMNS)
        return images.show(self.generate(n, seed), rows=math.ceil(n / columns), cols=columns)

    def report(
        self, path: str, *, run: Optional[str] = None, reals: Any = None, held_out: Any = None, features: Any = None,
        metrics: Any = DEFAULT_METRICS, n: int = 2000, seed: int = 0, title: str = "Training report",
    ) -> None:  # fmt: skip
        """Writes a page about the model and its training: one HTML file that loads nothing, for any browser.

        It has samples, the history's curves, metrics with intervals, samples over time, paths between latents, the
        nearest training images, Params, layers, throughput, versions, and the code to train again. A part whose input
        is missing is left out and named.

        Args:
            path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
            run: the folder that `callbacks.SampleGrid` or `callbacks.GIF` wrote to, or the folder above it.
            reals: DataFrame of real images in the column that the Param `imageCol` names, or `ReferenceStatistics`.
                For the nearest training images, those trained on: their pictures will be in the page. Rows are named
                by the column that the Param `idCol` names, if there is one.
            held_out, features, metrics: as `metrics.evaluate` takes them.
            n: how many generated images are measured. Some metrics need as many as there are real ones.
            seed: decides the samples, the latents and the metrics' random choices.
            title: the page's heading.
        Raises:
            ValueError, TypeError: an argument breaks its rule, or as `metrics.evaluate`.
            OSError: `run` cannot be read, or `path` cannot be written.
        """
        write_report(
            self, self._session(), path, run=run, reals=reals, held_out=held_out, features=features, metrics=metrics,
            n=n, seed=seed, title=title,
        )  # fmt: skip

    def generate(self, n: int, seed: Optional[int] = None, *, labels: Any = None) -> DataFrame:
        """Generates images as a lazy DataFrame(id: long, image: Spark's image struct).

        A conditional model's has the labels, too: in a column named as the training's `labelCol`, null for a mixture,
        or in a column for each of `labelCols`.

        The model, the seed and the id decide an image, on whatever executors and in whatever partitions. Its origin
        names all three: "gan:<uid>?iteration=500&seed=1&id=7". The Param `truncation` trades variety for quality.

        Args:
            n: number of images; ids are 0 to n - 1.
            seed: if None, the Param `seed`. Of two calls that differ in `labels` alone, images with the same id have
                the same latent.
            labels: a label, or a list whose first label is for id 0, and so on, over and over. A label is a class's or
                an attribute's name, or a mapping from names to numbers: {"Smiling": 1, "Male": 0}, or {3: 0.5, 8: 0.5},
                which is between two classes. If None, labels have the training data's shares.
        Raises:
            TypeError, ValueError: n or seed is not an integer, or is out of range; a label is unknown, or the model
                takes none.
        """
        n = to_integer("n", n, least=0, most=MOST_LONG)
        seed = self.getSeed() if seed is None else to_seed(seed)
        GAN_TABLE.check_one(self, "truncation")
        spark = self._session()
        # A task computes whole batches: more tasks than batches would be idle
        n_partitions = max(1, min(math.ceil(n / BATCH), spark.sparkContext.defaultParallelism))
        ids = spark.range(0, n, 1, n_partitions)
        source = model_labels.source_of(self.labels, labels)
        if self.labels is None:
            return self._images(ids, "image", "id", "", seed, source)
        return model_labels.told(self._images(ids, "image", "id", "", seed, source, VECTOR), self.labels)

    def interpolate(self, latents: Any, steps: int, *, labels: Any = None) -> DataFrame:
        """Images along a path through latents, as a lazy DataFrame(id: long, latent: array<float>, image).

        The path follows the sphere on which normally distributed latents lie, at an even pace. A conditional model's
        path also goes from label to label, in straight lines; its DataFrame has a column `label_vector: array<float>`
        before the images.

        Args:
            latents: float (M, latent), M at least 2; for example from `reconstruct`.
            steps: images from each latent to the next, the first included; the last latent adds one more image.
            labels: of a conditional model: one for all latents, or one for each, as `generate` takes them.
        Raises:
            TypeError, ValueError: the generator takes latents of another shape; steps is not an integer, or below 1; a
                label is unknown, or there is another number of them.
        """
        path = slerp_path(np.asarray(latents, np.float32), steps)
        description = bridge.call_json("describeNetwork", self._require_generator().value, "generator")
        if list(path.shape[1:]) != description["inputShape"]:
            raise ValueError(
                f"`latents` must have the generator's {description['inputShape'][0]} numbers each. "
                f"Received: {path.shape[1]}."
            )
        vectors = model_labels.along(self.labels, labels, n_latents=len(latents), steps=steps)
        rows = [(i, [float(x) for x in latent], *vector) for i, (latent, vector) in enumerate(zip(path, vectors))]
        return self._at(rows, "id long, latent array<float>")

    def _transform(self, dataset: DataFrame) -> DataFrame:
        """Adds a column of images, from the latents in `latentCol`, or from the seed and `idCol`; for the labels in
        `labelCol` or `labelCols`, if the model is conditional.

        If `idCol` is not set and there is no column `id`, a row's id is the 64-bit hash of its image's bytes (Spark's
        xxhash64): the same picture gets the same generated image in every row."""
        bridge.check_frame(dataset, "transform")
        bridge.refuse_stream(dataset, IN_BATCHES.format("transform"))
        check_generation(dataset, self)
        latent = self.getLatentCol() if self.isDefined("latentCol") else ""
        told, source = model_labels.with_vectors(dataset, self.labels, self)
        if not hashes_images(dataset, self):
            return self._images(told, self.getOutputCol(), self.getIdCol(), latent, self.getSeed(), source).drop(VECTOR)
        image = F.col(quoted(self.getImageCol()))
        hashed = told.withColumn(_HASH, F.when(image.isNotNull(), F.xxhash64(image["data"])))
        return self._images(hashed, self.getOutputCol(), _HASH, latent, self.getSeed(), source).drop(_HASH, VECTOR)
