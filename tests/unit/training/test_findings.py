"""What is said of a cluster, from its settings and its executors' reports: no Spark."""

import sys
import warnings

import pytest

from bigdl_gan.training.findings import (
    Finding,
    engine_for,
    of_driver,
    of_encryption,
    of_executors,
    of_number,
    of_python,
    of_settings,
    settle,
)

GIGABYTE = 2**30


def engines(**problems):
    return [{"name": name, "problem": problems.get(name, "")} for name in ("mkldnn", "onednn")]


def executor(id="0", **changes):
    return {
        "id": id, "host": "node", "cores": 1, "architecture": "amd64", "java": "17", "core": "abc",
        "engines": engines(), "heap": GIGABYTE, "storage": GIGABYTE // 2,
        "machine": 16 * GIGABYTE, **changes,
    }  # fmt: skip


def probe(*executors):
    return {"core": "abc", "java": "17", "executors": list(executors)}


def only(findings):
    (finding,) = findings
    return finding


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"spark.dynamicAllocation.enabled": "false", "spark.dynamicAllocation.minExecutors": "1"},
        {
            "spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.minExecutors": "3",
            "spark.dynamicAllocation.maxExecutors": "3",
        },
        {"spark.speculation": "false", "spark.locality.wait": "500ms", "spark.driver.maxResultSize": "0"},
    ],
)  # fmt: skip
def test_settings_that_are_right(settings):
    assert of_settings(settings, weights=10**7) == []


@pytest.mark.parametrize("limits", [{}, {"minExecutors": "3"}, {"maxExecutors": "3"}])
def test_dynamic_allocation(limits):
    settings = {f"spark.dynamicAllocation.{name}": value for name, value in {"enabled": "TRUE", **limits}.items()}
    finding = only(of_settings(settings, 1))
    assert finding.is_fatal and "enabled=true with minExecutors=" in finding.text


@pytest.mark.parametrize(
    "setting, value, remedy",
    [
        ("spark.speculation", "true", "Set it to false."),
        ("spark.kryo.registrationRequired", "true", "JavaSerializer."),
        ("spark.locality.wait", "0s", "Leave it at 3s."),
        ("spark.locality.wait.process", "0", "Leave it at 3s."),
        ("spark.driver.maxResultSize", "100m", "Raise it to 306m."),
    ],
)
def test_settings_that_are_wrong(setting, value, remedy):
    finding = only(of_settings({setting: value}, weights=10**7))
    assert finding.is_fatal and value in finding.text and finding.text.endswith(remedy)


def test_numbers():
    assert of_number(3, 9, []) == []
    assert "none alive. Wait for them" in only(of_number(0, 9, [])).text
    for batch_size, advice in ((8, "6 or 9"), (7, "6 or 9"), (2, "3"), (64, "63 or 66")):
        finding = only(of_number(3, batch_size, []))
        assert finding.error is ValueError
        assert finding.text.endswith(f"executors (3). Received: batchSize={batch_size}. Use {advice}.")


@pytest.mark.parametrize("own, parts, advice", [(12, 5, 4), (9, 2, 1), (6, 100, 6)])
def test_parts_that_are_not_equal(own, parts, advice):
    assert of_number(2, 2 * own, [], own) == []
    finding = only(of_number(2, 2 * own, [], parts))
    assert finding.error is ValueError and finding.text == (
        f"`microBatches` must divide the images of one executor in an update ({own}). Received: microBatches={parts}. "
        f"Use {advice}, or another `batchSize`."
    )


REFUSED = [{"id": "3", "host": "one", "reason": "excluded"}, {"id": "12", "host": "other", "reason": "leaving"}]
BOTH = (
    "executor 3 on one (excluded after failures: spark.excludeOnFailure.enabled), executor 12 on other (being "
    "decommissioned or removed)"
)


def test_executors_that_get_no_tasks():
    """A word beside what else there is to say of the others; the reason where there are no others."""
    finding = only(of_number(2, 8, REFUSED))
    assert not finding.is_fatal and finding.text.endswith(f"gives tasks to: 2. Not used: {BOTH}.")
    assert [finding.is_fatal for finding in of_number(2, 9, REFUSED)] == [False, True]
    assert f"Received: {BOTH}. Wait for others" in only(of_number(0, 8, REFUSED)).text


