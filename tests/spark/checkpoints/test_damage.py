"""Damaged and foreign files in a folder of checkpoints are skipped with a warning, whatever is wrong with them."""

import hashlib
import json
import re
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest

from bigdl_gan import GANModel, checkpoints
from bigdl_gan.checkpoints import checkpoint_files, json_schema

FORMAT_1 = Path(__file__).parent / "saved_by_e8f3e9f" / "checkpoints" / "checkpoint-00000003"


@pytest.fixture(scope="module")
def written(noise, dense_gan, tmp_path_factory):
    """A folder with checkpoints after 1 and 2 updates."""
    folder = tmp_path_factory.mktemp("written")
    dense_gan(maxIter=2, checkpointDir=str(folder), checkpointInterval=1).fit(noise)
    remove_crc(folder)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "ck"))


def remove_crc(folder):
    """Hadoop's own checksums, which only local files have."""
    for path in folder.rglob(".*.crc"):
        path.unlink()


def change(checkpoint, act, *, sign=True):
    """Changes metadata.json, with or without a matching checksum."""
    path = checkpoint / "metadata.json"
    metadata = json.loads(path.read_text())
    act(metadata)
    if sign and isinstance(metadata, dict):
        metadata["sha256"] = checkpoint_files._digest(metadata)
    path.write_text(json.dumps(metadata))


def replace(checkpoint, name, data):
    """Changes a file, and its size and checksum in metadata.json."""
    (checkpoint / name).write_bytes(data)
    noted = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    change(checkpoint, lambda metadata: metadata["files"].update({name: noted}))


def keys(metadata):
    """The paths of all keys that reading or resuming needs, sorted."""
    for name in sorted(set(metadata) - {"format", "formatVersion", "sha256"}):
        yield (name,)
        if name in ("files", "optimizers", "counters", "networks", "history", "plan"):
            yield from ((name, inner) for inner in metadata[name])
    yield from (("files", name, key) for name in metadata["files"] for key in ("bytes", "sha256"))


def keys_of_format_1():
    return list(keys(json.loads((FORMAT_1 / "metadata.json").read_text())))


def assert_passed_over(spark, folder, reason):
    """Check that the second of two checkpoints is skipped, and that loading it directly gives a clear error."""
    with pytest.warns(RuntimeWarning, match=f"Skipping damaged checkpoint .*checkpoint-00000002: .*{reason}") as caught:
        found = checkpoints.newest(spark, str(folder))
    assert found.path.endswith("checkpoint-00000001") and found.iteration == 1
    assert len(caught) == 1 and "\n" not in str(caught[0].message)
    with pytest.raises(OSError, match=r"`path` must hold a complete checkpoint. Received: \S*-00000002: ") as error:
        GANModel.load(f"{folder}/checkpoint-00000002")
    assert "\n" not in str(error.value)


def put(metadata, path, value):
    for name in path[:-1]:
        metadata = metadata[name]
    metadata[path[-1]] = value


def remove(metadata, path):
    for name in path[:-1]:
        metadata = metadata[name]
    del metadata[path[-1]]


@pytest.fixture
def old_folder(tmp_path):
    """Checkpoints in format 1, without a checksum for metadata.json, in place of those after 1 and 2 updates."""
    for i in (1, 2):
        place = shutil.copytree(FORMAT_1, tmp_path / "old" / f"checkpoint-{i:08d}")
        change(Path(place), lambda metadata: metadata.update(iteration=i), sign=False)
    remove_crc(tmp_path)
    return tmp_path / "old"


