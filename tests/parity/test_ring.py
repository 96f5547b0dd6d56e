"""The exchange around a ring of sockets: every replica ends with the mean of all gradients."""

import numpy as np
import pytest

from bigdl_gan.jvm import bridge


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("size, count", [(2, 100_003), (3, 100_003), (5, 70_000), (4, 3)])
def test_every_replica_has_the_mean(spark, size, count, encrypted):
    """With parts and packets that do not divide evenly, and with empty parts."""
    gradients = np.random.default_rng(size).normal(size=(size, count)).astype(np.float32)
    answer = bridge.call("probeRing", bridge.floats_to_jvm(gradients), size, encrypted)
    found = bridge.floats_from_jvm(answer).reshape(size, count)
    np.testing.assert_allclose(found[0], gradients.mean(axis=0), atol=1e-6)
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


@pytest.mark.parametrize("size, count", [(1, 3), (2, 1), (3, 5), (2, 40_000)])
def test_every_replica_gathers_all_small_vectors(spark, size, count):
    """In the order of the ranks."""
    values = np.random.default_rng(size).normal(size=(size, count)).astype(np.float32)
    answer = bridge.call("probeGather", bridge.floats_to_jvm(values), size)
    found = bridge.floats_from_jvm(answer).reshape(size, size, count)
    np.testing.assert_array_equal(found, np.broadcast_to(values, found.shape))
