"""Folders that replace others: a complete one is left, whichever call a file system refuses and whoever else writes."""

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from bigdl_gan import GANEstimator
from bigdl_gan.checkpoints import atomic
from bigdl_gan.jvm import hadoop

CALLS = {"create": "write", "rename": "rename", "delete": "delete", "exists": "look for"}


class Refusing:
    """A file system that refuses some calls, with an exception or by returning False."""

    def __init__(self, system, refuses, *, throws):
        self._system, self._refuses, self._throws = system, refuses, throws

    def __getattr__(self, name):
        method = getattr(self._system, name)
        if name not in CALLS:
            return method

        def call(*args):
            if not self._refuses(name):
                return method(*args)
            if self._throws or name in ("create", "exists"):  # these calls do not return a boolean
                return self._system.open(self._system.getWorkingDirectory().suffix("/refused"))  # a Java exception
            return False

        return call


@pytest.fixture
def refusing(spark, monkeypatch):
    """Makes every file system refuse the calls whose number a function selects; returns the list of all calls."""
    real = hadoop._file_system

    def install(is_refused, *, throws, among=("create", "rename", "delete")):
        calls = []

        def refuses(name):
            if name not in among:
                return False
            calls.append(name)
            return is_refused(len(calls) - 1)

        monkeypatch.setattr(hadoop, "_file_system", lambda *args: Refusing(real(*args), refuses, throws=throws))
        return calls

    yield install
    monkeypatch.undo()


def stage(n):
    return GANEstimator(maxIter=n)


def whole_ones(folder):
    """The stages in a folder that can be loaded: name -> maxIter."""
    found = {}
    for path in folder.iterdir():
        try:
            found[path.name] = GANEstimator.load(str(path)).getMaxIter()
        except (OSError, ValueError):
            continue
    return found


def attempt(path, monkeypatch):
    """Saves over the existing stage; returns the error, or None."""
    try:
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            stage(2).write().overwrite().save(str(path))
    except OSError as error:
        return error
    finally:
        monkeypatch.undo()


N_CALLS = 5  # two files, two renamings, one deletion


@pytest.mark.long
def test_the_calls_of_an_overwrite(refusing, tmp_path, monkeypatch):
    stage(1).save(str(tmp_path / "m"))
    calls = refusing(lambda i: False, throws=True)
    assert attempt(tmp_path / "m", monkeypatch) is None
    assert calls[:N_CALLS] == ["create", "create", "rename", "rename", "delete"]
    assert whole_ones(tmp_path) == {"m": 2}


@pytest.mark.parametrize("throws", [True, False], ids=["throws", "returns false"])
@pytest.mark.parametrize("number", range(N_CALLS))
def test_one_call_refused(refusing, tmp_path, monkeypatch, number, throws):
    stage(1).save(str(tmp_path / "m"))
    refusing(lambda i: i == number, throws=throws)
    error = attempt(tmp_path / "m", monkeypatch)
    if number < N_CALLS - 1:
        assert "\n" not in str(error) and [p.name for p in tmp_path.iterdir()] == ["m"]
        assert whole_ones(tmp_path) == {"m": 1}
    else:  # the last call: the old folder stays beside the new one
        assert error is None and whole_ones(tmp_path)["m"] == 2 and len(list(tmp_path.iterdir())) == 2


@pytest.mark.long
@pytest.mark.parametrize("throws", [True, False], ids=["throws", "returns false"])
@pytest.mark.parametrize("number", range(N_CALLS))
@pytest.mark.parametrize("among", [tuple(CALLS), ("create", "rename", "delete"), ("rename",)], ids=len)
def test_all_calls_refused_from_one_on(refusing, tmp_path, monkeypatch, number, throws, among):
    stage(1).save(str(tmp_path / "m"))
    refusing(lambda i: i >= number, throws=throws, among=among)
    error = attempt(tmp_path / "m", monkeypatch)
    found = whole_ones(tmp_path)
    assert {1, 2} & set(found.values())
    if error is not None:
        assert "\n" not in str(error)
        assert "m" in found or all(str(tmp_path / name) in str(error) for name in found)


def test_neither_the_new_one_nor_the_old_can_be_put_in_place(refusing, tmp_path, monkeypatch):
    stage(1).save(str(tmp_path / "m"))
    refusing(lambda i: i >= 1, throws=False, among=("rename",))
    error = attempt(tmp_path / "m", monkeypatch)
    assert sorted(whole_ones(tmp_path).values()) == [1, 2]
    for path in tmp_path.iterdir():
        assert str(path) in str(error)
    assert "The previous content could not be put back either" in str(error)


