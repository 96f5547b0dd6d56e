"""How good generated images are, measured over DataFrames: distances, coverage, copies."""

from bigdl_gan.metrics.evaluation import evaluate
from bigdl_gan.metrics.evaluators import KID, FrechetDistance, PrecisionRecall
from bigdl_gan.metrics.results import Result, Results

__all__ = ["FrechetDistance", "KID", "PrecisionRecall", "Result", "Results", "evaluate"]
