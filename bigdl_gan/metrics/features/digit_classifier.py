"""`digits`: the extractor for handwritten digits in the package."""

from pathlib import Path

from bigdl_gan.metrics.features.classifier_features import ClassifierFeatures

_FOLDER = Path(__file__).resolve().parent / "digits_classifier"


def digits() -> ClassifierFeatures:
    """A classifier trained on MNIST's 60,000 training images, for MNIST and what imitates it.

    It takes grey images of 28x28 pixels, white digits on black, and refuses others, which
    `images.prepare(df, 28, channels=1)` converts. `tools/digits_classifier.py` trained it by `train_features`.

    Raises:
        RuntimeError: there is no Spark session."""
    return ClassifierFeatures.load(_FOLDER.as_uri())