@pytest.mark.parametrize("level", ["DISK_ONLY", "MEMORY_AND_DISK", "MEMORY_ONLY"])
@pytest.mark.parametrize("is_on", ["true", "false"])
def test_images_where_disks_are_encrypted(level, is_on):
    findings = of_encryption({"spark.io.encryption.enabled": is_on}, level)
    if (level, is_on) == ("DISK_ONLY", "true"):
        finding = only(findings)
        assert finding.is_fatal and finding.error is ValueError
        assert "Received: storageLevel='DISK_ONLY'." in finding.text
    else:
        assert findings == []


@pytest.mark.parametrize(
    "changes, message, is_fatal",
    [
        ({"architecture": "aarch64"}, "Received: aarch64, executor 1 on node. Choose instances", True),
        ({"core": "xyz"}, "Received: abc on the driver, xyz on executor 1 on node. Install one version", True),
        ({"java": "8"}, "Received: 17 on the driver, 8 on executor 1 on node. Set JAVA_HOME to the same", False),
    ],
)
def test_executors(changes, message, is_fatal):
    assert of_executors(probe(executor())) == []
    finding = only(of_executors(probe(executor(), executor("1", **changes), executor("2", **changes))))
    assert finding.is_fatal is is_fatal
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(finding.text)


@pytest.mark.parametrize(
    "wanted, begun_on, expected",
    [
        ("auto", "", "mkldnn"), ("auto", "mkldnn", "mkldnn"), ("auto", "onednn", "onednn"), ("mkldnn", "", "mkldnn"),
        ("onednn", "", "onednn"), ("mkldnn", "onednn", "mkldnn"), ("onednn", "mkldnn", "onednn"),
    ],
)  # fmt: skip
def test_engines_that_load(wanted, begun_on, expected):
    assert engine_for(probe(executor(), executor("1")), wanted, begun_on) == (expected, [])


@pytest.mark.parametrize("begun_on", ["", "mkldnn"])
def test_an_engine_that_one_executor_cannot_load(begun_on):
    broken = executor("1", engines=engines(mkldnn="it is odd. Mend it"))
    engine, findings = engine_for(probe(executor(), broken, executor("2")), "auto", begun_on)
    finding = only(findings)
    assert engine == "onednn" and not finding.is_fatal
    assert finding.text == (
        "Training runs on the engine onednn, because not every executor can load mkldnn. Received: executor 1 on node, "
        "where it is odd. Mend it, or set engine='onednn'."
    )
    assert engine_for(probe(executor(), broken), "onednn", begun_on) == ("onednn", [])
    fatal = only(engine_for(probe(executor(), broken), "mkldnn", begun_on)[1])
    assert fatal.is_fatal and fatal.text == (
        "Every executor must be able to load the engine mkldnn. Received: executor 1 on node, where it is odd. Mend "
        "it, or leave engine at 'auto'."
    )


def test_no_engine_loads():
    broken = executor("1", engines=engines(mkldnn="it is odd. Mend it", onednn="so is this. Mend it"))
    engine, findings = engine_for(probe(executor(), broken), "auto")
    finding = only(findings)
    assert engine == "onednn" and finding.is_fatal
    assert finding.text.endswith("load the engine onednn. Received: executor 1 on node, where so is this. Mend it.")


def test_machines_on_which_no_engine_loads():
    """They are found by their architecture."""
    arm = executor("1", architecture="aarch64", engines=engines(mkldnn="no", onednn="no"))
    for executors in ([executor(), arm], [arm]):
        assert engine_for(probe(*executors), "auto")[1] == []
        assert only(of_executors(probe(*executors))).is_fatal


def test_pythons():
    ours = "Python {}.{}".format(*sys.version_info[:2])
    assert of_python([ours, ours]) == []
    finding = only(of_python([ours, "IOException: Cannot run program python3"]))
    assert not finding.is_fatal and f"Received: {ours} on the driver, IOException: Cannot run" in finding.text


def test_what_becomes_of_findings():
    settle([])
    with pytest.warns(RuntimeWarning, match="careful"):
        settle([Finding("careful", is_fatal=False)])
    with pytest.raises(ValueError, match="^first second$"), warnings.catch_warnings():
        warnings.simplefilter("error")
        settle([Finding("third", is_fatal=False), Finding("first", ValueError), Finding("second")])


def test_the_drivers_heap():
    assert of_driver(4 * 10**6 * 17 + 300 * 2**20, 10**6) == []
    (finding,) = of_driver(2**30, 100_000_000)
    assert finding.is_fatal and "needs 6,785 MB of heap" in finding.text and "Received: 1,024 MB" in finding.text
    assert "Raise spark.driver.memory to 6912m" in finding.text
