"""The normalisations of ready-made networks, by name."""

from typing import Any, Callable, Dict, List, Optional, Sequence

from bigdl_gan.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    GroupNormalization,
    InstanceNormalization,
    SpectralNormalization,
)

_MOST_GROUPS = 32  # Wu & He 2018, arXiv:1803.08494
_MOMENTUM, _EPSILON = 0.9, 1e-5  # PyTorch's
_LAYERS: Dict[str, Callable[[int], Any]] = {  # from the number of channels
    "batch": lambda channels: BatchNormalization(momentum=_MOMENTUM, epsilon=_EPSILON),
    "group": lambda channels: GroupNormalization(_n_groups(channels), epsilon=_EPSILON),
    "instance": lambda channels: InstanceNormalization(epsilon=_EPSILON),
    "layer": lambda channels: GroupNormalization(1, epsilon=_EPSILON),
}
NORMS = tuple(_LAYERS)
SPECTRAL = "spectral"


def check_norm(norm: Any, allowed: Sequence[str]) -> None:
    """Raises ValueError if `norm` is neither None nor allowed."""
    if norm is not None and norm not in allowed:
        raise ValueError(f"`norm` must be one of {', '.join(map(repr, allowed))}, or None. Received: norm={norm!r}.")


def norm_layers(norm: Optional[str], channels: int) -> List[Any]:
    """The layers that normalise that many channels: one or none."""
    return [_LAYERS[norm](channels)] if norm in _LAYERS else []


def conditional_batch_norm() -> ConditionalBatchNormalization:
    """The norm "batch" with a scale and a shift that depend on labels."""
    return ConditionalBatchNormalization(momentum=_MOMENTUM, epsilon=_EPSILON)


def wrapper(norm: Optional[str]) -> Callable[[Any], Any]:
    """What layers with a kernel are put into."""
    return SpectralNormalization if norm == SPECTRAL else _as_it_is


def _as_it_is(layer: Any) -> Any:
    return layer


def _n_groups(channels: int) -> int:
    return max(n for n in range(1, _MOST_GROUPS + 1) if channels % n == 0)
