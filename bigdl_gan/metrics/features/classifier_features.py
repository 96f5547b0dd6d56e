"""`ClassifierFeatures`: features by a classifier that the core runs, saved and loaded as a folder."""

import json
from typing import Any, Dict, List, Sequence, Tuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.checkpoints import atomic, network_files, untrusted_json
from bigdl_gan.images.decoding.picture import RESAMPLES
from bigdl_gan.images.preparation import prepare
from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm import bridge, hadoop
from bigdl_gan.metrics.features.extraction import FEATURES, PROBABILITIES, check_columns, output_names
from bigdl_gan.metrics.features.label_values import Label, check_labelled, class_column, listed
from bigdl_gan.metrics.own_version import own_version
from bigdl_gan.params.values import check_one_of

RESIZES = ("none", *RESAMPLES)
_FORMAT = 1
_SCHEMA = untrusted_json.fields({
    "format": untrusted_json.integer(), "name": untrusted_json.text, "resize": untrusted_json.one_of(*RESIZES),
    "labels": untrusted_json.list_of(untrusted_json.scalar), "losses": untrusted_json.list_of(untrusted_json.number),
    "images": untrusted_json.integer(most=2**62),
})  # fmt: skip
_IMAGE, _CLASS = "__bigdl_gan_image", "__bigdl_gan_class"
_BATCH = 32  # images at once in a task: always this many, so that features do not depend on an image's neighbours


class ClassifierFeatures:
    """The last hidden layer of a classifier as features, and its probabilities; see `train_features`.

    The core runs the network on the executors, which need neither Python packages nor this one.

    Attributes:
        network: the dllib Keras model, from images (C, H, W) to logits (K,).
        labels: the classes' labels, in the order of the probabilities.
        losses: the mean cross-entropy of each epoch of its training.
        images: how many it was trained on.
    """

    def __init__(
        self, network: Any, *, name: str, labels: Sequence[Label], resize: str = "none", losses: Sequence[float] = (),
        images: int = 0,
    ) -> None:  # fmt: skip
        self.network, self.labels, self.losses, self.images = network, list(labels), list(losses), images
        check_one_of("resize", resize, RESIZES)
        self._name, self._resize = name, resize
        self._shape, self._layer = ends_of(network, len(self.labels))

    def describe(self) -> Dict[str, Any]:
        """What distinguishes its numbers from another's; see `FeatureExtractor`. `sha256` is the weights'."""
        height_width = list(self._shape[1:])
        return {
            "extractor": self._name, "layer": self._layer,
            "resizing": "none" if self._resize == "none" else f"{self._resize} (Pillow, antialiased, 8 bits)",
            "size": height_width, "channels": "grey" if self._shape[0] == 1 else "rgb", "labels": list(self.labels),
            "sha256": bridge.call("digestNetwork", self.network.value), "versions": {"bigdl_gan": own_version()},
        }  # fmt: skip

    def extract(self, df: DataFrame, image_col: str = "image", keep: Sequence[str] = ()) -> DataFrame:
        """The features and the probabilities of a DataFrame's images; lazy. See `FeatureExtractor`.

        Images must have the network's size and channels, unless `resize` was chosen: then `images.prepare` converts
        them, stretched to the size, with that filter.

        Raises:
            ValueError, TypeError: a column is missing or has another type; before any Spark job. A task fails if an
                image is null or damaged, or has another size."""
        check_columns(df, image_col, keep, output_names(True))
        chosen = df.select(*(quoted(name) for name in keep), F.col(quoted(image_col)).alias(_IMAGE))
        frame = bridge.call(
            "scoreImages", bridge.java_frame(self.resized(chosen, _IMAGE)), self.network.value, "classifier", _IMAGE,
            "", FEATURES, PROBABILITIES, True, _BATCH, "auto",
        )  # fmt: skip
        return bridge.python_frame(frame, df.sparkSession).drop(_IMAGE)

    def resized(self, df: DataFrame, image_col: str) -> DataFrame:
        """The DataFrame with its images in the network's size and channels, if `resize` was chosen."""
        if self._resize == "none":
            return df
        channels, *size = self._shape
        return prepare(
            df, size, channels=channels, input_col=image_col, output_col=image_col, crop="none", resample=self._resize,
            min_side=1,
        )  # fmt: skip

    def accuracy(self, df: DataFrame, label_col: str, image_col: str = "image") -> float:
        """The share of rows whose most probable class is their label, 0 to 1. One Spark job.

        A label that the classifier does not know counts as wrong.

        Raises:
            ValueError, TypeError: as `extract`; an empty DataFrame, or a null label."""
        check_labelled(df, label_col, image_col, "accuracy")
        classes = df.withColumn(_CLASS, class_column(df, label_col, self.labels))
        scored = self.extract(classes, image_col, keep=[_CLASS])
        found = F.expr(f"array_position({PROBABILITIES}, array_max({PROBABILITIES})) - 1")
        right = F.sum(F.when(found == F.col(_CLASS), 1).otherwise(0))
        row = scored.agg(right.alias("right"), F.count(F.lit(1)).alias("rows"), F.count(_CLASS).alias("labels")).first()
        if not row or not row.rows or row.labels < row.rows:
            received = "no rows" if not row or not row.rows else f"{row.rows - row.labels} null labels"
            raise ValueError(f"`df` must have rows, each with a label. Received: {received}.")
        return row.right / row.rows

    def save(self, path: str, *, overwrite: bool = False) -> None:
        """Save it as a folder, on any file system that Hadoop reaches.

        Raises:
            FileExistsError: the path exists, and `overwrite` is False.
            OSError: the file system refuses; a folder that was there is still there."""
        spark = bridge.active_session()
        description = {
            "format": _FORMAT, "name": self._name, "resize": self._resize, "labels": self.labels,
            "losses": self.losses, "images": self.images,
        }  # fmt: skip
        with atomic.whole(spark, path, overwrite=overwrite) as partial:
            network_files.write(spark, self.network, f"{partial}/network.bigdl")
            hadoop.write_bytes(spark, f"{partial}/classifier.json", json.dumps(description).encode(), overwrite=False)

    @classmethod
    def load(cls, path: str) -> "ClassifierFeatures":
        """A classifier from `save`. Nothing in its files is run.

        Raises:
            ValueError: it is damaged, or has another format.
            OSError: it cannot be read."""
        spark, path = bridge.active_session(), path.rstrip("/")
        found = _description(hadoop.read_bytes(spark, f"{path}/classifier.json"), path)
        network = network_files.read(spark, f"{path}/network.bigdl")
        return cls(
            network, name=found["name"], labels=found["labels"], resize=found["resize"], losses=found["losses"],
            images=found["images"],
        )  # fmt: skip


