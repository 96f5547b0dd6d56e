"""Methods of `GANModel` that find out something about images or latents."""

from math import prod
from typing import Any, List, Optional, Tuple

import numpy as np
from pyspark.ml.base import Transformer
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.exploration.directions import leading_directions
from bigdl_gan.exploration.model_networks import BATCH, IN_BATCHES, ModelNetworks
from bigdl_gan.images import check_image_column
from bigdl_gan.jvm import bridge
from bigdl_gan.networks.latents import straight_paths
from bigdl_gan.networks.lowered import lower
from bigdl_gan.networks.model_labels import VECTOR, at_latents, with_vectors
from bigdl_gan.params.values import MOST_INT, to_integer, to_number

_LOGITS = "__bigdl_gan_logits"


class Exploring(Transformer, ModelNetworks):
    """What a trained model tells about images and latents."""

    def score(self, df: DataFrame, output_col: str = "score", *, image_col: Optional[str] = None) -> DataFrame:
        """The discriminator's logit for each image; lazy.

        The larger a logit, the more real the image looks to the discriminator. With the losses "non_saturating" and
        "minimax", sigmoid(logit) is its probability that the image is real, not generated. With the others, logits only
        rank images of one model: their zero and their unit mean nothing. It judges by what it last learnt: it has seen
        the training images, and may prefer them to other real ones.

        Batch normalisation uses its running statistics, as in generation. So a row's logit does not depend on other
        rows, and differs a little from what the training computed with each batch's own statistics.

        Args:
            df: DataFrame with images of the discriminator's size and channels, real or generated.
            output_col: a new column for the logits, float.
            image_col: column of the images; if None, the Param `imageCol`. A conditional model takes their labels from
                the Params `labelCol` or `labelCols`.
        Returns:
            The DataFrame with one more column.
        Raises:
            ValueError, TypeError: the column of images is missing or has another type, or `output_col` is there
                already. A task fails if an image is null or has another size."""
        bridge.check_frame(df, "score")
        bridge.refuse_stream(df, IN_BATCHES.format("score"))
        column = image_col or self.getImageCol()
        check_image_column(df, column, name="image_col" if image_col else "imageCol")
        if not isinstance(output_col, str) or not output_col or output_col in df.columns:
            raise ValueError(
                f"`output_col` must name a new column. Received: output_col={output_col!r}, columns: "
                f"{', '.join(df.columns)}. Choose another name, or drop the column."
            )
        told, _ = with_vectors(df, self.labels, self)
        frame = bridge.call(
            "scoreImages", bridge.java_frame(told), self._require_discriminator().value, "discriminator", column,
            "" if self.labels is None else VECTOR, "", _LOGITS, False, BATCH, self._engine(),
        )  # fmt: skip
        scored = bridge.python_frame(frame, df.sparkSession).withColumn(output_col, F.col(_LOGITS)[0])
        return scored.drop(_LOGITS, VECTOR)

    def reconstruct(
        self, df: DataFrame, *, steps: int = 200, learning_rate: float = 0.05, image_col: Optional[str] = None
    ) -> DataFrame:
        """Finds latents whose generated images resemble the given ones; lazy.

        Gradient descent (Adam) through the generator, starting at zero, finds each latent.

        Args:
            df: DataFrame with images of the generator's size and channels.
            steps: steps of gradient descent.
            learning_rate: Adam's learning rate.
            image_col: column of the images; if None, the Param `imageCol`. A conditional model takes their labels from
                the Params `labelCol` or `labelCols`.
        Returns:
            The DataFrame with two more columns. `latent`: array<float>. `distance`: the root mean square of the pixels'
            differences; 1 is the difference between black and white.
        Raises:
            ValueError, TypeError: the column is missing, `latent` or `distance` is there already, or an argument is out
                of range.
        Source: Zhu et al. 2016, arXiv:1609.03552."""
        bridge.check_frame(df, "reconstruct")
        bridge.refuse_stream(df, IN_BATCHES.format("reconstruct"))
        column = image_col or self.getImageCol()
        check_image_column(df, column, name="image_col" if image_col else "imageCol")
        steps = to_integer("steps", steps, least=1, most=MOST_INT)
        learning_rate = to_number("learning_rate", learning_rate, above=0)
        if {"latent", "distance"} & set(df.columns):
            raise ValueError(
                "`df` must not have a column `latent` or `distance`: reconstruct adds them. Received: columns "
                f"{', '.join(df.columns)}. Rename or drop it."
            )
        told, source = with_vectors(df, self.labels, self)
        frame = bridge.call(
            "reconstructImages", bridge.java_frame(told), self._require_generator().value, column, "latent", "distance",
            source, steps, learning_rate, BATCH, self._engine(),
        )  # fmt: skip
        return bridge.python_frame(frame, df.sparkSession).drop(VECTOR)

    def directions(self, k: int = 5) -> np.ndarray:
        """The directions in which a step of the latents changes the generator's first layer most: semantic directions.

        They often stand for something visible, such as a head's turn or a stroke's width. `traverse` shows them. Their
        order is by the size of the change, and their sign has no meaning. If several layers take the latents, their
        matrices count together; if a layer takes a label's embedding too, only the latents' columns count.

        Args:
            k: how many; at most the latents' and the first layer's outputs.
        Returns:
            float32 (k, latent), of length 1 and at right angles to each other: the eigenvectors of A'A with the largest
            eigenvalues, where A (outputs, latent) is the first layer's matrix; the component with the largest absolute
            value is positive.
        Raises:
            TypeError, ValueError: k is not an integer, or out of range; another layer than `Dense` takes the latents.
        Source: Shen & Zhou 2021, arXiv:2007.06600, section 3.2.
        Differs: the authors' code first gives each row of A the length 1; their formulas, and this, do not."""
        return leading_directions(lower(self._require_generator(), "generator"), k)

    def traverse(
        self, latents: Any, direction: Any, *, extent: float = 3.0, steps: int = 7, labels: Any = None
    ) -> DataFrame:
        """Images of latents that move along one direction, as a lazy DataFrame(id: long, offset: float, latent:
        array<float>, image); a conditional model's has a column `label_vector: array<float>` before the images.

        `images.show(frame, cols=steps)` shows a line for each latent.

        Args:
            latents: float (latent,) or (M, latent); for example from `reconstruct`, or normally distributed.
            direction: float (latent,); for example a row of `directions`.
            extent: the offsets go from -extent to extent, in units of the direction's length. A latent has itself a
                length of about the root of its size.
            steps: images of each latent, at evenly spaced offsets, at least 2; an odd number includes the latent.
            labels: of a conditional model: one for all latents, or one for each, as `generate` takes them.
        Returns:
            M x steps rows; ids count all offsets of the first latent, then of the next.
        Raises:
            TypeError, ValueError: an array has another shape or is not finite, an argument is out of range, or a label
                is unknown."""
        steps = to_integer("steps", steps, least=2)
        extent = to_number("extent", extent, above=0)
        size = prod(bridge.call_json("describeNetwork", self._require_generator().value, "generator")["inputShape"])
        points = _finite("latents", latents, size, axes=(1, 2)).reshape(-1, size)
        offsets = np.linspace(-extent, extent, steps)
        path = straight_paths(points, _finite("direction", direction, size, axes=(1,)), offsets)
        vectors = at_latents(self.labels, labels, len(points))
        rows = [
            (i, float(offsets[i % steps]), [float(x) for x in latent], *vectors[i // steps])
            for i, latent in enumerate(path)
        ]
        schema = "id long, offset float, latent array<float>"
        return self._at(rows, schema)

    def _at(self, rows: List[Tuple[Any, ...]], schema: str) -> DataFrame:
        """A DataFrame of images for rows with an id, a column `latent` and, of a conditional model, a label vector."""
        source = ""
        if self.labels is not None:
            schema, source = f"{schema}, label_vector array<float>", '{"column": "label_vector"}'
        frame = self._session().createDataFrame(rows, schema)
        return self._images(frame, "image", "id", "latent", 0, source)


def _finite(name: str, value: Any, size: int, *, axes: Tuple[int, ...]) -> np.ndarray:
    """A float64 array of finite numbers, whose last axis has the generator's size.

    Raises:
        TypeError, ValueError: it is none."""
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"`{name}` must be numbers. Received: {name}={value!r:.60}.") from error
    shapes = " or ".join("({})".format("latent," if axis == 1 else "M, latent") for axis in axes)
    if array.ndim not in axes or array.shape[-1] != size or not array.size:
        raise ValueError(f"`{name}` must be {shapes} with latent={size}. Received: shape {array.shape}.")
    if not np.isfinite(array).all():
        raise ValueError(f"`{name}` must be finite. Received: {array[~np.isfinite(array)][0]} among them.")
    return array
