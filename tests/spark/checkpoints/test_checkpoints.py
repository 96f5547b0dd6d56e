"""What a checkpoint holds, which ones are loaded or refused, and what a failing disk does to them."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from bigdl.dllib.optim.optimizer import SGD

from bigdl_gan import GANModel, checkpoints
from bigdl_gan.callbacks import Callback, Checkpoint
from bigdl_gan.checkpoints import checkpoint_files, network_files
from bigdl_gan.jvm import bridge, hadoop

VECTORS = {"weights": 2, "statistics": 2, "optimizer.s": 2, "optimizer.r": 2}


def weights(stage):
    networks = (stage.getGenerator(), stage.getDiscriminator())
    return np.concatenate([w.ravel() for network in networks for w in network.get_weights()])


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def iterations(folder):
    return [int(name.split("-")[1]) for name in names(folder)]


class Recorder(Callback):
    """The iterations that training did."""

    def __init__(self):
        self.seen = []

    def on_chunk(self, rows, training):
        self.seen += [row["iteration"] for row in rows]


@pytest.fixture
def train(noise, dense_gan, tmp_path):
    """Trains with checkpoints every 2 updates in tmp_path/ck; returns the model and the updates that it took."""

    def train(n, **arguments):
        recorder = Recorder()
        place = {"checkpointDir": str(tmp_path / "ck"), "checkpointInterval": 2, "callbacks": [recorder]}
        return dense_gan(maxIter=n, **{**place, **arguments}).fit(noise), recorder.seen

    return train


@pytest.fixture
def folder(train, tmp_path):
    """Checkpoints after 2 and 4 updates."""
    train(4)
    return tmp_path / "ck"


@pytest.fixture(scope="module")
def whole(noise, dense_gan):
    """Six updates in one go."""
    return weights(dense_gan(maxIter=6).fit(noise))


@pytest.mark.slow
def test_what_is_in_it(train, folder):
    model, _ = train(4)
    found = folder / "checkpoint-00000004"
    metadata = json.loads((found / "metadata.json").read_text())
    assert metadata["formatVersion"] == 3 and metadata["iteration"] == 4 and metadata["images"] == 48
    assert metadata["counters"]["generator"]["evalCounter"] == 4
    vectors = {f"{role}.{name}.f32" for role in ("generator", "discriminator") for name in VECTORS}
    others = {"generator.structure.gz", "discriminator.structure.gz", "history.f64"}
    averages = {"generator.average.f32", "generator.averageStatistics.f32"}
    assert set(metadata["files"]) == vectors | others | averages
    assert {n for n in names(found) if not n.startswith(".")} == {*metadata["files"], "metadata.json"}
    read = {name: np.fromfile(found / name, "<f4") for name in vectors}
    n_weights = len(weights(model))
    assert sum(len(read[f"{role}.weights.f32"]) for role in ("generator", "discriminator")) == n_weights
    for role in ("generator", "discriminator"):
        assert {len(read[f"{role}.{name}.f32"]) for name in ("weights", "optimizer.s", "optimizer.r")} == {
            len(read[f"{role}.weights.f32"])
        }
        assert np.abs(read[f"{role}.optimizer.s.f32"]).max() > 0 and (read[f"{role}.optimizer.r.f32"] >= 0).all()
    dense = read["discriminator.weights.f32"][:64].reshape(4, 16)
    np.testing.assert_array_equal(dense, model.getDiscriminator().get_weights()[0])
    columns = metadata["history"]["columns"]
    rows = np.fromfile(found / "history.f64", "<f8").reshape(-1, len(columns))
    assert [dict(zip(columns, row)) for row in rows.tolist()] == model.history
    counts = {kind: metadata["history"][kind] for kind in ("older", "rows", "open")}
    assert counts == {"older": 0, "rows": 4, "open": 0}


@pytest.mark.slow
def test_the_newest_are_kept(train, tmp_path):
    train(7)
    assert iterations(tmp_path / "ck") == [6, 7]
    train(9, keepCheckpoints=3)
    assert iterations(tmp_path / "ck") == [7, 8, 9]


@pytest.mark.slow
def test_it_goes_on_and_a_finished_one_returns_at_once(train, folder, whole, n_jobs):
    model, done = train(6)
    assert done == [5, 6] and [row["iteration"] for row in model.history] == [1, 2, 3, 4, 5, 6]
    np.testing.assert_array_equal(weights(model), whole)
    before = n_jobs()
    again, done = train(6, resume="must")
    assert n_jobs() == before and done == [] and again.history == model.history
    np.testing.assert_array_equal(weights(again), whole)
    assert again.getMaxIter() == 6 and again.isDefined("checkpointDir")


@pytest.mark.long
def test_the_folder_is_listed_once(train, folder, monkeypatch):
    """A listing is a request on an object store, and what it gives may change between two."""
    listed, list_names = [], hadoop.names
    monkeypatch.setattr(hadoop, "names", lambda spark, path: listed.append(path) or list_names(spark, path))
    assert train(4, resume="must")[1] == []
    assert listed == [str(folder)]


def truncate(file):
    file.write_bytes(file.read_bytes()[:-4])


def flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


BROKEN = {
    "truncated": (truncate, "generator.weights.f32", r"generator.weights.f32 has \d+ of \d+ bytes"),
    "a bit": (flip, "discriminator.optimizer.s.f32", "discriminator.optimizer.s.f32 does not have the recorded SHA"),
    "missing": (lambda file: file.unlink(), "history.f64", "history.f64 cannot be read"),
    "torn metadata": (truncate, "metadata.json", "its metadata.json is damaged"),
    "no metadata": (lambda file: file.unlink(), "metadata.json", "Cannot read .*metadata.json"),
    "another name": (lambda file: file.write_text('{"a": 1}'), "metadata.json", "its metadata.json is not a checkpo"),
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_broken_one_is_passed_over(train, folder, whole, damage):
    act, name, message = damage
    act(folder / "checkpoint-00000004" / name)
    (folder / "checkpoint-00000004" / f".{name}.crc").unlink()  # Hadoop's own checksums, for local files only
    with pytest.warns(RuntimeWarning, match=f"Skipping damaged checkpoint .*checkpoint-00000004: {message}"):
        model, done = train(6)
    assert done == [3, 4, 5, 6]
    np.testing.assert_array_equal(weights(model), whole)
    assert iterations(folder) == [4, 6]
    anew = checkpoints.open_at(bridge.active_session(), str(folder / "checkpoint-00000004"))
    assert anew.iteration == 4


@pytest.mark.slow
def test_all_broken(train, folder, whole):
    for found in folder.iterdir():
        (found / "metadata.json").unlink()
    message = "must hold a complete checkpoint with resume='must'. Received: .* with 2 damaged ones"
    with pytest.warns(RuntimeWarning, match="Skipping damaged"), pytest.raises(FileNotFoundError, match=message):
        train(6, resume="must")
    with pytest.warns(RuntimeWarning, match="Skipping damaged"):
        model, done = train(6)
    assert done == [1, 2, 3, 4, 5, 6]
    np.testing.assert_array_equal(weights(model), whole)


def age(folder, hours):
    """Backdates a folder and its files by some hours."""
    for path in (*folder.iterdir(), folder):
        os.utime(path, (time.time() - 3600 * hours,) * 2)


@pytest.mark.slow
def test_what_a_broken_off_writing_left_is_deleted_and_what_somebody_writes_is_not(train, folder):
    left = {"checkpoint-00000006.0123abcd.tmp": 4, "checkpoint-00000003.0123abcd.old": 4}
    others = {"checkpoint-00000006.4567abcd.tmp": 2, "checkpoint-00000008.0000abcd.old": 0}
    for name, hours in {**left, **others}.items():
        shutil.copytree(folder / "checkpoint-00000004", folder / name)
        age(folder / name, hours)
    (folder / "checkpoint-00000009.4567abcd.tmp").mkdir()  # only just written to
    (folder / "notes.txt").write_text("mine")
    train(6)
    kept = {"checkpoint-00000004", "checkpoint-00000006", "checkpoint-00000009.4567abcd.tmp", "notes.txt", *others}
    assert set(names(folder)) == kept


@pytest.mark.slow
def test_two_trainings_that_write_to_one_folder_do_not_break_each_others_files(noise, dense_gan, tmp_path):
    """Each deletes the other's finished checkpoints as surplus; what remains at the end is complete."""
    folder = tmp_path / "ck"
    asides = [Checkpoint(str(folder), every=1, keep=2) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:  # a failing callback causes a warning, which is an error here
        models = list(pool.map(lambda aside: dense_gan(maxIter=8, callbacks=[aside]).fit(noise), asides))
    assert iterations(folder)[-1] == 8
    loaded = GANModel.load(str(folder))
    np.testing.assert_array_equal(weights(loaded), weights(models[0]))
    assert all(checkpoints.open_at(bridge.active_session(), str(path)) for path in folder.iterdir())


@pytest.mark.slow
def test_two_folders_from_two_threads(noise, dense_gan, tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    with ThreadPoolExecutor(2) as pool:
        place = [{"checkpointDir": str(folder), "checkpointInterval": 2} for folder in folders]
        models = list(pool.map(lambda arguments: dense_gan(maxIter=6, **arguments).fit(noise), place))
    for folder, model in zip(folders, models):
        assert names(folder) == ["checkpoint-00000004", "checkpoint-00000006"]
        np.testing.assert_array_equal(weights(GANModel.load(str(folder))), weights(model))


@pytest.mark.long
def test_foreign_names_are_neither_counted_nor_deleted(train, folder):
    (folder / "checkpoint-00000003").mkdir()
    (folder / "checkpoint-00000005").write_text("mine")
    with pytest.warns(RuntimeWarning, match="Skipping damaged checkpoint .*checkpoint-00000005: Cannot read"):
        train(6)
    assert iterations(folder) == [3, 4, 5, 6]


@pytest.mark.long
def test_never(train, folder, tmp_path):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    message = "must hold no checkpoint with resume='never'. Received: .* with .*checkpoint-00000004. Choose another"
    with pytest.raises(FileExistsError, match=message):
        train(4, resume="never")
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    _, done = train(2, resume="never", checkpointDir=str(tmp_path / "other"))
    assert done == [1, 2]


def test_must(train, tmp_path):
    with pytest.raises(FileNotFoundError, match="must hold a complete checkpoint with resume='must'"):
        train(2, resume="must")
    assert not list((tmp_path / "ck").iterdir())


@pytest.mark.slow
def test_a_callback_keeps_its_own(noise, dense_gan, tmp_path, whole):
    """With means over 4 updates, some of which are incomplete at each checkpoint."""
    aside = Checkpoint(str(tmp_path / "aside"), every=3, keep=1)
    model = dense_gan(maxIter=6, historyInterval=4, callbacks=[aside], checkpointDir=str(tmp_path / "ck")).fit(noise)
    assert iterations(tmp_path / "aside") == [6] and iterations(tmp_path / "ck") == [6]
    loaded = GANModel.load(str(tmp_path / "aside"))
    np.testing.assert_array_equal(weights(loaded), whole)
    assert loaded.history == model.history and [row["iteration"] for row in model.history] == [4, 6]
    longer = dense_gan(maxIter=9, historyInterval=4, checkpointDir=str(tmp_path / "aside")).fit(noise)
    at_once = dense_gan(maxIter=9, historyInterval=4).fit(noise)
    np.testing.assert_array_equal(weights(longer), weights(at_once))
    assert [row["iteration"] for row in longer.history] == [4, 8, 9]
    for row, expected in zip(longer.history, at_once.history):
        assert row["loss/generator"] == expected["loss/generator"]


@pytest.mark.long
def test_another_training_is_refused(train, folder, dense_networks):
    with bridge.quiet_dllib():
        sgd = SGD(learningrate=0.5)
    others = {
        r"seed=0 \(now 1\)": {"seed": 1},
        r"loss='non_saturating' \(now 'minimax'\)": {"loss": "minimax"},
        r"batchSize=8 \(now 4\); seed=0 \(now 2\)": {"batchSize": 4, "seed": 2},
        r"generatorOptimizer=Adam\(learning_rate=0.0002, .*\) \(now SGD\(learningrate=0.5": {"generatorOptimizer": sgd},
        r"discriminator with layer 0 \(1, 4, 4\) \(now \(3, 4, 4\)\)": {
            **dense_networks(channels=3)
        },
    }
    for difference, arguments in others.items():
        with pytest.raises(ValueError, match=f"must hold checkpoints of this training. Received: .*{difference}"):
            train(6, **arguments)
    assert iterations(folder) == [2, 4]
    _, done = train(5, keepCheckpoints=1, maxRecoveries=0, onCheckpointError="warn", checkpointInterval=9)
    assert done == [5]  # these do not count as a difference


def test_fewer_updates_than_were_done(train, folder):
    message = "must ask for at least the 4 updates in the checkpoint. Received: 3 updates"
    with pytest.raises(ValueError, match=message):
        train(3)


@pytest.mark.long
def test_other_images(dense_gan, noise, folder):
    gan = dense_gan(maxIter=6, checkpointDir=str(folder))
    with pytest.raises(ValueError, match="it began with. Received: 16 images, but .* was written with 48"):
        gan.fit(noise.where("id < 16"))


def test_a_later_format(train, folder):
    file = folder / "checkpoint-00000004" / "metadata.json"
    metadata = {**json.loads(file.read_text()), "formatVersion": 4}
    file.write_text(json.dumps({**metadata, "sha256": checkpoint_files._digest(metadata)}))
    (file.parent / ".metadata.json.crc").unlink()
    message = "A checkpoint must have format 3 or earlier. Received: .*-00000004 with format 4. Use the version"
    for load in (lambda: train(6), lambda: GANModel.load(str(folder)), lambda: GANModel.load(str(file.parent))):
        with pytest.raises(ValueError, match=message):
            load()


@pytest.mark.long
def test_a_model_is_loaded_from_one(train, folder, whole, pixels):
    model, _ = train(4)
    for path in (folder, folder / "checkpoint-00000004"):
        loaded = GANModel.load(str(path))
        assert loaded.history == model.history and loaded.getBatchSize() == 8 and not loaded.isDefined("callbacks")
        np.testing.assert_array_equal(weights(loaded), weights(model))
        assert pixels(loaded.generate(4)) == pixels(model.generate(4))  # its running statistics differ too
    assert len(GANModel.load(str(folder / "checkpoint-00000002")).history) == 2
    truncate(folder / "checkpoint-00000004" / "generator.weights.f32")
    with pytest.warns(RuntimeWarning, match="damaged checkpoint .*checkpoint-00000004"):
        assert len(GANModel.load(str(folder)).history) == 2
    with pytest.raises(OSError, match="generator.weights.f32 has"):
        GANModel.load(str(folder / "checkpoint-00000004"))


@pytest.mark.long
def test_another_file_system(spark, train, tmp_path, whole):
    """viewfs stands for any scheme that java.io does not know; set up at run time, for this session only."""
    (tmp_path / "far").mkdir()
    spark.conf.set("fs.viewfs.mounttable.ckpt.link./data", (tmp_path / "far").as_uri())
    place = {"checkpointDir": "viewfs://ckpt/data/digits"}
    train(4, **place)
    model, done = train(6, **place)
    assert done == [5, 6] and iterations(tmp_path / "far" / "digits") == [4, 6]
    np.testing.assert_array_equal(weights(model), whole)
    np.testing.assert_array_equal(weights(GANModel.load(place["checkpointDir"])), whole)


def can(*command):
    return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0


class Obstacle(Callback):
    """Calls something between the first checkpoint and the second."""

    def __init__(self, act):
        self._act = act

    def on_chunk(self, rows, training):
        if rows[0]["iteration"] == 3:
            self._act()


@contextlib.contextmanager
def full_disk(folder):
    """A file system of 1 MB at `folder`, and a function that fills it."""
    folder.mkdir()
    if not can("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder):
        pytest.skip("needs the right to mount a tmpfs")
    try:
        yield lambda: fill(folder / "ballast")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path):
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@contextlib.contextmanager
def read_only(folder):
    """A function that makes `folder` read-only; permissions alone would not stop root."""
    folder.mkdir()
    if not (can("chattr", "+i", folder) and can("chattr", "-i", folder)):
        pytest.skip("needs a file system with chattr +i")
    try:
        yield lambda: subprocess.run(["chattr", "+i", str(folder)], check=True)
    finally:
        subprocess.run(["chattr", "-i", str(folder)], check=True)


OBSTACLES = [(full_disk, "No space left"), (read_only, "Operation not permitted|Mkdirs failed")]


@pytest.mark.long
@pytest.mark.parametrize("obstacle, cause", OBSTACLES, ids=["full", "read-only"])
def test_a_checkpoint_that_cannot_be_written(train, tmp_path, whole, obstacle, cause):
    folder = tmp_path / "ck"
    message = f"Cannot write the checkpoint after update [46] to .*ck: (.*)({cause})"
    with obstacle(folder) as act:
        with pytest.raises(OSError, match=f"{message}.*Earlier checkpoints are unchanged"):
            train(6, callbacks=[Obstacle(act)])
        assert [n for n in names(folder) if "." not in n and n != "ballast"] == ["checkpoint-00000002"]
        assert len(GANModel.load(str(folder)).history) == 2
        assert list(bridge.call("resourceUse")) == [0, 0]
        with pytest.warns(RuntimeWarning, match=f"{message}.*Training continues"):
            model, done = train(6, onCheckpointError="warn")
        assert done == [3, 4, 5, 6]
        np.testing.assert_array_equal(weights(model), whole)


def test_a_file_in_place_of_the_folder(train, tmp_path):
    (tmp_path / "ck").write_text("in the way")
    with pytest.raises(OSError, match="Cannot create the folder .*ck: "):
        train(2)


def test_a_network_that_could_not_be_read_again_is_refused_before_the_training(train, tmp_path, monkeypatch):
    def refuse(network):
        raise ValueError("no layer of dllib's")

    monkeypatch.setattr(network_files, "structure", refuse)
    recorder = Recorder()
    with pytest.raises(ValueError, match="no layer of dllib's"):
        train(2, callbacks=[recorder])
    assert not recorder.seen and not list((tmp_path / "ck").iterdir())


def test_without_a_folder_nothing_is_written(noise, dense_gan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dense_gan(checkpointInterval=1).fit(noise)
    assert not list(tmp_path.iterdir())
