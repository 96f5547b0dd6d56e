"""`classification_accuracy`: what generated labelled images are worth as training data."""

from math import sqrt
from typing import Any, Dict, Mapping, NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.schema import quoted
from bigdl_gan.metrics.features.classifier_training import train_features
from bigdl_gan.metrics.features.label_values import check_labelled
from bigdl_gan.metrics.own_version import own_version


class ClassificationScore(NamedTuple):
    """The result of `classification_accuracy`.

    Attributes:
        value: accuracy on the test rows of a classifier trained on generated images, 0 to 1.
        real_value: the same, trained on as many real images: what `value` would be for perfect images.
        standard_error, real_standard_error: over test sets of this size, for these two classifiers. Another seed's
            classifiers differ too.
        n_train: images that each classifier was trained on.
        n_test: test rows.
        settings: how both were trained.
        seed: decides initial weights, the images taken, and their order.
        versions: of packages."""

    value: float
    real_value: float
    standard_error: float
    real_standard_error: float
    n_train: int
    n_test: int
    settings: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str]


def classification_accuracy(
    fakes: DataFrame, reals: DataFrame, test: DataFrame, label_col: str = "label", *, image_col: str = "image",
    epochs: int = 8, batch_size: int = 64, learning_rate: float = 1e-3, seed: int = 0,
) -> ClassificationScore:  # fmt: skip
    """Train a classifier on generated labelled images, another one on real ones, and compare both on real test rows.

    Both have the same network and initial weights (those of `train_features`), and are trained on equally many images:
    as many as the smaller of `fakes` and `reals` has. A larger one is cut to those with the smallest hashes of seed and
    pixels, so the same rows are taken in whatever partitions they lie. A low value means that images do not show their
    label, or lack variety; a generator that repeats the training images can still have a high one.

    Args:
        fakes, reals, test: labelled images of one size. Keep `test` apart from what the generator was trained on.
        label_col, image_col: columns of all three.
        epochs, batch_size, learning_rate: as in `train_features`.
        seed: see `ClassificationScore`.
    Raises:
        TypeError, ValueError: a column is missing or has another type; as `train_features` and its `accuracy`.
    Source: Ravuri & Vinyals 2019, "Classification Accuracy Score for Conditional Generative Models", arXiv:1905.10887.
    Differs: the paper trains a ResNet-50 on ImageNet."""
    frames = {"fakes": fakes, "reals": reals, "test": test}
    for side, df in frames.items():
        check_labelled(df, label_col, image_col, f"classification_accuracy, for `{side}`,")
    counts = {side: df.count() for side, df in frames.items()}
    empty = [side for side, count in counts.items() if not count]
    if empty:
        raise ValueError(f"`{empty[0]}` must have rows. Received: an empty DataFrame.")
    n_train = min(counts["fakes"], counts["reals"])
    settings = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
    found: Dict[str, float] = {}
    for side in ("fakes", "reals"):
        rows = frames[side] if counts[side] == n_train else _sample(frames[side], image_col, n_train, seed)
        extractor = train_features(
            rows, label_col, image_col=image_col, epochs=epochs, batch_size=batch_size, learning_rate=learning_rate,
            seed=seed, name=f"classifier of {side}",
        )  # fmt: skip
        found[side] = extractor.accuracy(test, label_col, image_col)
    errors = {side: sqrt(share * (1 - share) / counts["test"]) for side, share in found.items()}
    return ClassificationScore(
        found["fakes"], found["reals"], errors["fakes"], errors["reals"], n_train, counts["test"], settings, seed,
        {"bigdl_gan": own_version()},
    )  # fmt: skip


def _sample(df: DataFrame, image_col: str, count: int, seed: int) -> DataFrame:
    return df.orderBy(F.xxhash64(F.lit(seed), F.col(quoted(image_col))["data"])).limit(count)
