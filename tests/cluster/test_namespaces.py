"""Rings across two network namespaces, with a real network's names, addresses, firewalls, cables and processes."""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

import namespaces
import numpy as np
import peers
import pytest
from namespaces import ADDRESSES, ADDRESSES_6, Machines
from peers import Peer
from processes import cluster, run_script

pytestmark = pytest.mark.slow
NAMES = {
    # as on Debian: a host's own name is a loopback address, which nobody else can reach
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
    """A name that is 127.0.1.1 on its own machine, one with IPv6 only, one that also has a dead address."""
    two = pair(machines)
    with peers.ended(*two):
        assert peers.meet(two, hosts) == ["met", "met"]
        check(two)


def test_a_port_that_is_dropped(machines):
    """Within seconds, the answer gives the address that was tried and cannot be reached."""
    two = pair(machines, port=41000, retries=0)
    with peers.ended(*two):
        machines.block("b", 41000, 41000)
        try:
            answers = peers.meet(two, [ADDRESSES["a"], "host-b"])
        finally:
            machines.allow("b", 41000, 41000)
        assert re.fullmatch(f"problem {ADDRESSES['b']}: [Cc]onnect timed out", answers[0]) and answers[1] == "met"
        assert two[0].ask("meet", "host-b", 41000) == "met"
        check(two)


def test_a_name_that_nobody_knows(machines):
    two = pair(machines)
    with peers.ended(*two):
        assert two[0].ask("meet", "host-c", 41000) == "problem its name cannot be resolved"


def test_a_peer_that_stops_and_continues(machines):
    """The other one waits for longer than the least allowed `spark.network.timeout`."""
    two = pair(machines)
    with peers.ended(*two):
        peers.meet(two, ["host-a", "host-b"])
        check(two)
        two[1].stop()
        two[0].tell("exchange", 2_000_000)  # more than a connection's buffers hold
        time.sleep(12)
        two[1].stop(signal.SIGCONT)
        found = peers.mean(two[1].ask("exchange", 2_000_000))
        np.testing.assert_allclose(found, peers.expected(2, 2_000_000), rtol=1e-6)
        np.testing.assert_array_equal(peers.mean(two[0].answer()), found)


def test_a_cable_that_is_cut(machines):
    """Both processes live, and Spark's driver might still reach both, but no pulse comes."""
    two = pair(machines, silence=5000)
    with peers.ended(*two):
        peers.meet(two, ["host-a", "host-b"])
        check(two, 10)
        machines.ip("b", "link", "set", "cable", "down")
        try:
            answer = two[0].ask("exchange", 10)
        finally:
            machines.ip("b", "link", "set", "cable", "up")
            machines.ip("b", "addr", "replace", f"{ADDRESSES_6['b']}/64", "dev", "cable", "nodad")
        assert re.match(r"problem nothing was heard from .*10\.77\.0\.2:\d+ for 5 s, though Spark has not", answer)


@pytest.fixture(scope="module")
def spread(machines, environment, tmp_path_factory):
    """Trainings on a Spark cluster with an executor in each namespace and all of Spark's encryption.

    At first b's ports are blocked."""
    secret = {"spark.authenticate": "true", "spark.authenticate.secret": "of-the-whole-cluster"}
    daemons = " ".join(f"-D{name}='{value}'" for name, value in secret.items())
    environment = {**environment, "SPARK_DAEMON_JAVA_OPTS": daemons}
    folder = tmp_path_factory.mktemp("spread")
    settings = {
        "spark.driver.host": ADDRESSES["a"], "spark.bigdl_gan.port": 41000, "spark.bigdl_gan.portMaxRetries": 4,
        "spark.network.timeout": "12s", "spark.executor.heartbeatInterval": "2s", "spark.network.timeoutInterval": "2s",
        "spark.network.crypto.enabled": "true", "spark.io.encryption.enabled": "true", **secret,
    }  # fmt: skip
    given = {
        "folder": str(folder), "settings": settings, "allow": machines.command("b", "del", 41000, 41004),
        "names": ["blocked", "allowed", "stopped_for_good"],
    }  # fmt: skip
    machines.block("b", 41000, 41004)
    places = [(ADDRESSES[end], machines.inside(end)) for end in "ab"]
    with cluster(environment, folder, places=places) as (master, _):
        script = [sys.executable, Path(__file__).with_name("networked.py"), json.dumps({**given, "master": master})]
        run_script({**environment, "SPARK_LOCAL_IP": ADDRESSES["a"]}, folder, *machines.inside("a"), *script)
    return {name: json.loads((folder / f"{name}.out.json").read_text()) for name in given["names"]}


def test_executors_that_cannot_reach_each_other(spread):
    """A single error names both executors, address, port and the ports to open; none is reported as lost."""
    found = spread["blocked"]
    pattern = (
        r"Executor \d \(10\.77\.0\.1\) cannot reach executor \d at 10\.77\.0\.2:4100\d \(10\.77\.0\.2: "
        r"[Cc]onnect timed out\)\. A training's executors connect to each other over TCP, on ports 41000 to 41004\. "
        r"Allow that in firewalls and network policies, or set spark\.bigdl_gan\.port \(and "
        r"spark\.bigdl_gan\.portMaxRetries\) to ports that they allow\."
    )
    assert re.fullmatch(pattern, found["error"]), found["error"]
    assert found["warnings"] == [] and found["seen"] == []


def test_an_encrypted_training_between_namespaces(spread):
    found = spread["allowed"]
    assert found["warnings"] == [] and found["seen"] == list(range(1, 21))


def test_an_executor_that_stops_for_good(spread):
    """It counts as lost once Spark's driver has missed its heartbeats for `spark.network.timeout`."""
    found = spread["stopped_for_good"]
    (warning,) = found["warnings"]
    assert "Training resumes from update 5 on" in warning and found["seen"][-1] == 20
