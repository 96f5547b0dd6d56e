"""Feature extractors: what the metrics compare images by. `FeatureExtractor` is all that they ask for.

`photographs()` and `digits()` are in the package; `train_features` trains one on labelled images; `OnnxFeatures` runs
any network in an ONNX file, and `PythonFeatures` any function. docs/features.md compares them."""

from bigdl_gan.metrics.features.classifier_features import ClassifierFeatures
from bigdl_gan.metrics.features.classifier_training import train_features
from bigdl_gan.metrics.features.digit_classifier import digits
from bigdl_gan.metrics.features.efficientnet_lite0 import photographs
from bigdl_gan.metrics.features.onnx_file import OnnxFeatures
from bigdl_gan.metrics.features.protocol import FeatureExtractor
from bigdl_gan.metrics.features.python_function import PythonFeatures

__all__ = [
    "ClassifierFeatures", "FeatureExtractor", "OnnxFeatures", "PythonFeatures", "digits", "photographs",
    "train_features",
]  # fmt: skip
