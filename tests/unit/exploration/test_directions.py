"""Semantic directions of networks that are written out, against NumPy's singular value decomposition."""

import numpy as np
import pytest

from bigdl_gan.exploration.directions import latent_matrix, leading_directions
from bigdl_gan.networks.lowered import LoweredLayer, LoweredNetwork

A = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
B = np.random.default_rng(1).normal(size=(3, 7)).astype(np.float32)
NONE = np.zeros(0, np.float32)


def layer(kind, inputs, shape, kernel=NONE, **values):
    spec = {"kind": kind, **values}
    weights = np.concatenate([kernel.ravel(), np.full(len(kernel), 9, np.float32)])  # the kernel, then the bias
    return LoweredLayer(f"{kind} 'it'", spec, inputs, shape, weights, NONE)


def network(*layers, inputs=((4,),)):
    return LoweredNetwork(inputs, layers, "linear")


DENSE = layer("Dense", (0,), (6,), A, bias=True)


def test_right_singular_vectors():
    """A = U S V': the eigenvectors of A'A are the rows of V', for the squares of S, in the same order."""
    _, singular, rows = np.linalg.svd(A.astype(float))
    found = leading_directions(network(DENSE, layer("Tanh", (1,), (6,))), 4)
    assert found.dtype == np.float32 and (np.diff(singular) < 0).all()
    np.testing.assert_allclose(np.abs((found * rows).sum(axis=1)), 1, atol=1e-6)  # the same lines
    np.testing.assert_allclose(np.linalg.norm(A @ found.T, axis=0), singular, rtol=1e-5)
    assert all(row[np.abs(row).argmax()] > 0 for row in found)
    np.testing.assert_array_equal(leading_directions(network(DENSE), 2), found[:2])


def test_a_label_beside_the_latents():
    """The dense layer takes three embedded numbers and then the latents: only the last four columns count."""
    embedding = layer("Embedding", (1,), (3,))
    joined = layer("Concat", (2, 0), (7,), axis=0)
    found = network(embedding, joined, layer("Dense", (3,), (3,), B, bias=True), inputs=((4,), (10,)))
    np.testing.assert_array_equal(latent_matrix(found), B[:, 3:])
    np.testing.assert_allclose(
        np.abs((leading_directions(found, 3) * np.linalg.svd(B[:, 3:].astype(float))[2][:3]).sum(axis=1)), 1, atol=1e-6
    )


@pytest.mark.parametrize("passing", [
    layer("Reshape", (0,), (1, 2, 2)), layer("Dropout", (0,), (4,), probability=0.5),
    layer("PixelNorm", (0,), (4,), epsilon=1e-8),
], ids=lambda it: it.spec["kind"])  # fmt: skip
def test_layers_that_keep_the_latents(passing):
    found = network(passing, layer("Reshape", (1,), (4,)), DENSE._replace(inputs=(2,)))
    np.testing.assert_array_equal(latent_matrix(found), A)


def test_several_first_layers():
    """The latents enter at two places, once beside themselves: the columns of a latent that is there twice add up."""
    twice = layer("Concat", (0, 0), (8,), axis=0)
    kernel = np.random.default_rng(2).normal(size=(2, 8)).astype(np.float32)
    found = network(DENSE, twice, layer("Dense", (2,), (2,), kernel, bias=True))
    expected = np.concatenate([A, kernel[:, :4].astype(float) + kernel[:, 4:]])
    np.testing.assert_allclose(latent_matrix(found), expected, rtol=1e-6)


def test_a_spectral_norm_moves_no_direction():
    inner = {"kind": "Dense", "bias": True}
    found = network(layer("SpectralNorm", (0,), (6,), A, of=inner))
    np.testing.assert_array_equal(leading_directions(found, 3), leading_directions(network(DENSE), 3))


@pytest.mark.parametrize("layers, name", [
    ([layer("Reshape", (0,), (4, 1, 1)), layer("Deconvolution", (1,), (2, 4, 4))], "Deconvolution 'it'"),
    ([DENSE, layer("Mul", (0, 1), (4,))], "Mul 'it'"),
    ([layer("Reshape", (0,), (4, 1, 1)), layer("PixelNorm", (1,), (4, 1, 1))], "PixelNorm 'it'"),
])  # fmt: skip
def test_other_first_layers(layers, name):
    with pytest.raises(ValueError, match=f"must begin with Dense layers on the latents.*Received: {name}, which takes"):
        leading_directions(network(*layers), 1)


@pytest.mark.parametrize("k, error", [(0, ValueError), (5, ValueError), (2.0, TypeError)])
def test_k(k, error):
    with pytest.raises(error, match=f"`k` must be an integer from 1 to 4. Received: k={k}"):
        leading_directions(network(DENSE), k)
    with pytest.raises(ValueError, match="from 1 to 3. Received: k=4"):  # no more than the layer has outputs
        leading_directions(network(layer("Dense", (0,), (3,), A[:3], bias=True)), 4)
