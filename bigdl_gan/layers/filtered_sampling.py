"""Resampling with a low-pass filter, as StyleGAN and R3GAN do it."""

from typing import Any, List, Optional

from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.layer import Layer, Shape


class _FilteredSampling2D(Layer):
    n_axes = (3,)

    def __init__(self, *, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [core_part({"layer": type(self).__name__}, shape, [])]


class FilteredUpSampling2D(_FilteredSampling2D):
    """Twice the height and width through the filter [1, 3, 3, 1], (C, H, W) -> (C, 2 H, 2 W), without weights.

    Along each axis y[2 i] = (x[i - 1] + 3 x[i]) / 4 and y[2 i + 1] = (3 x[i] + x[i + 1]) / 4, with zeros beyond the
    border. So inside it is `UpSampling2D(interpolation="bilinear")`, and a constant image stays constant; at the border
    a value is 3/4 of that. It is 4 times the transpose of `FilteredDownSampling2D`.

    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Karras et al. 2020, arXiv:1912.04958, `upsample_2d` with [1, 3, 3, 1]; Huang et al. 2024 (R3GAN),
        arXiv:2501.05441, `InterpolativeUpsampler`; Keras 3 has none."""


class FilteredDownSampling2D(_FilteredSampling2D):
    """Half the height and width through the filter [1, 3, 3, 1], (C, H, W) -> (C, H // 2, W // 2), without weights.

    Along each axis y[i] = (x[2 i - 1] + 3 x[2 i] + 3 x[2 i + 1] + x[2 i + 2]) / 8, with zeros beyond the border. So a
    constant image stays constant, except for 7/8 of it at the border.

    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W), or has a height or width
            of 1.
        RuntimeError: there is no Spark session.
    Source: Karras et al. 2020, arXiv:1912.04958, `downsample_2d` with [1, 3, 3, 1]; Huang et al. 2024 (R3GAN),
        arXiv:2501.05441, `InterpolativeDownsampler`; Zhang 2019, arXiv:1904.11486; Keras 3 has none."""

    def check_input(self, shape: Shape) -> None:
        if min(shape[1:]) < 2:
            raise ValueError(
                "FilteredDownSampling2D's input must have a height and a width of at least 2. Received: an input "
                f"(channels, height, width) of {shape}."
            )
