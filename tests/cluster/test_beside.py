"""A training beside other jobs continues, and ends with the same bits, however Spark assigns the cores."""

import json
import sys
from pathlib import Path

import pytest
from processes import HERE, cluster, run_script

NODE = "application.maxFailedExecutorsPerNode"
pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("beside.py")
FAIR = {"spark.scheduler.mode": "FAIR", "spark.locality.wait": "1s"}  # in place of 3 s, for each of many holds
IN_ONE_CORE = ("alone", "at_the_end", "at_checkpoints", "beside_a_stream", "two_at_once", "cancelled", "rolled_back",
               "executor_killed")  # fmt: skip


def run(environment, master, folder, names, settings, cores=2):
    given = {"master": master, "folder": str(folder), "names": names, "settings": settings, "cores": cores}
    run_script(environment, folder, sys.executable, str(SCRIPT), json.dumps(given))
    return {name: json.loads((folder / f"{name}.out.json").read_text()) for name in names}


@pytest.fixture(scope="module")
def fair(environment, master, tmp_path_factory):
    """Executors of one core, shared fairly with all other jobs."""
    return run(environment, master, tmp_path_factory.mktemp("fair"), IN_ONE_CORE, FAIR)


@pytest.fixture(scope="module", params=[1, 2], ids=["two tasks an executor", "one task of two cores"])
def wide(request, environment, tmp_path_factory):
    """Executors with two cores, and one or two cores for each task."""
    folder = tmp_path_factory.mktemp("wide")
    settings = {"spark.executor.cores": 2, "spark.task.cpus": request.param}
    with cluster(environment, folder, cores=2) as (master, _):
        return run(environment, master, folder, ("alone", "in_the_middle"), settings, cores=4)


def is_whole(result, other):
    assert result["warnings"] == [] and result["seen"] == list(range(1, 21))
    assert result["after"] == other["after"]  # bit for bit


@pytest.mark.parametrize("name", ["at_the_end", "at_checkpoints", "beside_a_stream"])
def test_a_job_that_holds_a_core(fair, name):
    is_whole(fair[name], fair["alone"])


def test_executors_of_two_cores(wide):
    is_whole(wide["in_the_middle"], wide["alone"])


def test_two_trainings_at_once(fair):
    """They do not wait for each other's cores forever."""
    for result in fair["two_at_once"]:
        assert result["after"] == fair["alone"]["after"]


def test_a_training_that_somebody_cancels(fair):
    """The error has Spark's words, and reports no executor as lost."""
    assert "cancelled" in fair["cancelled"]["error"] and fair["cancelled"]["warnings"] == []


def test_a_rollback_reads_no_image_again(fair):
    result = fair["rolled_back"]
    (warning,) = result["warnings"]
    assert "resumes from update 5 with other random numbers" in warning
    assert result["seen"].count(6) == 1 and result["after"] != fair["alone"]["after"]
    assert result["read"] == 24


def test_a_recovery_reads_again_what_was_lost(fair):
    """The lost executor had read one or two of three partitions, of 8 images each."""
    result = fair["executor_killed"]
    (warning,) = result["warnings"]
    assert "resumes from update 5 on 2 of 2 executors" in warning
    assert result["read"] in (24 + 8, 24 + 16) and result["after"] == fair["alone"]["after"]  # bit for bit


def test_an_executor_that_is_excluded(environment, tmp_path):
    """Spark gives it no more tasks, although it is alive."""
    kinds = ("task.maxTaskAttemptsPerExecutor", "stage.maxFailedTasksPerExecutor",
             "application.maxFailedTasksPerExecutor")  # fmt: skip
    settings = {f"spark.excludeOnFailure.{kind}": 1 for kind in kinds}
    settings.update({"spark.excludeOnFailure.enabled": "true", f"spark.excludeOnFailure.{NODE}": 2})
    with cluster(environment, tmp_path) as (master, _):
        found = run(environment, master, tmp_path, ("excluded",), settings)["excluded"]
    (one,) = found["refused"]
    assert one["reason"] == "excluded"
    assert "resumes from update 5 on 1 of 2 executors" in found["middle"]["warnings"][0]
    assert found["middle"]["seen"][-1] == found["after"]["seen"][-1] == 20
    expected = f"Not used: executor {one['id']} on 127.0.0.1 (excluded after failures: spark.excludeOnFailure.enabled)."
    assert any(expected in warning for warning in found["after"]["warnings"])


def test_an_executor_that_is_decommissioned(environment, tmp_path):
    settings = {"spark.decommission.enabled": "true", "spark.storage.decommission.enabled": "false"}
    with cluster(environment, tmp_path) as (master, _):
        found = run(environment, master, tmp_path, ("leaving",), settings)["leaving"]
    (one,) = found["refused"]
    assert one["reason"] == "leaving" and found["seen"][-1] == 20
    assert "resumes from update 5 on 1 of 2 executors" in found["warnings"][0]


def test_executors_that_are_left_over(environment, tmp_path):
    """If one of four is lost and three cannot share the batch, the third releases its images."""
    with cluster(environment, tmp_path, places=[HERE] * 4) as (master, processes):
        (tmp_path / "workers.json").write_text(json.dumps([process.pid for process in processes[1:]]))
        found = run(environment, master, tmp_path, ("shrunk",), {}, cores=4)["shrunk"]
    assert "resumes from update 5 on 2 of 4 executors" in found["warnings"][0] and found["updates"][-1] == 20
    held = [sorted((executor["replicas"], executor["shares"]) for executor in use) for use in found["held"]]
    assert held[0] == [(1, 1)] * 4 and held[-1] == [(0, 0), (1, 1), (1, 1)]
