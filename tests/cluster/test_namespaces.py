"""Rings across two network namespaces: names, addresses, firewalls, cables and processes as real networks have them."""

import os
import re
import signal
import time

import namespaces
import numpy as np
import peers
import pytest
from namespaces import ADDRESSES, ADDRESSES_6, Machines
from peers import Peer

NAMES = {
    # as Debian has it: the own name is on the loopback interface, where nobody else can reach it
    "a": ["127.0.1.1 host-a", f"{ADDRESSES['b']} host-b", f"{ADDRESSES_6['b']} six-b", "fd77::bad two-b",
          f"{ADDRESSES['b']} two-b"],
    "b": ["127.0.1.1 host-b", f"{ADDRESSES['a']} host-a", f"{ADDRESSES_6['a']} six-a", "10.77.0.99 two-a",
          f"{ADDRESSES_6['a']} two-a"],
}  # fmt: skip


@pytest.fixture(scope="session")
def machines():
    hindrance = namespaces.problem()
    if hindrance and os.environ.get("CI"):
        pytest.fail(hindrance)
    if hindrance:
        pytest.skip(hindrance)
    with Machines(NAMES) as found:
        yield found


def pair(machines, **about):
    return [Peer(rank, inside=machines.inside(end), **about) for rank, end in enumerate("ab")]


def check(two, count=40_000):
    for found in peers.exchange(two, count):
        np.testing.assert_allclose(found, peers.expected(2, count), rtol=1e-6)


@pytest.mark.parametrize(
    "hosts",
    [["host-a", "host-b"], ["six-a", "six-b"], ["two-a", "two-b"], [f"[{ADDRESSES_6['a']}]", ADDRESSES["b"]]],
    ids=["127.0.1.1", "IPv6", "one of two addresses", "addresses"],
)
def test_names(machines, hosts):
    """One that its own machine takes for 127.0.1.1, one of IPv6 alone, one with a dead address beside it."""
    two = pair(machines)
    with peers.ended(*two):
        assert peers.meet(two, hosts) == ["met", "met"]
        check(two)


def test_a_port_that_is_dropped(machines):
    """The one who cannot be reached is named, with the address that was tried, within seconds."""
    two = pair(machines, port=41000, retries=0)
    machines.block("b", 41000, 41000)
    with peers.ended(*two):
        answers = peers.meet(two, [ADDRESSES["a"], "host-b"])
        assert re.fullmatch(f"problem {ADDRESSES['b']}: [Cc]onnect timed out", answers[0]) and answers[1] == "met"
        machines.allow("b", 41000, 41000)
        assert two[0].ask("meet", "host-b", 41000) == "met"
        check(two)


def test_a_name_that_nobody_knows(machines):
    two = pair(machines)
    with peers.ended(*two):
        assert two[0].ask("meet", "host-c", 41000) == "problem its name cannot be resolved"


def test_a_peer_that_stops_and_continues(machines):
    """For longer than `spark.network.timeout` may be at the least: the other one waits."""
    two = pair(machines)
    with peers.ended(*two):
        peers.meet(two, ["host-a", "host-b"])
        check(two)
        two[1].stop()
        two[0].tell("exchange", 2_000_000)  # more than the buffers of a connection hold
        time.sleep(12)
        two[1].stop(signal.SIGCONT)
        found = peers.mean(two[1].ask("exchange", 2_000_000))
        np.testing.assert_allclose(found, peers.expected(2, 2_000_000), rtol=1e-6)
        np.testing.assert_array_equal(peers.mean(two[0].answer()), found)


def test_a_cable_that_is_cut(machines):
    """Both processes live, and Spark's driver may reach both: no pulse comes."""
    two = pair(machines, silence=8000)
    with peers.ended(*two):
        peers.meet(two, ["host-a", "host-b"])
        check(two, 10)
        machines.ip("b", "link", "set", "cable", "down")
        try:
            answer = two[0].ask("exchange", 10)
        finally:
            machines.ip("b", "link", "set", "cable", "up")
            machines.ip("b", "addr", "replace", f"{ADDRESSES_6['b']}/64", "dev", "cable", "nodad")
        assert re.match(r"problem nothing was heard of .*10\.77\.0\.2:\d+ for 8 s, though Spark has not", answer)
