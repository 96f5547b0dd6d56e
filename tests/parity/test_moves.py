"""What moves weights besides an optimiser: schedules, clipping and the moving average, on one replica and on several.

The core moves weights by given gradients. PyTorch's oracle moves them by the replicas' mean."""

import numpy as np
import pytest
import torch
from bigdl.dllib.keras.layers import Dense
from bigdl.dllib.keras.models import Sequential
from torch.optim import lr_scheduler as rates

from bigdl_gan.jvm import bridge
from bigdl_gan.optimizers import SGD, Adam
from bigdl_gan.params import GANParams, plan
from bigdl_gan.schedules import Constant, Cosine, Linear, Steps, Warmup

ROLES = ("generator", "discriminator")
N = 40_009  # several slices, and parts that do not divide evenly
BATCH = 12  # divides by 1, 2 and 3 replicas


@pytest.fixture(scope="module")
def models(spark):
    """Two networks of N weights."""
    with bridge.quiet_dllib():
        return [Sequential().add(Dense(N, bias=False, input_shape=(1,))) for _ in ROLES]


@pytest.fixture(scope="module")
def begin(models):
    return models[0].get_weights()[0].ravel()


@pytest.fixture(scope="module")
def move(models):
    """Moves a network's weights by gradients (updates, size, N); returns weights (size, N) and average (N,) or (0,)."""

    def move(gradients, *, role="generator", size=1, change=None, **params):
        optimizer = params.pop("optimizer", SGD(1.0))
        both = {f"{name}Optimizer": optimizer for name in ROLES}
        told = plan.of_training(GANParams()._set(batchSize=BATCH, **both, **params))
        (change or (lambda plan: None))(told)
        answer = bridge.call(
            "probeMoves", *(model.value for model in models), plan.for_core(told, 0), role,
            bridge.floats_to_jvm(gradients), size,
        )  # fmt: skip
        weights, average = map(bridge.floats_from_jvm, answer)
        return weights.reshape(size, N), average.reshape(size, -1)[0] if size == 1 else average

    return move


def gradients(updates, size=1, scale=0.01, seed=0):
    return np.random.default_rng(seed).normal(scale=scale, size=(updates, size, N)).astype(np.float32)


def twin(begin, given, make, clip=lambda parameter: None, after=lambda parameter: None):
    """PyTorch's weights after the mean gradients."""
    parameter = torch.nn.Parameter(torch.tensor(begin))
    optimizer = make([parameter])
    for gradient in given.mean(axis=1):
        parameter.grad = torch.tensor(gradient)
        clip(parameter)
        optimizer.step()
        after(parameter)
    return parameter.detach().numpy()


def assert_moved(actual, expected, begin, tolerance=1e-5):
    """Relative to what the updates moved, for each replica."""
    for weights in actual:
        assert np.linalg.norm(weights - expected) <= tolerance * np.linalg.norm(expected - begin)


def in_turn(optimizer, schedulers, milestone):
    return rates.SequentialLR(optimizer, schedulers, milestones=[milestone])


