"""What layers compute with that are reparametrised: tied kernels, and kernels under spectral normalisation."""

from typing import Any, Dict, Tuple

import numpy as np

_FIRST_ITERATIONS = 15  # for a kernel without singular vectors, as in the core's SpectralWeights
_TINY = 1e-12


def effective(spec: Dict[str, Any], tensors: Dict[str, np.ndarray]) -> Tuple[Dict[str, Any], Dict[str, np.ndarray]]:
    """A layer without reparametrisation that computes the same in generation: its spec and tensors."""
    if spec["kind"] == "SpectralNorm":
        kernel = _spectral(tensors["kernel"], spec["matrix"], tensors["u"], tensors["v"])
    elif spec["kind"] == "Tied":
        kernel = _enlarged(tensors["kernel"], spec["factor"])
    else:
        return spec, tensors
    rest = {name: tensor for name, tensor in tensors.items() if name not in ("u", "v")}
    return effective(spec["of"], {**rest, "kernel": kernel})


def _enlarged(kernel: np.ndarray, factor: float) -> np.ndarray:
    """4x4 kernels: a factor times the sum of a 3x3 kernel's four shifts by one pixel."""
    padded = np.pad(kernel, ((0, 0), (0, 0), (1, 1), (1, 1)))
    total = padded[..., 1:, 1:] + padded[..., :-1, 1:] + padded[..., 1:, :-1] + padded[..., :-1, :-1]
    return np.float32(factor) * total


def _spectral(kernel: np.ndarray, shape: Any, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """A kernel divided by u'Wv, where W is the kernel as a matrix and u and v its first singular vectors.

    Args:
        shape: (A, R, B): the kernel's tensor, as a matrix of R rows and A x B columns.
        u, v: of the training; zero for an average of kernels, which has none."""
    outer, rows, inner = shape
    matrix = kernel.reshape(outer, rows, inner).transpose(1, 0, 2).reshape(rows, outer * inner).astype(np.float64)
    if not u.any():
        v = _normalised(matrix[(matrix**2).sum(axis=1).argmax()])
        for _ in range(_FIRST_ITERATIONS):
            u = _normalised(matrix @ v)
            v = _normalised(matrix.T @ u)
    sigma = float(u @ (matrix @ v)) or 1.0  # a kernel of zeros stays so
    return kernel * np.float32(1 / sigma)


def _normalised(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), _TINY)