def test_a_first_save_that_fails_leaves_nothing(refusing, tmp_path, monkeypatch):
    for number in range(3):
        refusing(lambda i: i == number, throws=True)
        with pytest.raises(OSError, match="FileNotFoundException"):
            stage(1).save(str(tmp_path / "m"))
        monkeypatch.undo()
        assert not list(tmp_path.iterdir())


def test_an_interruption_between_two_calls_puts_the_old_one_back(spark, tmp_path, monkeypatch):
    stage(1).save(str(tmp_path / "m"))
    real, seen = hadoop.rename, []

    def rename(*args):
        seen.append(args)
        if len(seen) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(hadoop, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        stage(2).write().overwrite().save(str(tmp_path / "m"))
    assert [p.name for p in tmp_path.iterdir()] == ["m"] and whole_ones(tmp_path) == {"m": 1}


@pytest.mark.parametrize("paths", [["m"], ["m", "n"]], ids=["one path", "two paths"])
def test_saves_from_threads_at_once(spark, tmp_path, paths):
    barrier = threading.Barrier(4)

    def save(i):
        barrier.wait()
        for _ in range(3):
            stage(i).write().overwrite().save(str(tmp_path / paths[i % len(paths)]))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, range(1, 5)))
    assert sorted(whole_ones(tmp_path)) == sorted(p.name for p in tmp_path.iterdir()) == paths


def test_of_two_saves_at_once_without_overwrite_one_is_told(spark, tmp_path):
    def save(i):
        try:
            stage(i).save(str(tmp_path / "m"))
        except FileExistsError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        told = [answer for answer in pool.map(save, (1, 2)) if answer]
    assert len(told) == 1 and "`path` must not exist yet. Received: path=" in told[0]
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


class Elsewhere:
    """Another process's swap, which acts just before one of our renames."""

    def __init__(self, monkeypatch, before, act):
        real, calls = hadoop.rename, []

        def rename(*args):
            calls.append(args)
            if len(calls) == before:
                act()
            real(*args)

        monkeypatch.setattr(hadoop, "rename", rename)


@pytest.mark.parametrize("before", [1, 2], ids=["before the old one goes", "before the new one comes"])
@pytest.mark.parametrize("act", ["replaces", "takes away"])
def test_another_process_at_the_same_path(spark, tmp_path, monkeypatch, before, act):
    stage(1).save(str(tmp_path / "m"))
    stage(3).save(str(tmp_path / "aside"))

    def swap():
        if (tmp_path / "m").exists():
            (tmp_path / "m").rename(tmp_path / "gone")
        if act == "replaces":
            (tmp_path / "aside").rename(tmp_path / "m")

    Elsewhere(monkeypatch, before, swap)
    stage(2).write().overwrite().save(str(tmp_path / "m"))
    assert GANEstimator.load(str(tmp_path / "m")).getMaxIter() == 2
    assert not [p.name for p in tmp_path.iterdir() if atomic.LEFTOVER.search(p.name)]


def test_a_target_made_between_the_look_and_the_renaming(spark, tmp_path, monkeypatch):
    """The file system then moves the source into the target: it must be moved out again."""
    stage(1).save(str(tmp_path / "new"))
    real = hadoop._rename

    def rename(*args):
        monkeypatch.setattr(hadoop, "_rename", real)
        stage(3).save(str(tmp_path / "m"))
        real(*args)

    monkeypatch.setattr(hadoop, "_rename", rename)
    with pytest.raises(FileExistsError, match="`target` must not exist yet"):
        hadoop.rename(spark, str(tmp_path / "new"), str(tmp_path / "m"))
    assert whole_ones(tmp_path) == {"m": 3, "new": 1}
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == ["metadata"]


def test_loading_tells_of_what_a_killed_process_left_beside(spark, tmp_path):
    stage(1).save(str(tmp_path / "m"))
    (tmp_path / "m").rename(tmp_path / "m.0123abcd.old")
    stage(2).save(str(tmp_path / "m.4567abcd.tmp"))
    stage(2).save(str(tmp_path / "m.other"))
    left = "An unfinished save left m.0123abcd.old and m.4567abcd.tmp beside it: rename the one to keep"
    with pytest.raises(FileNotFoundError, match=f"Received: path={tmp_path}/m. {left}"):
        GANEstimator.load(str(tmp_path / "m"))
    with pytest.raises(FileNotFoundError, match=f"path={tmp_path}/nothing.$"):
        GANEstimator.load(str(tmp_path / "nothing"))
