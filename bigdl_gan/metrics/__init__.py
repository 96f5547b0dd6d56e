"""How good generated images are."""

from bigdl_gan.metrics.classification_score import ClassificationAccuracy, classification_accuracy
from bigdl_gan.metrics.features.classifier_training import train_features

__all__ = ["ClassificationAccuracy", "classification_accuracy", "train_features"]
