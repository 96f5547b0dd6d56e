"""The normalisations of ready-made networks, by name."""

from typing import Any, Callable, Dict, List, Optional, Sequence

from bigdl_gan.layers import BatchNormalization, GroupNormalization, InstanceNormalization, SpectralNormalization

_MOST_GROUPS = 32  # Wu & He 2018, arXiv:1803.08494
_LAYERS: Dict[str, Callable[[int], Any]] = {  # from the number of channels
    "batch": lambda channels: BatchNormalization(momentum=0.9, epsilon=1e-5),
    "group": lambda channels: GroupNormalization(_n_groups(channels), epsilon=1e-5),
    "instance": lambda channels: InstanceNormalization(epsilon=1e-5),
    "layer": lambda channels: GroupNormalization(1, epsilon=1e-5),
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


def wrapper(norm: Optional[str]) -> Callable[[Any], Any]:
    """What layers with a kernel are put into."""
    return SpectralNormalization if norm == SPECTRAL else _as_it_is


def _as_it_is(layer: Any) -> Any:
    return layer


def _n_groups(channels: int) -> int:
    return max(n for n in range(1, _MOST_GROUPS + 1) if channels % n == 0)
