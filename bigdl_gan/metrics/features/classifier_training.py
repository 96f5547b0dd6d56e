"""`train_features`: an extractor from labelled images."""

from typing import Any, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm import bridge
from bigdl_gan.metrics.features.classifier_features import RESIZES, ClassifierFeatures
from bigdl_gan.metrics.features.label_values import Census, Label, census, check_labelled, class_column
from bigdl_gan.params.values import MOST_INT, check_one_of, to_integer, to_number, to_seed


def train_features(
    df: DataFrame, label_col: str, *, image_col: str = "image", network: Any = None, epochs: int = 8,
    batch_size: int = 64, learning_rate: float = 1e-3, seed: int = 0, resize: str = "none", name: str = "classifier",
) -> ClassifierFeatures:  # fmt: skip
    """Train a classifier on labelled images, whose last hidden layer makes features for the metrics.

    Features of a classifier of your own kind of images tell what matters in them, where a network for photographs of
    things may not. It also gives the probabilities that `InceptionScore` and `ClassBalance` need.

    Adam minimises the mean cross-entropy, with a rate that falls to zero along half a cosine. The core trains in one
    task, on one executor, with as many threads as a task has cores, and with all images in its memory: sample large
    data. With one seed the result is the same bit for bit, in whatever order and partitions the rows come. The
    DataFrame is computed twice, unless it is cached.

    Args:
        label_col: integers or strings; every distinct one is a class.
        image_col: image structs of one size, grey or colour.
        network: a Keras model of `bigdl_gan.layers` from images (C, H, W) to one logit for each class, without a
            softmax; it is trained in place, and its last layer must be Dense. If None, a small convolutional network
            for the images' size.
        epochs: passes over the images.
        batch_size: images per update; fewer, if there are fewer images.
        learning_rate: at the beginning.
        seed: decides initial weights and the order of images.
        resize: what the extractor does later with images of another size or channels. "none": refuse them; or the
            filter with which `images.prepare` resizes them: "lanczos", "bicubic", "bilinear", "hamming", "box".
        name: the extractor's, in results.
    Returns:
        The extractor. `save(path)` keeps it, `ClassifierFeatures.load(path)` reads it.
    Raises:
        TypeError, ValueError: an argument breaks its rule; images of several sizes; null labels or images; fewer than
            two labels; the images do not fit an executor's memory.
    Differs: dllib's `fit` exchanges gradients of 16 bits and shuffles without a seed, so the core trains instead."""
    check_labelled(df, label_col, image_col, "train_features")
    epochs = to_integer("epochs", epochs, least=1, most=10_000)
    batch_size = to_integer("batch_size", batch_size, least=1, most=MOST_INT)
    learning_rate = to_number("learning_rate", learning_rate, above=0)
    seed = to_seed(seed)
    check_one_of("resize", resize, RESIZES)
    found = census(df, label_col, image_col)
    labels: Sequence[Label] = list(found.counts)
    shape = _one_shape(found)
    if network is None:
        # imported late: importing dllib changes the environment
        from bigdl_gan.metrics.features.classifier_network import classifier

        network = classifier(shape, len(labels), seed=seed % 1_000_000)
    extractor = ClassifierFeatures(network, name=name, labels=labels, resize=resize, images=found.total)
    if tuple(extractor._shape) != tuple(shape):
        raise ValueError(
            f"`network` must take images of (channels, height, width) = {shape}, as `df` has. Received: a network for "
            f"{tuple(extractor._shape)}. images.prepare brings images to its size."
        )
    rows = df.select(F.col(quoted(image_col)), class_column(df, label_col, labels))
    extractor.losses = bridge.call_json(
        "trainClassifier", bridge.java_frame(rows), network.value, epochs, min(batch_size, found.total), learning_rate,
        seed,
    )  # fmt: skip
    return extractor


def _one_shape(found: Census) -> Any:
    """The images' only shape. Raises ValueError if there are several, or it is no picture's."""
    if len(found.shapes) > 1:
        kinds = ", ".join(f"{count} of {shape}" for shape, count in list(found.shapes.items())[:3])
        raise ValueError(
            f"Labelled images must have one size and number of channels. Received (channels, height, width): {kinds}. "
            "Use images.prepare(df, size)."
        )
    shape = next(iter(found.shapes))
    if shape[0] not in (1, 3) or min(shape[1:]) < 4:
        raise ValueError(
            f"Labelled images must be grey or colour, with 4 pixels a side at least. Received (channels, height, "
            f"width): {shape}. Use images.prepare(df, size)."
        )
    return shape
