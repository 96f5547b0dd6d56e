"""A network as the core runs it, beside its twin in PyTorch."""

import contextlib
from typing import NamedTuple

import numpy as np
import pytest
import torch

from bigdl_gan.jvm import bridge

torch.set_num_threads(1)  # for networks so small, others only wait awake, on the cores that the JVM needs


class Run(NamedTuple):
    """What a network gives: float32, flat, weights and running statistics in the order of the layers."""

    output: np.ndarray
    input_gradient: np.ndarray
    gradients: np.ndarray
    state: np.ndarray


def run_core(model, x, dy, *, groups=1, training=True, steps=1, seed=0):
    x_bytes, dy_bytes = bridge.floats_to_jvm(x), bridge.floats_to_jvm(dy)
    parts = bridge.call("probeNetwork", model.value, x_bytes, dy_bytes, len(x), groups, training, steps, seed)
    return Run(*map(bridge.floats_from_jvm, parts))


def run_twin(twin, x, dy, *, groups=1, training=True, steps=1):
    """Each group of the batch goes through the twin alone, and the gradients of the weights add up."""
    twin.train(training)
    for _ in range(steps):
        twin.zero_grad()
        inputs = [torch.from_numpy(part).requires_grad_() for part in np.split(x, groups)]
        outputs = [twin(part) for part in inputs]
        for output, gradient in zip(outputs, np.split(dy, groups)):
            output.backward(torch.from_numpy(gradient))
    norms = [module for module in twin.modules() if getattr(module, "running_mean", None) is not None]
    state = [statistic for norm in norms for statistic in (norm.running_mean, norm.running_var)]
    tensors = [outputs, [part.grad for part in inputs], [weight.grad for weight in twin.parameters()], state]
    return Run(*(np.concatenate([t.detach().numpy().ravel() for t in part] or [np.zeros(0)]) for part in tensors))


def random_weights(model, twin, rng, scale=0.5):
    """Draws the weights of both."""
    parameters = list(twin.parameters())
    if parameters:
        weights = [rng.normal(0, scale, size=shape).astype(np.float32) for shape in model.get_weights_shape()]
        assert [w.size for w in weights] == [p.numel() for p in parameters]
        model.set_weights(weights)
        for parameter, weight in zip(parameters, weights):
            parameter.data = torch.from_numpy(weight.reshape(parameter.shape))


def largest_error(actual, expected):
    """The largest difference, as a share of the largest of the expected values."""
    assert actual.shape == expected.shape
    return np.abs(actual - expected).max() / np.abs(expected).max() if expected.size else 0.0


@contextlib.contextmanager
def running_on(engine):
    """Meanwhile an engine, by its name, runs what the driver's JVM runs."""
    bridge.call("probeEngine", engine)
    try:
        yield
    finally:
        bridge.call("probeEngine", "")


def largest(values):
    return np.abs(values).max()


def compare(model, twin, *, batch=4, native=True, seed=0, scale=0.5, most=1e-4, norm=largest, parts=Run._fields, **how):
    """One network, run by the core's engines and by PyTorch from the same random weights, input and output gradient.

    Args:
        scale: of the weights.
        most: the largest error, as a share of the expected values; both are measured by `norm`.
        parts: what is compared."""
    layers = bridge.call_json("describeNetwork", model.value, "generator")["layers"]
    assert all(layer["native"] for layer in layers) == native, layers
    rng = np.random.default_rng(seed)
    random_weights(model, twin, rng, scale)
    x = rng.normal(size=(batch, *model.get_input_shape()[1:])).astype(np.float32)
    dy = rng.normal(size=(batch, *model.get_output_shape()[1:])).astype(np.float32)
    expected = run_twin(twin, x, dy, **how)
    for engine in bridge.call("probeEngine", ""):
        with running_on(engine):
            actual = run_core(model, x, dy, **how)
        for name in parts:
            value, reference = getattr(actual, name), getattr(expected, name)
            assert value.shape == reference.shape, (engine, name)
            if value.size:
                assert norm(value - reference) <= most * norm(reference), (engine, name)


@pytest.fixture(scope="session")
def core(spark):
    """`run_core`, in a session."""
    return run_core


@pytest.fixture(scope="session")
def agree(spark):
    """`compare`, in a session."""
    return compare


@pytest.fixture(scope="session")
def same_weights(spark):
    """`random_weights`, in a session."""
    return random_weights


@pytest.fixture(scope="session")
def error():
    """`largest_error`."""
    return largest_error
