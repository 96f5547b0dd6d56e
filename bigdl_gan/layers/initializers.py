"""Initial kernels: by name, or drawn by an object as the layer is built."""

from math import sqrt
from typing import Any, Callable, Dict, NamedTuple, Optional, Sequence, Union

import numpy as np

from bigdl_gan.layers.construction import check_choice
from bigdl_gan.params.values import to_integer, to_number

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")
# the standard deviation of N(0, 1) cut off at -2 and 2
_TRUNCATED = 0.87962566103423978


class Fans(NamedTuple):
    """How many inputs each output depends on, and how many outputs depend on each input."""

    inputs: float
    outputs: float


class Initializer:
    """Draws a layer's kernel when the layer is built; its bias starts at zero.

    Args:
        seed: with it, the same kernel each time; None for another one each time.
    Raises:
        TypeError, ValueError: `seed` is neither None nor an integer from 0 on."""

    def __init__(self, seed: Optional[int] = None) -> None:
        self.seed = None if seed is None else to_integer("seed", seed, least=0)

    def draw(self, shape: Sequence[int], fans: Fans) -> np.ndarray:
        """A kernel, float32, of that shape."""
        return self.sample(np.random.default_rng(self.seed), shape, fans).astype(np.float32)

    def sample(self, rng: np.random.Generator, shape: Sequence[int], fans: Fans) -> np.ndarray:
        """A kernel of that shape from the generator's numbers."""
        raise NotImplementedError


class VarianceScaling(Initializer):
    """Kernels of mean 0 and variance scale / n, where n is a number of inputs or outputs.

    Args:
        scale: above 0.
        mode: n is the number of inputs of an output ("fan_in"), of outputs of an input ("fan_out"), or their mean
            ("fan_avg").
        distribution: "truncated_normal" (within two standard deviations), "untruncated_normal" or "uniform".
        seed: with it, the same kernel each time; None for another one each time.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
    Source: Keras 3, `keras.initializers.VarianceScaling`.
    Differs: of a transposed convolution, Keras takes the inputs for outputs, and multiplies both by the kernel's size.
        With strides, an output depends on only that part of the kernel's values that falls on pixels, which counts
        here."""

    def __init__(
        self, scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal",
        seed: Optional[int] = None,
    ) -> None:  # fmt: skip
        super().__init__(seed)
        self.scale = to_number("scale", scale, above=0)
        self.mode = check_choice("mode", mode, _MODES)
        self.distribution = check_choice("distribution", distribution, _DISTRIBUTIONS)

    def sample(self, rng: np.random.Generator, shape: Sequence[int], fans: Fans) -> np.ndarray:
        n = {"fan_in": fans.inputs, "fan_out": fans.outputs, "fan_avg": (fans.inputs + fans.outputs) / 2}[self.mode]
        deviation = sqrt(self.scale / n)
        if self.distribution == "uniform":
            return rng.uniform(-sqrt(3) * deviation, sqrt(3) * deviation, shape)
        if self.distribution == "untruncated_normal":
            return rng.normal(0, deviation, shape)
        return deviation / _TRUNCATED * _truncated_normal(rng, shape)


def _truncated_normal(rng: np.random.Generator, shape: Sequence[int]) -> np.ndarray:
    values = rng.standard_normal(shape)
    while True:
        outside = np.abs(values) > 2
        if not outside.any():
            return values
        values[outside] = rng.standard_normal(np.count_nonzero(outside))


class HeNormal(VarianceScaling):
    """Normal kernels that keep a signal's size: their standard deviation is gain / sqrt(inputs of an output).

    Args:
        gain: above 0. The square root of 2 suits ReLU, sqrt(2 / (1 + a^2)) leaky ReLU of slope a, 1 no activation.
        seed: with it, the same kernel each time; None for another one each time.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
    Source: He et al. 2015, arXiv:1502.01852, formulas 10 and 15; Keras 3, `keras.initializers.HeNormal`, which has no
        gain; as there, no value is beyond two standard deviations of the normal that is cut off there."""

    def __init__(self, gain: float = sqrt(2), seed: Optional[int] = None) -> None:
        super().__init__(to_number("gain", gain, above=0) ** 2, "fan_in", "truncated_normal", seed)


class HeUniform(VarianceScaling):
    """As `HeNormal`, but uniform, between -gain sqrt(3 / n) and gain sqrt(3 / n) for n inputs of an output.

    Args:
        gain: above 0; see `HeNormal`.
        seed: with it, the same kernel each time; None for another one each time.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
    Source: Keras 3, `keras.initializers.HeUniform`, which has no gain."""

    def __init__(self, gain: float = sqrt(2), seed: Optional[int] = None) -> None:
        super().__init__(to_number("gain", gain, above=0) ** 2, "fan_in", "uniform", seed)


class RandomNormal(Initializer):
    """Kernels from N(0, stddev).

    Args:
        stddev: at least 0.
        seed: with it, the same kernel each time; None for another one each time.
    Raises:
        TypeError, ValueError: an argument breaks its rule.
    Source: Keras 3, `keras.initializers.RandomNormal`, of mean 0."""

    def __init__(self, stddev: float = 0.05, seed: Optional[int] = None) -> None:
        super().__init__(seed)
        self.stddev = to_number("stddev", stddev, least=0)

    def sample(self, rng: np.random.Generator, shape: Sequence[int], fans: Fans) -> np.ndarray:
        return rng.normal(0, self.stddev, shape)


class _RandomUniform(Initializer):
    def sample(self, rng: np.random.Generator, shape: Sequence[int], fans: Fans) -> np.ndarray:
        return rng.uniform(-0.05, 0.05, shape)


class _Constant(Initializer):
    def __init__(self, value: float) -> None:
        super().__init__()
        self._value = value

    def sample(self, rng: np.random.Generator, shape: Sequence[int], fans: Fans) -> np.ndarray:
        return np.full(shape, self._value)


_DLLIBS = {  # Keras's name -> dllib's
    "glorot_uniform": "glorot_uniform",
    "random_normal": "normal",
    "random_uniform": "uniform",
    "zeros": "zero",
    "ones": "one",
}
_OURS: Dict[str, Callable[[], Initializer]] = {
    "glorot_uniform": lambda: VarianceScaling(1, "fan_avg", "uniform"),
    "random_normal": RandomNormal,
    "random_uniform": _RandomUniform,
    "zeros": lambda: _Constant(0),
    "ones": lambda: _Constant(1),
    "he_normal": HeNormal,
    "he_uniform": HeUniform,
}


def to_initializer(value: Any, name: str = "kernel_initializer") -> Union[str, Initializer]:
    """Keras's `kernel_initializer`, a name or an object. Raises ValueError if there is none of that name.

    Args:
        name: the argument's."""
    if isinstance(value, Initializer):
        return value
    remedy = (
        " Others are objects, such as layers.HeNormal(gain=1.0); layers.initialize redraws all of a model's kernels "
        "from N(0, stddev)."
    )
    return check_choice(name, value, tuple(_OURS), remedy)


def dllib_name(initializer: Union[str, Initializer]) -> Optional[str]:
    """dllib's name for it, or None if dllib does not have it."""
    return _DLLIBS.get(initializer) if isinstance(initializer, str) else None


def draw_kernel(initializer: Union[str, Initializer], shape: Sequence[int], fans: Fans) -> np.ndarray:
    """A kernel, float32, of that shape."""
    return (_OURS[initializer]() if isinstance(initializer, str) else initializer).draw(shape, fans)
