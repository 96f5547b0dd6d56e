"""What a trained model's methods share: its networks, the session that they live in, and how it makes images."""

from typing import Any, List, Optional

from pyspark.sql import DataFrame, SparkSession

from bigdl_gan.images import IMAGE_SCHEMA
from bigdl_gan.jvm import bridge
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import GAN_TABLE
from bigdl_gan.params.labels import Labels
from bigdl_gan.report.history import Row, last_iteration

BATCH = 32  # images at once in a task: always this many, so that an image does not depend on its neighbours
IN_BATCHES = "Use writeStream.foreachBatch(lambda df, batch: model.{}(df)...)."  # the remedy for a stream


class ModelNetworks(GANParams):
    """A trained model's networks."""

    history: List[Row]
    raw_generator: Any = None
    labels: Optional[Labels] = None
    _spark: Optional[SparkSession] = None  # the session it was fitted in

    def _session(self) -> SparkSession:
        """The session for new DataFrames: the one the model was fitted in, while it lasts."""
        present = bridge.active_session()
        return self._spark if self._spark is not None and bridge.is_alive(self._spark) else present

    def _require_generator(self) -> Any:
        """Raises ValueError if there is none."""
        if not self.isDefined("generator"):
            raise ValueError("`generator` must be set. Received: nothing. Use a fitted or loaded model.")
        return self.getGenerator()

    def _require_discriminator(self) -> Any:
        """Raises ValueError if there is none."""
        if not self.isDefined("discriminator"):
            raise ValueError("`discriminator` must be set. Received: nothing. Use a fitted or loaded model.")
        return self.getDiscriminator()

    def _engine(self) -> str:
        GAN_TABLE.check_one(self, "engine")
        return self.getEngine()

    @property
    def iteration(self) -> int:
        """Generator updates in its training."""
        return last_iteration(self.history)

    def _is_raw(self) -> bool:
        """Whether the weights of the last update were chosen over their average."""
        GAN_TABLE.check_one(self, "generatorWeights")
        return self.raw_generator is not None and self.getGeneratorWeights() == "raw"

    def _images(
        self, df: DataFrame, output_col: str, id_col: str, latent_col: str, seed: int, labels: str,
        label_column: str = "",
    ) -> DataFrame:  # fmt: skip
        """Adds a column of images to a DataFrame; lazy.

        Args:
            latent_col: a column of latents, or "" to draw them from seed and ids.
            labels: the core's description of the labels, see `model_labels`.
            label_column: a column for the label vectors, or "" for none."""
        generator = self._require_generator()
        truncation = self.getTruncation() if self.isDefined("truncation") else 0.0
        origin = f"gan:{self.uid}?iteration={self.iteration}" + ("&weights=raw" if self._is_raw() else "")
        if not latent_col:
            origin += f"&seed={seed}" + (f"&truncation={truncation:g}" if truncation else "")
        frame = bridge.call(
            "generateImages", bridge.java_frame(df), generator.value, IMAGE_SCHEMA.json(), output_col, id_col,
            latent_col, seed, truncation, labels, label_column, origin, BATCH, self._engine(),
        )  # fmt: skip
        return bridge.python_frame(frame, df.sparkSession)