@pytest.mark.long
def test_both_formats_are_whole_before_they_are_damaged(spark, folder, old_folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checkpoints.newest(spark, str(folder)).metadata["formatVersion"] == 3
        assert checkpoints.newest(spark, str(old_folder)).metadata["formatVersion"] == 1


@pytest.mark.long
@pytest.mark.parametrize("value", [None, True, -(2**40), 1.5, "x", [], {}, [None], {"x": None}], ids=repr)
def test_every_key_of_metadata_is_checked(spark, old_folder, value):
    """Each key in turn gets a value that it cannot have, or is removed. In format 1 nothing else reveals that."""
    checkpoint = old_folder / "checkpoint-00000002"
    original = (checkpoint / "metadata.json").read_text()
    for path in keys_of_format_1():
        if can_be(path, value):
            continue
        for act in (lambda metadata: put(metadata, path, value), lambda metadata: remove(metadata, path)):
            (checkpoint / "metadata.json").write_text(original)
            change(checkpoint, act, sign=False)
            with pytest.raises(OSError) as error:
                checkpoints.open_at(spark, str(checkpoint))
            assert "\n" not in str(error.value), path
    (checkpoint / "metadata.json").write_text(original)


def can_be(path, value):
    """Whether a key may have the test's value."""
    of_params = path[-1] in ("paramMap", "defaultParamMap") and value in ({}, {"x": None})
    is_list = path[-1] in ("optimizersSet", "executors") or (path[0] == "networks" and len(path) == 2)
    is_object = path[0] == "counters" and len(path) == 2
    return of_params or (is_list and value == []) or (is_object and value == {}) or (path == ("uid",) and value == "x")


METADATA = {
    "no JSON": b"{",
    "no bytes": b"",
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "UTF-16": json.dumps({"format": "bigdl_gan.checkpoint"}).encode("utf-16"),
    "no UTF-8": b'{"format": "\xff"}',
    "too deep": b"[" * 100_000,
    "an endless number": b'{"formatVersion": ' + b"9" * 5000 + b"}",
    "another format": b'{"format": "parquet", "formatVersion": 1}',
    "nothing but the format": b'{"format": "bigdl_gan.checkpoint", "formatVersion": 1}',
    "a text for the version": b'{"format": "bigdl_gan.checkpoint", "formatVersion": "1"}',
}


@pytest.mark.parametrize("data", METADATA.values(), ids=METADATA)
def test_metadata_that_is_none(spark, folder, data):
    (folder / "checkpoint-00000002" / "metadata.json").write_bytes(data)
    assert_passed_over(spark, folder, "its metadata.json is ")


HISTORIES = {
    "no JSON": b"x", "no bytes": b"", "a list": b"[]", "no rows": b'{"open": []}',
    "null rows": b'{"rows": null, "open": []}',
    "rows of lists": b'{"rows": [[]], "open": []}', "no iteration": b'{"rows": [{"seconds": 1}], "open": []}',
    "text": b'{"rows": [], "open": [{"iteration": 1, "seconds": "x"}]}',
}  # fmt: skip


@pytest.mark.parametrize("data", HISTORIES.values(), ids=HISTORIES)
def test_a_history_of_format_1_that_is_none(spark, old_folder, data):
    checkpoint = old_folder / "checkpoint-00000002"
    (checkpoint / "history.json").write_bytes(data)
    noted = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    change(checkpoint, lambda metadata: metadata["files"].update({"history.json": noted}), sign=False)
    assert_passed_over(spark, old_folder, "history.json is damaged: ")


@pytest.mark.parametrize("kind, value", [("rows", 3), ("rows", -1), ("columns", ["iteration"]), ("columns", [1]),
                                         ("width", 0), ("open", "x"), ("older", 2**31 - 1)])  # fmt: skip
def test_a_history_that_does_not_fit_its_description(spark, folder, kind, value):
    change(folder / "checkpoint-00000002", lambda metadata: metadata["history"].update({kind: value}))
    assert_passed_over(spark, folder, "history")


def test_a_history_without_whole_iterations(spark, folder):
    checkpoint = folder / "checkpoint-00000002"
    values = np.fromfile(checkpoint / "history.f64", "<f8")
    replace(checkpoint, "history.f64", (values + 0.5).tobytes())
    assert_passed_over(spark, folder, "history.f64 is damaged: its column images does not hold whole numbers|iteration")


@pytest.mark.parametrize("name", ["batchSize", "loss", "checkpointDir", "randomFlip"])
def test_params_of_another_type(spark, folder, name):
    change(folder / "checkpoint-00000002", lambda metadata: metadata["paramMap"].update({name: {"x": 1}}))
    assert_passed_over(spark, folder, name)


def test_a_param_that_is_a_network(spark, folder):
    change(folder / "checkpoint-00000002", lambda metadata: metadata["paramMap"].update(generator=1))
    assert_passed_over(spark, folder, "generator is not a plain Param")


def test_a_param_of_a_later_version_is_named(spark, folder):
    change(folder / "checkpoint-00000002", lambda metadata: metadata["paramMap"].update(later=1))
    with pytest.raises(ValueError, match="A saved GANModel must have Params that this version knows. .* with later"):
        GANModel.load(str(folder))


LABELS = {"columns": ["colour"], "names": ["blue", 3], "is_one_hot": True, "ones": [[0], [1]], "counts": [5, 6]}


@pytest.mark.parametrize("key, value, fits", [
    ("engine", "onednn", True), ("engine", "a later one", True), ("engine", 1, False), ("engine", None, False),
    ("notes", {}, True), ("notes", {"mine": {"best": -0.5, "waited": 2}}, True), ("notes", [], False),
    ("notes", {"mine": 1}, False), ("notes", {"mine": {"best": "x"}}, False),
    ("notes", {"mine": {"best": float("nan")}}, False),
    ("labels", LABELS, True), ("labels", {**LABELS, "names": [[0]]}, False), ("labels", {**LABELS, "ones": [0]}, False),
    ("labels", {**LABELS, "counts": ["5"]}, False), ("labels", {**LABELS, "is_one_hot": 1}, False),
    ("labels", 1, False),
])  # fmt: skip
def test_an_entry_that_earlier_versions_did_not_write(spark, folder, key, value, fits):
    change(folder / "checkpoint-00000002", lambda metadata: metadata.update({key: value}))
    if fits:
        assert checkpoints.newest(spark, str(folder)).metadata[key] == value
    else:
        assert_passed_over(spark, folder, key)


@pytest.mark.parametrize("value, fits", [("0", True), (str(2**64 - 1), True), (str(2**64), False), ("-1", False),
                                         (7, False), ("", False), ("1e3", False), ("٣", False)])  # fmt: skip
def test_the_hash_of_the_images(spark, folder, value, fits):
    change(folder / "checkpoint-00000002", lambda metadata: metadata.update(imageHash=value))
    if fits:
        assert checkpoints.newest(spark, str(folder)).metadata["imageHash"] == value
    else:
        assert_passed_over(spark, folder, "imageHash")


@pytest.mark.parametrize(
    "path, value",
    [(("loss",), 1), (("batchSize",), 0), (("criticUpdates",), -1), (("seed",), 2**63), (("randomFlip",), 0),
     (("labelSmoothing",), [0.1]), (("labelSmoothing",), [0.1, None]), (("labelSmoothing",), 0.1), (("leCam",), -1),
     (("leCam",), float("inf")),
     (("optimizers",), {}), (("optimizers", "generator"), {"learningRate": "0.1"}),
     (("optimizers", "discriminator", "learningRate"), 0.1), (("generatorSchedule",), {}), (("clipNorm",), "1"),
     (("emaHalfLife",), None), (("augment",), ["color"]), (("microBatches",), 0),
     (("initial",), {"model": "ab", "moments": True})],
    ids=lambda part: ".".join(part) if isinstance(part, tuple) else "",
)  # fmt: skip
def test_a_plan_of_no_training(spark, folder, path, value):
    change(folder / "checkpoint-00000002", lambda metadata: put(metadata["plan"], path, value))
    assert_passed_over(spark, folder, f"plan.{path[0]}")


def test_a_schedule_that_cannot_be_made(spark, folder):
    change(folder / "checkpoint-00000002", lambda metadata: metadata["plan"]["generatorSchedule"].update(kind="exec"))
    assert_passed_over(spark, folder, "A saved schedule must be bigdl_gan.schedules")


def test_le_cam_without_its_averages(spark, folder):
    change(folder / "checkpoint-00000002", lambda metadata: metadata["plan"].update(leCam=0.3))
    assert_passed_over(spark, folder, "files must have discriminator.logitAverages.f32")


def test_optimizers_of_format_1_that_cannot_be_made(spark, old_folder):
    checkpoint = old_folder / "checkpoint-00000002"
    change(checkpoint, lambda m: m["optimizers"]["generatorOptimizer"]["arguments"].update(rate=1), sign=False)
    assert_passed_over(spark, old_folder, "optimizers cannot be created: .*rate")
    change(checkpoint, lambda m: m["optimizers"]["generatorOptimizer"].update({"class": "Adagrad"}), sign=False)
    assert_passed_over(spark, old_folder, "must be dllib's Adam, SGD or RMSprop, or of .* Received: .*Adagrad")


def test_names_that_lead_elsewhere(spark, folder):
    for name in ("../x", "/etc/passwd", "", "a/b", ".."):
        original = (folder / "checkpoint-00000002" / "metadata.json").read_text()
        noted = {"bytes": 1, "sha256": "0" * 64}
        change(folder / "checkpoint-00000002", lambda metadata: metadata["files"].update({name: noted}))
        assert_passed_over(spark, folder, f"{re.escape(repr(name))} is not a valid file name")
        (folder / "checkpoint-00000002" / "metadata.json").write_text(original)


def test_every_file_of_zero_bytes(spark, folder):
    checkpoint = folder / "checkpoint-00000002"
    for path in checkpoint.iterdir():
        data = path.read_bytes()
        path.write_bytes(b"")
        assert_passed_over(spark, folder, re.escape(path.name))
        path.write_bytes(data)


def empty(folder):
    (folder / "checkpoint-00000002").mkdir()


def file(folder):
    (folder / "checkpoint-00000002").write_text("mine")


def misnamed(folder):
    shutil.copytree(folder / "checkpoint-00000001", folder / "checkpoint-00000002")


@pytest.mark.parametrize("make", [empty, file])
def test_what_is_no_checkpoint_but_has_the_name(spark, folder, make):
    shutil.rmtree(folder / "checkpoint-00000002")
    make(folder)
    assert_passed_over(spark, folder, "Cannot read .*metadata.json")


def test_a_checkpoint_under_another_name(spark, folder):
    shutil.rmtree(folder / "checkpoint-00000002")
    misnamed(folder)
    with pytest.warns(RuntimeWarning, match="its metadata.json says iteration 1"):
        assert checkpoints.newest(spark, str(folder)).path.endswith("checkpoint-00000001")


def random_damage(checkpoint, rng):
    """Inverts bits in a file, cuts, empties or deletes it, or removes keys from metadata.json."""
    files = sorted(checkpoint.iterdir())
    path = files[rng.integers(len(files))] if rng.random() < 0.5 else checkpoint / "metadata.json"
    data = bytearray(path.read_bytes())
    kind = rng.integers(5)
    if kind == 0:
        for _ in range(rng.integers(1, 4)):
            data[rng.integers(len(data))] ^= 1 << rng.integers(8)
    elif kind == 1:
        del data[rng.integers(len(data)):]
    elif kind == 2:
        start = rng.integers(len(data))
        del data[start:start + rng.integers(1, 40)]
    elif kind == 3:
        path.unlink()
        return
    else:
        metadata = json.loads((checkpoint / "metadata.json").read_text())
        found = list(keys(metadata))
        remove(metadata, found[rng.integers(len(found))])
        (checkpoint / "metadata.json").write_text(json.dumps(metadata))
        return
    path.write_bytes(bytes(data))


@pytest.mark.slow
def test_whatever_is_damaged_the_intact_one_is_found(spark, folder):
    """A hundred seeded changes: the first checkpoint is found with a warning, or the second is unharmed."""
    rng = np.random.default_rng(0)
    checkpoint, whole = folder / "checkpoint-00000002", {}
    for path in checkpoint.iterdir():
        whole[path.name] = path.read_bytes()
    expected = checkpoints.newest(spark, str(folder))
    passed_over = 0
    for _ in range(100):
        random_damage(checkpoint, rng)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = checkpoints.newest(spark, str(folder))
        if found.iteration == 2:  # the change did not matter, for example a space between two keys
            assert not caught and (found.metadata, found.history) == (expected.metadata, expected.history)
        else:
            passed_over += 1
            assert found.iteration == 1 and [w.category for w in caught] == [RuntimeWarning]
        for name, data in whole.items():
            (checkpoint / name).write_bytes(data)
    assert passed_over > 80


def test_the_schema_speaks_of_every_key(folder):
    """The schema checks everything that is written."""
    metadata = json.loads((folder / "checkpoint-00000002" / "metadata.json").read_text())
    known = {"format", "formatVersion", "sha256", "uid", "plan", "iteration", "images", "executors", "stream",
             "paramMap", "defaultParamMap", "optimizers", "optimizersSet", "files", "counters", "networks",
             "history", "schedules"}  # fmt: skip
    assert set(metadata) == known | {"imageHash", "notes", "engine"}  # earlier versions did not write these
    for name in sorted(known - {"format", "formatVersion", "sha256"}):
        without = {key: value for key, value in metadata.items() if key != name}
        assert name in json_schema.checkpoint_problem(without, 3)
