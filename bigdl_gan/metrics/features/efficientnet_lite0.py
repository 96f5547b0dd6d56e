"""`photographs`: the default extractor for photographs, whose file ships in the package."""

from pathlib import Path

from bigdl_gan.metrics.features.onnx_file import OnnxFeatures

_FILE = Path(__file__).resolve().parent / "efficientnet_lite0_weights" / "efficientnet_lite0.onnx"


def photographs() -> OnnxFeatures:
    """EfficientNet-Lite0, trained on ImageNet: 1280 features and the probabilities of ImageNet's 1000 classes.

    For colour photographs of any size; they are resized to 224x224 with clean-fid's bicubic filter. Needs onnxruntime:
    `pip install 'bigdl_gan[onnx]'`. The weights are in this package, with kernels rounded to float16, under the Apache
    License 2.0.

    The features follow content: a missing group of faces, copies and blur all raise the distance. They also react to
    pixel noise far more than a viewer does. Distances in this space compare with each other only, not with published
    FIDs, which are Inception's.

    Raises:
        RuntimeError: onnxruntime is not installed.
    Source: Tan & Le 2019, arXiv:1905.11946."""
    return OnnxFeatures(
        str(_FILE), name="EfficientNet-Lite0", output_name="features", probabilities_name="probabilities", mean=127.0,
        std=128.0,
    )  # fmt: skip
