"""Two executors train like one, and repeat their own results; images and metrics do not depend on where they run."""

import itertools
import warnings

import jobs
import numpy as np
import pytest

# The data is one batch, so every update sees the same images, however they are dealt.
RULES = [
    {"rule": "simultaneous"},
    {"rule": "alternating"},
    {"rule": "alternating", "n_critic": 2},
]
EQUAL = [
    {**rule, "optimizer": optimizer, "updates": updates}
    for rule, optimizer, updates in itertools.product(RULES, ("sgd", "adam"), (1, 3))
] + [{**rule, "updates": 3, "loss": "relativistic_average", "leCam": 0.3} for rule in RULES]  # both see all logits
SHUFFLED = {"n_images": 24, "updates": 4}
# The same images in other orders and partitions; with `kinds`, some repeat, or all are the same
ORDERS = [
    {**SHUFFLED, "n_images": 25, "kinds": kinds, "order": order, "partitions": partitions}
    for kinds in (0, 7, 1)
    for order, partitions in (("", 3), ("reversed", 2), ("shuffled", 4), ("shuffled", 1))
]
ORDERS += [  # equal images with different labels
    {**SHUFFLED, "n_images": 25, "kinds": 2, "order": order, "partitions": partitions, "labelled": True}
    for order, partitions in (("", 3), ("reversed", 2), ("shuffled", 4))
]


def named(training):
    return "-".join(str(value) for value in training.values())


@pytest.fixture(scope="module")
def one(run_job):
    return run_job("local[1]", executors=1, trainings=EQUAL)


@pytest.fixture(scope="module")
def two(run_job, master):
    return run_job(master, executors=2, trainings=[*EQUAL, *ORDERS, SHUFFLED, SHUFFLED])


def test_two_jvms_work(two):
    assert len(two["executors"]["ids"]) == len(set(two["executors"]["ids"])) == 2
    assert len(two["executors"]["pids"]) == 2


@pytest.mark.parametrize("number", range(len(EQUAL)), ids=lambda number: named(EQUAL[number]))
def test_two_executors_equal_one(one, two, number):
    """A batch's gradient is the mean of its halves' gradients; only the order of sums differs."""
    ours, theirs = two["trained"][number], one["trained"][number]
    for role in ("generator", "discriminator"):
        received, expected = np.array(ours["after"][role]), np.array(theirs["after"][role])
        moved = np.linalg.norm(expected - theirs["before"][role])
        assert moved > 1e-3
        assert np.linalg.norm(received - expected) <= 1e-4 * moved
    for row, expected in zip(ours["history"], theirs["history"]):
        for name in expected:
            if not name.startswith("seconds"):
                np.testing.assert_allclose(row[name], expected[name], rtol=1e-4, err_msg=name)


def test_two_executors_repeat_themselves(two):
    first, again = two["trained"][-2:]
    assert first["after"] == again["after"]  # bit for bit
    assert len(first["history"]) == 4 and first["history"][-1]["epoch"] == 4 * 8 / 24


@pytest.mark.parametrize("kinds", [0, 7, 1, 2], ids=["all different", "seven different", "all the same", "labelled"])
def test_the_order_of_the_rows_does_not_matter(two, kinds):
    trained = two["trained"][len(EQUAL):]
    same = [training for given, training in zip(ORDERS, trained) if given["kinds"] == kinds]
    for other in same[1:]:
        assert other["after"] == same[0]["after"]  # bit for bit


def test_images_are_the_same_on_the_cluster(one, two):
    assert len(two["images"]) == 40 and two["images"] == one["images"]


@pytest.fixture(scope="module")
def theirs(run_job, master):
    """The session has the jars, but none of configure()'s settings."""
    return run_job(master, executors=2, trainings=EQUAL[:1], configured=False, measured=[5, 3])


@pytest.mark.slow
def test_a_session_that_somebody_else_made(theirs, one):
    received, expected = (job["trained"][0]["after"]["generator"] for job in (theirs, one))
    np.testing.assert_allclose(received, expected, rtol=1e-3, atol=1e-5)
    assert theirs["images"] == one["images"]


@pytest.mark.slow
def test_metrics_of_the_same_partitions_are_the_same_bits(theirs, spark):
    """On two executors with one core each, and here, on local[2]. Three partitions in place of five: to 1e-9."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of so few images the figures are not to be trusted
        here = jobs.measured(spark, 5)
    five, three = theirs["measured"]
    assert len(theirs["executors"]["pids"]) == 2
    assert five == here
    for name in here:
        np.testing.assert_allclose(np.float64(three[name]), np.float64(here[name]), rtol=1e-9, err_msg=name)
    assert len({tuple(found) for found in here.values()}) == 5
