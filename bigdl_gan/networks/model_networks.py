"""What a trained model's methods share: its networks, and the session that they live in."""

from typing import Any, Optional

from pyspark.sql import SparkSession

from bigdl_gan.jvm import bridge
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import GAN_TABLE

BATCH = 32  # images at once in a task: always this many, so that an image does not depend on its neighbours
IN_BATCHES = "Use writeStream.foreachBatch(lambda df, batch: model.{}(df)...)."  # the remedy for a stream


class ModelNetworks(GANParams):
    """A trained model's networks."""

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