SCHEDULES = {
    "constant": (Constant(0.25), lambda o: rates.ConstantLR(o, 0.25, total_iters=99)),
    "linear": (Linear(20, alpha=0.1), lambda o: rates.LinearLR(o, 1.0, 0.1, total_iters=20)),
    "linear, later": (
        Linear(12, begin=7),
        lambda o: in_turn(o, [rates.ConstantLR(o, 1.0, 99), rates.LinearLR(o, 1.0, 0.0, total_iters=12)], 7),
    ),
    "rising": (Linear(9, alpha=3.0), lambda o: rates.LambdaLR(o, lambda u: 1 + 2 * min(u, 9) / 9)),
    "cosine": (
        Cosine(30, alpha=0.1),
        lambda o: in_turn(o, [rates.CosineAnnealingLR(o, 30, eta_min=0.1), rates.ConstantLR(o, 0.1, 99)], 31),
    ),
    "steps": (Steps([5, 12], [1, 0.1, 0.01]), lambda o: rates.MultiStepLR(o, [5, 12], gamma=0.1)),
    "warm-up": (Warmup(8), lambda o: rates.LinearLR(o, 1 / 8, 1.0, total_iters=7)),
    "warm-up, then linear": (
        Warmup(4, Linear(10)),
        lambda o: in_turn(o, [rates.LinearLR(o, 1 / 4, 1.0, 3), rates.LinearLR(o, 1.0, 0.0, total_iters=10)], 4),
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(move, begin, name, role):
    """With SGD, rate 1 and the gradient 1 of weight u in update u alone, weight u moves by the factor of update u."""
    ours, make_twin = SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, expected = make_twin(optimizer), []
    for _ in range(40):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    weights, _ = move(np.eye(40, N, dtype=np.float32)[:, None], role=role, **{f"{role}Schedule": ours})
    moved = begin - weights[0]
    np.testing.assert_allclose(moved[:40], expected, atol=3e-7)
    np.testing.assert_array_equal(moved[40:], 0)


def test_a_schedule_multiplies_the_rate_alone(move, begin):
    """Adam's moments do not depend on it, nor does the other network."""
    given = gradients(6)

    def make(parameters):
        optimizer = torch.optim.Adam(parameters, lr=1e-3, betas=(0.5, 0.999))
        scheduler = rates.LinearLR(optimizer, 1.0, 0.0, total_iters=4)
        optimizer.register_step_post_hook(lambda *_: scheduler.step())
        return optimizer

    adam = {"optimizer": Adam(1e-3), "generatorSchedule": Linear(4)}
    assert_moved(move(given, **adam)[0], twin(begin, given, make), begin)
    without = twin(begin, given, lambda p: torch.optim.Adam(p, lr=1e-3, betas=(0.5, 0.999)))
    assert_moved(move(given, role="discriminator", **adam)[0], without, begin)


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("role", ROLES)
def test_clip_norm(move, begin, role, size):
    """Of gradients with norms below the limit and above; on several replicas, the mean gradient has the norm."""
    given = gradients(4, size) * np.array([0.1, 5, 1, 3], np.float32)[:, None, None]
    norms = np.linalg.norm(given.mean(axis=1), axis=1)
    limit = float(np.sort(norms)[:3].mean())
    assert norms.min() < limit < norms.max()
    expected = twin(begin, given, lambda p: torch.optim.SGD(p, lr=1.0),
                    clip=lambda p: torch.nn.utils.clip_grad_norm_([p], limit))  # fmt: skip
    weights, _ = move(given, role=role, size=size, clipNorm=limit)
    assert_moved(weights, expected, begin)
    for other in weights[1:]:
        np.testing.assert_array_equal(other, weights[0])


@pytest.mark.parametrize("size", [1, 2])
def test_clip_value(move, begin, size):
    given = gradients(3, size)
    expected = twin(begin, given, lambda p: torch.optim.SGD(p, lr=1.0, momentum=0.9),
                    clip=lambda p: torch.nn.utils.clip_grad_value_([p], 0.008))  # fmt: skip
    weights, _ = move(given, size=size, clipValue=0.008, optimizer=SGD(1.0, momentum=0.9))
    assert_moved(weights, expected, begin)
    assert (np.abs(given.mean(axis=1)) > 0.008).any()


@pytest.mark.parametrize("size", [1, 2])
def test_clip_weights_is_for_the_discriminator(move, begin, size):
    given, half = gradients(3, size), float(np.abs(begin).mean())
    expected = twin(begin, given, lambda p: torch.optim.SGD(p, lr=1.0), after=lambda p: p.data.clamp_(-half, half))
    weights, _ = move(given, role="discriminator", size=size, clipWeights=half)
    assert_moved(weights, expected, begin)
    assert np.abs(weights).max() == np.float32(half)
    free = twin(begin, given, lambda p: torch.optim.SGD(p, lr=1.0))
    assert_moved(move(given, size=size, clipWeights=half)[0], free, begin)


def test_a_value_that_is_not_a_number_is_not_hidden(move):
    given = gradients(1)
    given[0, 0, [7, 30_000]] = np.nan, np.inf
    for limits in ({"clipNorm": 1.0}, {"clipValue": 1.0}):
        weights, _ = move(given, **limits)
        assert np.isnan(weights[0, 7])


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("half_life, is_first", [(10.0, True), (1.0, True), (10.0, False)])
def test_the_average(move, begin, size, half_life, is_first):
    """beta = 0.5^(batch / half-life), with a half-life of at most 5 % of the images seen; 30 updates pass that ramp."""
    given = gradients(30, size)
    averaged = torch.tensor(begin, dtype=torch.float64)
    update = 0

    def average(parameter):
        nonlocal averaged, update
        update += 1
        lives = min(half_life, 0.05 * BATCH * update) if is_first else half_life
        averaged = torch.lerp(parameter.detach().double(), averaged, 0.5 ** (BATCH / lives))

    expected = twin(begin, given, lambda p: torch.optim.SGD(p, lr=1.0), after=average)

    def change(told):
        told["initial"]["model"] = None if is_first else "0" * 64

    weights, found = move(given, size=size, emaHalfLife=half_life, change=change)
    assert_moved(weights, expected, begin)
    assert_moved([found], averaged.numpy(), begin)
    assert np.linalg.norm(found - weights[0]) > 1e-2 * np.linalg.norm(weights[0] - begin) or half_life == 1
    moved, none = move(given, size=size, emaHalfLife=0.0)
    assert none.size == 0
    np.testing.assert_array_equal(moved, weights)


def test_several_critic_updates_are_several_batches_of_images(move, begin):
    given = gradients(2)
    found = [move(given, emaHalfLife=30.0, **rule)[1] for rule in
             ({}, {"updateRule": "alternating", "nCritic": 3})]  # fmt: skip
    first = begin - given[0, 0]
    for average, images in zip(found, (BATCH, 3 * BATCH)):
        expected = begin.astype(np.float64)
        for update, weights in enumerate((first, first - given[1, 0]), start=1):
            beta = 0.5 ** (images / min(30.0, 0.05 * images * update))
            expected = beta * expected + (1 - beta) * weights
        assert_moved([average], expected, begin)
    assert np.linalg.norm(found[0] - found[1]) == 0  # in the ramp, only the number of updates counts
