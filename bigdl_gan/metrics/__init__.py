"""How good generated images are, measured over DataFrames: distances, coverage, copies."""

from bigdl_gan.metrics.class_evaluators import ClassBalance, InceptionScore
from bigdl_gan.metrics.classification_evaluator import ClassificationAccuracy
from bigdl_gan.metrics.classification_score import classification_accuracy
from bigdl_gan.metrics.copies import write_pairs
from bigdl_gan.metrics.evaluation import evaluate
from bigdl_gan.metrics.evaluators import KID, FrechetDistance, PrecisionRecall
from bigdl_gan.metrics.features.classifier_training import train_features
from bigdl_gan.metrics.image_evaluators import Diversity, Weave
from bigdl_gan.metrics.memory_evaluator import Memorization
from bigdl_gan.metrics.reference import ReferenceStatistics
from bigdl_gan.metrics.results import Result, Results

__all__ = [
    "ClassBalance", "ClassificationAccuracy", "Diversity", "FrechetDistance", "InceptionScore", "KID", "Memorization",
    "PrecisionRecall", "ReferenceStatistics", "Result", "Results", "Weave", "classification_accuracy", "evaluate",
    "train_features", "write_pairs",
]  # fmt: skip
