"""Schedules as values: what they refuse, and what files say of them. `tests/parity/test_moves.py` has their factors."""

import json

import numpy as np
import pytest

from bigdl_gan.params import schedules
from bigdl_gan.schedules import Constant, Cosine, Linear, Steps, Warmup

ALL = [
    Constant(0.5), Linear(9, alpha=0.25, begin=3), Cosine(decay_steps=5), Steps([3, 7], [1, 0.5, 0]), Warmup(2),
    Warmup(4, Cosine(8, alpha=0.1)), Warmup(4, then=Steps((2,), (1.0, 0.5))),
]  # fmt: skip
each = pytest.mark.parametrize("schedule", ALL, ids=repr)


@each
def test_a_schedule_comes_back_from_json(schedule):
    assert schedules.create(json.loads(json.dumps(schedules.describe(schedule)))) == schedule


@each
def test_equal_schedules_are_equal_values(schedule):
    assert eval(repr(schedule)) == schedule and hash(schedule) is not None
    schedules.check("generatorSchedule", schedule)


def test_numbers_of_any_kind_are_pythons():
    steps = Steps([np.int64(3)], [np.float32(0.5), 1])
    assert steps == Steps([3], [0.5, 1.0])
    assert json.dumps(schedules.describe(steps)) == '{"kind": "steps", "boundaries": [3], "factors": [0.5, 1.0]}'
    assert type(Linear(np.int32(4)).decay_steps) is int


@pytest.mark.parametrize("make, kind, message", [
    (lambda: Constant(-0.1), ValueError, "`factor` must be a finite number from 0 on. Received: factor=-0.1"),
    (lambda: Linear(0), ValueError, "`decay_steps` must be an integer from 1 to 2147483647. Received: decay_steps=0"),
    (lambda: Linear(10.0), TypeError, "`decay_steps` must be an integer .* Pass 10."),
    (lambda: Cosine(3, alpha=float("nan")), ValueError, "`alpha` must be a finite number from 0 on"),
    (lambda: Cosine(3, begin=-1), ValueError, "`begin` must be an integer from 0 to"),
    (lambda: Steps(3, [1, 0]), TypeError, "`boundaries` must be a list. Received: boundaries=3"),
    (lambda: Steps([], [1]), ValueError, "`boundaries` must increase, and be at least one. Received: boundaries=()"),
    (lambda: Steps([5, 5], [1, 1, 0]), ValueError, "`boundaries` must increase, .* Received: boundaries=.5, 5."),
    (lambda: Steps([5, 4], [1, 1, 0]), ValueError, "`boundaries` must increase"),
    (lambda: Steps([5], [1]), ValueError, "`factors` must be one more than `boundaries`. Received: 1 factors for 1 b"),
    (lambda: Steps([5], [1, "0"]), TypeError, "`factors` must be a finite number"),
    (lambda: Warmup(0), ValueError, "`warmup_steps` must be an integer from 1"),
    (lambda: Warmup(3, Warmup(2)), TypeError, "`then` must be .*Constant, Linear, Cosine or Steps. Received: Warmup"),
    (lambda: Warmup(3, 0.5), TypeError, "Received: float"),
])  # fmt: skip
def test_what_is_refused(make, kind, message):
    with pytest.raises(kind, match=message.replace("()", r"\(\)")):
        make()


@pytest.mark.parametrize("value, received", [
    (0.5, "float"), ("cosine", "str"), (Linear, "the class Linear"), (lambda update: 1.0, "function"),
])  # fmt: skip
def test_only_schedules_are_taken(value, received):
    message = rf"`generatorSchedule` must be bigdl_gan.schedules.Constant.* Received: {received}. Pass Linear\("
    with pytest.raises(TypeError, match=message):
        schedules.check("generatorSchedule", value)


@pytest.mark.parametrize("saved", [
    None, [], "linear", {}, {"kind": "linear"}, {"kind": "linear", "decay_steps": 0, "alpha": 0.0, "begin": 0},
    {"kind": "exec", "factor": 1.0}, {"kind": ["linear"]}, {"kind": "constant", "factor": 1.0, "more": 2},
    {"kind": "warmup", "warmup_steps": 2, "then": {"kind": "warmup", "warmup_steps": 2, "then": {}}},
])  # fmt: skip
def test_anything_else_in_a_file_is_refused(saved):
    with pytest.raises(ValueError, match="A saved schedule must be bigdl_gan.schedules"):
        schedules.create(saved)
