"""Paths through latents."""

import numpy as np

from bigdl_gan.params.values import to_integer


def slerp(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """The latent at fraction t of the way from a to b, along the arc between them; on a straight line if there is none.

    Args:
        a, b: float (latent,).
        t: from 0 to 1.
    Source: Shoemake 1985, "Animating rotation with quaternion curves"; White 2016, arXiv:1609.04468."""
    norms = np.linalg.norm(a) * np.linalg.norm(b)
    angle = np.arccos(np.clip(a @ b / norms, -1.0, 1.0)) if norms > 0 else 0.0
    if np.sin(angle) < 1e-6:
        return (1 - t) * a + t * b
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def slerp_path(latents: np.ndarray, steps: int) -> np.ndarray:
    """A path with `steps` latents from each latent to the next; ends with the last one.

    Args:
        latents: float (M, latent), M at least 2.
        steps: an integer, at least 1.
    Returns:
        float32 ((M - 1) x steps + 1, latent).
    Raises:
        ValueError: the latents have another shape or are not finite, or steps is below 1.
        TypeError: steps is not an integer."""
    steps = to_integer("steps", steps, least=1)
    if latents.ndim != 2 or len(latents) < 2:
        raise ValueError(f"`latents` must be (M, latent) with M at least 2. Received: shape {latents.shape}.")
    if not np.isfinite(latents).all():
        raise ValueError(f"`latents` must be finite. Received: {latents[~np.isfinite(latents)][0]} among them.")
    path = [slerp(a, b, i / steps) for a, b in zip(latents, latents[1:]) for i in range(steps)]
    return np.stack([*path, latents[-1]]).astype(np.float32)


def straight_paths(latents: np.ndarray, direction: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Latents that move along one direction: latent + offset x direction.

    Args:
        latents: float (M, latent).
        direction: float (latent,).
        offsets: float (N,).
    Returns:
        float32 (M x N, latent): all offsets of the first latent, then of the next."""
    moved = latents[:, None] + offsets[:, None] * direction
    return moved.reshape(-1, latents.shape[1]).astype(np.float32)
