"""Drivers and executors that are really killed: where training resumes, and what it reports."""

import json
import re
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from processes import run_script

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("faults")


def run_faults(environment, master, folder, *names, status=0):
    given = json.dumps({"master": master, "folder": str(folder), "names": names})
    run_script(environment, folder, sys.executable, Path(__file__).with_name("faults.py"), given, status=status)
    return {name: json.loads((folder / f"{name}.out.json").read_text()) for name in names if status == 0}


@pytest.fixture(scope="module")
def results(environment, master, folder):
    """Results of trainings after one whose driver was killed at its sixth update."""
    run_faults(environment, master, folder, "driver_killed", status=-signal.SIGKILL)
    calm = ("in_one_go", "in_one_partition", "in_forty_partitions", "resumed", "held_up")
    lossy = ("executor_killed", "killed_at_begin", "too_many_killed", "killed_without_checkpoints")
    return run_faults(environment, master, folder, *calm, *lossy)


def distance(result, expected):
    """The larger of both networks' relative distances."""
    distances = []
    for role in ("generator", "discriminator"):
        received, wanted = np.array(result["after"][role]), np.array(expected["after"][role])
        assert np.linalg.norm(wanted - np.array(expected["before"][role])) > 1e-3
        distances.append(np.linalg.norm(received - wanted) / np.linalg.norm(wanted))
    return max(distances)


def test_a_killed_driver(results):
    resumed, whole = results["resumed"], results["in_one_go"]
    assert whole["seen"] == list(range(1, 21)) and whole["warnings"] == resumed["warnings"] == []
    assert resumed["seen"] == list(range(6, 21)) and len(resumed["history"]) == 20
    assert distance(resumed, whole) <= 1e-6


def test_a_killed_executor_twice(results):
    """A new checkpoint lies between the losses, so `maxRecoveries=1` is enough."""
    lost, whole = results["executor_killed"], results["in_one_go"]
    assert len(lost["warnings"]) == 2
    assert "resumes from update 5 on 2 of 2 executors" in lost["warnings"][0]
    assert "resumes from update 10 on 2 of 2 executors" in lost["warnings"][1]
    assert [row["iteration"] for row in lost["history"]] == list(range(1, 21))
    assert lost["seen"].count(6) == 2 and lost["seen"].count(11) == 2 and lost["seen"].count(16) == 1
    assert distance(lost, whole) <= 1e-6


def test_killed_before_the_first_update(results):
    lost = results["killed_at_begin"]
    assert len(lost["warnings"]) == 1 and "resumes from update 0 on 2 of 2 executors" in lost["warnings"][0]
    assert lost["seen"] == list(range(1, 21)) and distance(lost, results["in_one_go"]) <= 1e-6


def test_too_many_losses(results):
    often = results["too_many_killed"]
    assert len(often["warnings"]) == 1 and "resumes from update 0" in often["warnings"][0]
    message = "Executors were lost 2 times in a row after update 0, without a new checkpoint in between; `max.*` is 1. "
    assert re.match(message, often["error"])


def test_without_checkpoints(results):
    lost = results["killed_without_checkpoints"]
    message = (
        "Training failed: an executor was lost after update 3. Set `checkpointDir`; training then resumes from the "
        "last checkpoint."
    )
    assert lost["error"] == message and lost["warnings"] == []


def test_a_straggler(results):
    assert results["held_up"]["after"] == results["in_one_go"]["after"] and results["held_up"]["warnings"] == []


@pytest.mark.parametrize("name", ["in_one_partition", "in_forty_partitions"])
def test_partitions_without_images(results, name):
    """Images are dealt by number, so every executor gets its share."""
    assert results[name]["after"] == results["in_one_go"]["after"]


def test_an_executor_that_does_not_come_back(environment, private_cluster, folder):
    master, worker = private_cluster
    (folder / "worker.json").write_text(json.dumps(worker))
    lost = run_faults(environment, master, folder, "fewer")["fewer"]
    assert len(lost["warnings"]) == 1 and "resumes from update 5 on 1 of 2 executors" in lost["warnings"][0]
    assert [row["iteration"] for row in lost["history"]] == list(range(1, 21))
    assert all(np.isfinite(row["loss/generator"]) for row in lost["history"])
