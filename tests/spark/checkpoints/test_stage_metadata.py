"""Saved stages with changed metadata or history: a clear error, and nothing in them is run."""

import json
import shutil

import pytest

from bigdl_gan import GANEstimator, GANModel


@pytest.fixture(scope="module")
def estimator(spark, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    GANEstimator(maxIter=3).save(str(folder / "gan"))
    return folder / "gan"


@pytest.fixture
def stage(estimator, tmp_path):
    """A saved estimator, and a function that changes its metadata."""
    folder = shutil.copytree(estimator, tmp_path / "gan")
    for crc in folder.rglob(".*.crc"):
        crc.unlink()
    file = folder / "metadata" / "part-00000"

    def change(act):
        metadata = json.loads(file.read_text())
        act(metadata)
        file.write_text(json.dumps(metadata))
        return str(folder)

    return change


ADAM = {"module": "bigdl.dllib.optim.optimizer", "class": "Adam", "arguments": {}}
CHANGES = {
    "an optimizer of any module": ("A saved optimizer must be dllib's", {"optimizers": {"generatorOptimizer": {
        **ADAM, "module": "os", "class": "system", "arguments": {"command": "touch /tmp/run"}}}}),
    "an argument that it does not have": ("optimizers cannot be created", {"optimizers": {"generatorOptimizer": {
        **ADAM, "arguments": {"x": 1}}}}),
    "an argument of another type": ("optimizers cannot be created", {"optimizers": {"generatorOptimizer": {
        **ADAM, "arguments": {"learningrate": "x"}}}}),
    "an optimizer that is a list": ("optimizers.generatorOptimizer must be an object", {
        "optimizers": {"generatorOptimizer": []}}),
    "a network of another name": (r"networks\[0\] must be generator or discriminator", {"networks": ["../x"]}),
    "a Param that is not known": ("must have Params that this version knows. Received: .* with uid", {
        "paramMap": {"uid": 1}}),
    "a Param that is an object": ("must have Params that this version knows. Received: .* with generator", {
        "paramMap": {"generator": 1}}),
    "a method": ("must have Params that this version knows. Received: .* with fit", {"defaultParamMap": {"fit": 1}}),
    "a Param of another type": ("with bad metadata: .*batchSize", {"paramMap": {"batchSize": "x"}}),
    "a default of another type": ("with bad metadata: .*loss", {"defaultParamMap": {"loss": [1]}}),
    "a list of Params": ("paramMap must be an object", {"paramMap": []}),
    "no uid": ("uid must be text", {"uid": None}),
    "another class": ("must hold a saved bigdl_gan.estimator.GANEstimator. Received: .* with os.system", {
        "class": "os.system"}),
}  # fmt: skip


@pytest.mark.parametrize("message, changes", CHANGES.values(), ids=CHANGES)
def test_metadata_of_a_stage(stage, message, changes):
    with pytest.raises(ValueError, match=message) as error:
        GANEstimator.load(stage(lambda metadata: metadata.update(changes)))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000], ids=lambda data: repr(data[:3]))
def test_metadata_of_a_stage_that_is_none(stage, data, tmp_path):
    (tmp_path / "gan" / "metadata" / "part-00000").write_bytes(data)
    with pytest.raises(ValueError, match="`path` must hold an undamaged stage. Received: path="):
        GANEstimator.load(str(tmp_path / "gan"))


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'[{"iteration": ""}]', b'[{"iteration": 1, "a": ""}]'], ids=repr)
def test_the_history_of_a_model_that_is_none(spark, tmp_path, data):
    GANModel().save(str(tmp_path / "m"))
    (tmp_path / "m" / ".history.json.crc").unlink()
    (tmp_path / "m" / "history.json").write_bytes(data)
    with pytest.raises(ValueError, match=r"history must be rows of numbers. Received: \S*history.json: "):
        GANModel.load(str(tmp_path / "m"))
