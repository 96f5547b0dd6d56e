"""Paths on the sphere."""

import numpy as np
import pytest

from bigdl_gan.latents import slerp, slerp_path


def test_a_quarter_of_a_circle():
    a, b = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    for share in (0.0, 0.25, 0.5, 1.0):
        angle = share * np.pi / 2
        np.testing.assert_allclose(slerp(a, b, share), [np.cos(angle), np.sin(angle)], atol=1e-12)


def test_norms_go_from_one_to_the_other():
    rng = np.random.default_rng(0)
    a, b = 2 * rng.normal(size=50), rng.normal(size=50)
    norms = [np.linalg.norm(slerp(a, b, t)) for t in np.linspace(0, 1, 11)]
    # A straight line would pass closer to the origin than either end
    assert min(norms) >= 0.99 * min(norms[0], norms[-1]) > np.linalg.norm((a + b) / 2) * 0.6


@pytest.mark.parametrize("a, b", [([0.0, 0.0], [1.0, 0.0]), ([1.0, 0.0], [2.0, 0.0]), ([1.0, 0.0], [-1.0, 0.0])])
def test_straight_where_there_is_no_arc(a, b):
    np.testing.assert_allclose(slerp(np.array(a), np.array(b), 0.25), 0.75 * np.array(a) + 0.25 * np.array(b))


def test_a_path_passes_all_its_stations():
    latents = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)
    path = slerp_path(latents, 5)
    assert path.shape == (11, 4) and path.dtype == np.float32
    np.testing.assert_allclose(path[::5], latents, rtol=1e-6)


@pytest.mark.parametrize("shape", [(4,), (1, 4)])
def test_refuses_shapes(shape):
    with pytest.raises(ValueError, match=r"`latents` must be \(M, latent\).*Received: shape "):
        slerp_path(np.zeros(shape), 2)


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_refuses_what_is_not_finite(value):
    with pytest.raises(ValueError, match=f"`latents` must be finite. Received: {value} among them"):
        slerp_path(np.array([[0.0, value], [1.0, 1.0]]), 2)


@pytest.mark.parametrize("steps, error", [(0, ValueError), (2.0, TypeError), (True, TypeError), ("2", TypeError)])
def test_refuses_steps(steps, error):
    with pytest.raises(error, match="`steps` must be an integer from 1 on. Received: steps="):
        slerp_path(np.zeros((2, 4)), steps)


def test_numpys_steps():
    assert len(slerp_path(np.eye(2), np.int64(3))) == 4
