"""Normalisation of each sample by itself, for discriminators under a gradient penalty and for small batches."""

from math import prod
from typing import Any, List, Optional

import numpy as np
from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.construction import to_bool
from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.layer import Layer, Shape
from bigdl_gan.params.values import to_integer, to_number


class _Affine(Layer):
    """A normalisation with a learned scale, which starts at one, and a learned shift, which starts at zero."""

    def __init__(self, epsilon: float, center: bool, scale: bool, input_shape: Any, name: Optional[str]) -> None:
        super().__init__(input_shape, name)
        self.epsilon = to_number("epsilon", epsilon, above=0)
        self.center = to_bool("center", center)
        self.scale = to_bool("scale", scale)

    def _part(self, shape: Shape, of: Shape, **arguments: int) -> ZooKerasLayer:
        """Args:
        shape: the input's.
        of: the weights'."""
        description = {
            "layer": type(self).__name__, "epsilon": self.epsilon, "center": self.center, "scale": self.scale,
            **arguments,
        }  # fmt: skip
        weights = [np.ones(of, np.float32)] * self.scale + [np.zeros(of, np.float32)] * self.center
        return core_part(description, shape, weights)


class GroupNormalization(_Affine):
    """Normalises each sample's groups of channels to mean 0 and variance 1; of (C, H, W) or (features,).

    y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the (biased) variance of all values in a
    group of neighbouring channels. Training and generation are the same. Its weights are gamma, (C,), which starts at
    one, and beta, (C,), which starts at zero.

    Args:
        groups: into how many groups the channels fall, a divisor of their number; -1 for one channel in each.
        epsilon: added to the variance, above 0. PyTorch's default is 1e-5.
        center: whether there is a beta.
        scale: whether there is a gamma.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is neither (features,) nor (C, H, W), or
            its channels do not fall into that many groups.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.GroupNormalization`, channels first; Wu & He 2018, arXiv:1803.08494, formula 1."""

    n_axes = (1, 3)

    def __init__(
        self, groups: int = 32, *, epsilon: float = 1e-3, center: bool = True, scale: bool = True,
        input_shape: Any = None, name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(epsilon, center, scale, input_shape, name)
        self.groups = to_integer("groups", groups, least=-1)
        if self.groups == 0:
            raise ValueError("`groups` must be a positive integer, or -1 for one channel in each. Received: groups=0.")

    def check_input(self, shape: Shape) -> None:
        if shape[0] % self.groups:
            divisors = ", ".join(str(n) for n in range(1, shape[0] + 1) if shape[0] % n == 0)
            raise ValueError(
                f"`groups` must divide the number of channels, {shape[0]}. Received: groups={self.groups}. "
                f"Use one of {divisors}."
            )

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [self._part(shape, shape[:1], groups=shape[0] if self.groups == -1 else self.groups)]


class InstanceNormalization(_Affine):
    """Normalises each channel of each image to mean 0 and variance 1, (C, H, W).

    It is `GroupNormalization` with one channel in each group. Its weights are gamma, (C,), which starts at one, and
    beta, (C,), which starts at zero.

    Args:
        epsilon: added to the variance, above 0. PyTorch's default is 1e-5.
        center: whether there is a beta. PyTorch has neither weight by default.
        scale: whether there is a gamma.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Ulyanov et al. 2016, arXiv:1607.08022; TensorFlow Addons, `InstanceNormalization`; Keras 3 has none."""

    n_axes = (3,)

    def __init__(
        self, *, epsilon: float = 1e-3, center: bool = True, scale: bool = True, input_shape: Any = None,
        name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(epsilon, center, scale, input_shape, name)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [self._part(shape, shape[:1], groups=shape[0])]


class LayerNormalization(_Affine):
    """Normalises all values of each sample together to mean 0 and variance 1, of any shape.

    Its weights are gamma, which starts at one, and beta, which starts at zero; each has a number for each of a sample's
    values, in a vector.

    Args:
        epsilon: added to the variance, above 0. PyTorch's default is 1e-5.
        center: whether there is a beta.
        scale: whether there is a gamma.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.LayerNormalization`; Ba et al. 2016, arXiv:1607.06450.
    Differs: Keras normalises the last axis only, unless `axis` names all. For one gamma and beta for each channel of an
        image, as in Gulrajani et al. 2017, use GroupNormalization(groups=1)."""

    def __init__(
        self, *, epsilon: float = 1e-3, center: bool = True, scale: bool = True, input_shape: Any = None,
        name: Optional[str] = None,
    ) -> None:  # fmt: skip
        super().__init__(epsilon, center, scale, input_shape, name)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [self._part(shape, (prod(shape),))]


class PixelNormalization(Layer):
    """Divides each pixel's channels by their root mean square, x / sqrt(mean(x^2) + epsilon), without weights.

    Args:
        epsilon: added to the mean of the squares, above 0.
    Raises:
        TypeError, ValueError: `epsilon` is not a finite number above 0; on use, the input is neither (features,) nor
            (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Karras et al. 2018, arXiv:1710.10196, section 4.2; Keras 3 has none."""

    n_axes = (1, 3)

    def __init__(self, *, epsilon: float = 1e-8, input_shape: Any = None, name: Optional[str] = None) -> None:
        super().__init__(input_shape, name)
        self.epsilon = to_number("epsilon", epsilon, above=0)

    def parts(self, shape: Shape) -> List[ZooKerasLayer]:
        return [core_part({"layer": type(self).__name__, "epsilon": self.epsilon}, shape, [])]