def ends_of(network: Any, n_classes: int) -> Tuple[List[int], str]:
    """A classifier's input shape (C, H, W), and the name of its last hidden layer.

    Raises:
        TypeError: no dllib Keras model.
        ValueError: it takes no images, does not end in a layer of `n_classes` logits, or has no hidden layer."""
    if not hasattr(network, "value") or not bridge.is_java_object(network.value):
        raise TypeError(f"`network` must be a Keras model of bigdl_gan.layers. Received: {type(network).__name__}.")
    found = bridge.call_json("describeNetwork", network.value, "classifier")
    layers = found["layers"]
    is_dense = bool(layers) and layers[-1]["kind"].startswith("Dense(")
    hidden = layers[-1]["inputs"][0] if is_dense else 0  # 0 is the network's input, i the i-th layer
    if len(found["inputShape"]) != 3 or found["inputShape"][0] not in (1, 3) or found["labels"]:
        also = f", and label vectors of {found['labels']} numbers" if found["labels"] else ""
        raise ValueError(
            "`network` must take images (1 or 3 channels, height, width). Received: "
            f"{tuple(found['inputShape'])}{also}."
        )
    if found["outputShape"] != [n_classes] or hidden == 0:
        raise ValueError(
            f"`network` must end in Dense({n_classes}), a logit for each label, after hidden layers. Received: outputs "
            f"{tuple(found['outputShape'])} that are {found['end']}, of {len(layers)} layers. Leave out a softmax: "
            "train_features adds it."
        )
    return found["inputShape"], layers[hidden - 1]["name"]


def _description(content: bytes, path: str) -> Dict[str, Any]:
    """The checked content of classifier.json. Raises ValueError."""
    try:
        found = untrusted_json.parse(content)
        problem = _SCHEMA(found).lstrip(". ") or ("" if found["format"] == _FORMAT else "another format")
        found["labels"] = listed(found.get("labels", ())) if not problem else []
    except ValueError as error:
        problem = str(error)
    if problem:
        raise ValueError(f"`path` must hold a classifier that was saved whole. Received: path={path}: {problem}.")
    return found
