"""What of the reals alone is computed once, however many fakes they are compared with."""

import numpy as np
from local_side import LocalSide

from bigdl_gan.metrics import KID, FrechetDistance, PrecisionRecall
from bigdl_gan.metrics.sides import Sides

RNG = np.random.RandomState(0)
REALS = RNG.standard_normal((90, 5))
FAKES = [RNG.standard_normal((80, 5)) + shift for shift in (0.2, 0.7)]
EVALUATORS = [KID(nSubsets=0), FrechetDistance(), PrecisionRecall(metricName="recall", k=3)]


class Counting(LocalSide):
    """Notes the tasks that run on it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.tasks = []

    def yielded(self, task, args, column):
        self.tasks.append(task.__name__)
        return super().yielded(task, args, column)


def values(fakes, reals):
    sides = Sides({"fakes": LocalSide("fakes", fakes), "reals": reals}, seed=0)
    return [evaluator.figure(sides).value for evaluator in EVALUATORS]


def test_the_same_values_with_less_work():
    kept = Counting("reals", REALS)
    first = values(FAKES[0], kept)
    ran, kept.tasks = set(kept.tasks), []
    second = values(FAKES[1], kept)
    assert first == values(FAKES[0], Counting("reals", REALS)) and second == values(FAKES[1], Counting("reals", REALS))
    assert first != second
    once = {"kernel_sums", "block_sums"}
    assert once <= ran and not once & set(kept.tasks)
    assert {name for name in ran if "near" in name} and not {name for name in kept.tasks if "near" in name}
