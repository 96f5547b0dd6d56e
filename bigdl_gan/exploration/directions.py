"""Semantic directions: along which latents change the images most (SeFa)."""

from math import prod
from typing import Any, Dict, List

import numpy as np

from bigdl_gan.networks.lowered import LoweredLayer, LoweredNetwork
from bigdl_gan.params.values import to_integer

_NO_LATENT = -1  # the place of a number that is none of the latents', such as an embedded label's
_PASSING = ("Dropout", "Reshape")  # keep all numbers in their order


def leading_directions(network: LoweredNetwork, k: Any) -> np.ndarray:
    """The k leading eigenvectors of A'A, with A from `latent_matrix`.

    Returns:
        float32 (k, latent), of length 1, the largest eigenvalue's first; the component with the largest absolute value
        is positive.
    Raises:
        TypeError: k is not an integer.
        ValueError: k is out of range, or the generator does not begin with a dense layer."""
    matrix = latent_matrix(network)
    k = to_integer("k", k, least=1, most=min(matrix.shape))
    values, vectors = np.linalg.eigh(matrix.T @ matrix)  # in ascending order
    leading = vectors[:, ::-1].T[:k]
    largest = np.take_along_axis(leading, np.abs(leading).argmax(axis=1)[:, None], axis=1)
    return (leading * np.sign(largest)).astype(np.float32)


def latent_matrix(network: LoweredNetwork) -> np.ndarray:
    """The matrix of the first affine layer on the latents; of several layers on them, one below the other.

    Of a layer that takes latents and other numbers, such as an embedded label, only the columns of the latents count.

    Returns:
        float64 (units, latent).
    Raises:
        ValueError: another layer takes the latents."""
    latent = prod(network.inputs[0])
    shapes = network.shapes()
    places: Dict[int, np.ndarray] = {0: np.arange(latent)}  # which latent each number of a value is
    matrices: List[np.ndarray] = []
    for number, layer in enumerate(network.layers, len(network.inputs)):
        if not any(taken in places for taken in layer.inputs):
            continue
        kind, kernel = _dense_kernel(layer, shapes[layer.inputs[0]])
        if kernel is not None:
            matrices.append(_columns(kernel, places[layer.inputs[0]], latent))
        elif kind in _PASSING or (kind == "PixelNorm" and len(layer.shape) == 1):  # which scales all alike
            places[number] = places[layer.inputs[0]]
        elif kind == "Concat" and len(layer.shape) == 1:
            places[number] = np.concatenate(
                [places.get(taken, np.full(shapes[taken], _NO_LATENT)) for taken in layer.inputs]
            )
        else:
            matrices.clear()
            break
    if not matrices:
        name = layer.name if network.layers else "no layer"
        raise ValueError(
            "`generator` must begin with Dense layers on the latents, whose matrix has the directions. Received: "
            f"{name}, which takes latents of shape {network.inputs[0]}."
        )
    return np.concatenate(matrices)


def _dense_kernel(layer: LoweredLayer, inputs: Any) -> Any:
    """The layer's kind, and its kernel (units, inputs) if it is a dense one, else None.

    A spectral norm divides the kernel by a number, which moves no direction."""
    spec = layer.spec["of"] if layer.spec["kind"] == "SpectralNorm" else layer.spec
    if spec["kind"] != "Dense":
        return spec["kind"], None
    size = layer.shape[0] * inputs[0]
    return "Dense", layer.weights[:size].reshape(layer.shape[0], inputs[0]).astype(np.float64)


def _columns(kernel: np.ndarray, places: np.ndarray, latent: int) -> np.ndarray:
    """The latents' columns; those of a latent that is taken twice add up."""
    matrix = np.zeros((latent, len(kernel)))
    own = places != _NO_LATENT
    np.add.at(matrix, places[own], kernel.T[own])
    return matrix.T
