"""The initial kernels of ready-made networks."""

from math import sqrt
from typing import Sequence, Union

import numpy as np
from bigdl.dllib.keras.engine.topology import KerasNet

from bigdl_gan.layers import HeNormal, RandomNormal, VarianceScaling, initialize
from bigdl_gan.layers.initializers import Initializer

_STDDEV = 0.02  # Radford et al. 2016, arXiv:1511.06434
# With 1.0, labels drowned the latents: faces with both of two attributes differed by 0.49 of what real ones do, with
# 0.3 by 0.84 (32x32, width 24, batch norm, 24,000 images, one seed).
_BESIDE_LATENTS = 0.3
_SCALED = {"untruncated_he_normal": ("fan_in", "untruncated_normal"), "glorot_uniform": ("fan_avg", "uniform")}


class Kernels:
    """The initial kernels of a network, one after the other.

    Args:
        initializer: "random_normal" (N(0, 0.02), whatever the layer), "he_normal" (see `layers.HeNormal`),
            "untruncated_he_normal" or "glorot_uniform".
        allowed: which of these the network takes.
        seed: decides all of them.
        at_once: whether "random_normal" draws all kernels of the finished network from one stream.
    Raises:
        ValueError: `initializer` is not allowed."""

    def __init__(self, initializer: str, allowed: Sequence[str], seed: int, *, at_once: bool = True) -> None:
        if initializer not in allowed:
            raise ValueError(
                f"`initializer` must be {' or '.join(map(repr, allowed))}. Received: initializer={initializer!r}."
            )
        self._initializer, self._seed, self._count = initializer, seed, 0
        self._at_end = at_once and initializer == "random_normal"

    def next(self, gain: float) -> Union[str, Initializer]:
        """The next layer's `kernel_initializer`; with an initializer that keeps a signal's size, times `gain`."""
        if self._at_end:
            return "zeros"  # until all are drawn
        if self._initializer == "random_normal":
            return RandomNormal(_STDDEV, seed=self.next_seed())
        if self._initializer == "he_normal":
            return HeNormal(gain, seed=self.next_seed())
        mode, distribution = _SCALED[self._initializer]
        return VarianceScaling(gain**2, mode, distribution, seed=self.next_seed())

    def vectors(self, size: int) -> RandomNormal:
        """For an embedding of that size whose inner product with a signal has the signal's size."""
        stddev = _STDDEV if self._initializer == "random_normal" else 1 / sqrt(size)
        return RandomNormal(stddev, seed=self.next_seed())

    def standard_normal(self) -> RandomNormal:
        """For what a network learns in place of an input."""
        return RandomNormal(1.0, seed=self.next_seed())

    def beside_latents(self) -> RandomNormal:
        """For an embedding of labels beside latents, which are N(0, 1)."""
        return RandomNormal(_BESIDE_LATENTS, seed=self.next_seed())

    def next_seed(self) -> int:
        """A seed for the next layer's weights."""
        self._count += 1
        return int(np.random.SeedSequence([self._seed, self._count]).generate_state(1)[0])

    def finish(self, model: KerasNet) -> KerasNet:
        """The model, with all its kernels drawn."""
        return initialize(model, stddev=_STDDEV, seed=self._seed) if self._at_end else model
