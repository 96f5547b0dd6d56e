"""Checkpoints: folders of plain files, on any file system that Hadoop reaches.

`checkpointDir` holds a folder `checkpoint-00000025` for the state after 25 generator updates:

    metadata.json                   what follows, and what the training was: Params, optimisers, layers
    history.json                    an object: `rows`, as `GANModel.history`, and `open`, a dict for each later update
    <network>.structure.gz          gzip of dllib's protocol buffers of the network, its weights zero
    <network>.weights.f32           all weights, in the order of the network's layers
    <network>.statistics.f32        batch norms' running statistics, the mean over the executors
    <network>.optimizer.<name>.f32  the optimiser's moments, a value per weight (Adam: s, r; RMSprop: sumSquare;
                                    SGD: dfdx)

with `generator` and `discriminator` for <network>. A `.f32` file is float32, little-endian, without a header:
`numpy.fromfile(path, "<f4")`. `metadata.json` has, besides: `formatVersion` (1; a higher one is refused), `iteration`,
`counters` (the optimisers' integers), `images` (in the data), `executors` (cores of each), `stream` (rollbacks so far),
and `files`, the size and SHA-256 of every other file. There are no random states and no position in the data to keep:
both are functions of the seed, the stream and the iteration alone.

A checkpoint is written under a temporary name (`checkpoint-00000025.<random>.tmp`), `metadata.json` last, and then
renamed. One that is incomplete or does not have its checksums is passed over, with a warning, for the one before it.
Nothing in it is executed or unpickled. A folder belongs to one training at a time."""

import hashlib
import json
import re
import uuid
import warnings
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from pyspark.sql import SparkSession

from bigdl_gan import _hadoop, _jvm, _networks

FORMAT_VERSION = 1
NETWORKS = ("generator", "discriminator")
_FORMAT = "bigdl_gan.checkpoint"
_NAME = re.compile(r"checkpoint-(\d{8,10})")
_PARTIAL = re.compile(r"checkpoint-\d{8,10}\.[0-9a-f]{8}\.tmp")
_FILE = re.compile(r"\w[\w.]*")


class Checkpoint(NamedTuple):
    """A complete checkpoint: where it is, and the content of its metadata.json."""

    path: str
    metadata: Dict[str, Any]

    @property
    def iteration(self) -> int:
        """Generator updates done."""
        return self.metadata["iteration"]


def write(
    spark: SparkSession, folder: str, state: Any, *, iteration: int, history: Dict[str, Any],
    structures: Dict[str, bytes], about: Dict[str, Any],
) -> str:  # fmt: skip
    """Write a checkpoint; one of the same iteration that is there is taken for a broken one, and replaced.

    Args:
        state: the core's state of the training, after `iteration` updates.
        history: `History.as_json`.
        structures: of each network.
        about: what else metadata.json shall say.
    Returns:
        Its path.
    Raises:
        OSError: the file system refuses; what was there before is as it was."""
    path = f"{folder.rstrip('/')}/checkpoint-{iteration:08d}"
    partial = f"{path}.{uuid.uuid4().hex[:8]}.tmp"
    try:
        try:
            described = _jvm.call_json("writeState", _jvm.java_session(spark), partial, state)
        except RuntimeError as error:
            raise OSError(f"Cannot write {partial}: {error}") from error
        files = {f"{role}.structure.gz": data for role, data in structures.items()}
        files["history.json"] = json.dumps(history).encode()
        for name, data in files.items():
            _hadoop.write_bytes(spark, f"{partial}/{name}", data, overwrite=False)
            described["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        metadata = {"format": _FORMAT, "formatVersion": FORMAT_VERSION, **about, **described}
        data = json.dumps(metadata, indent=1).encode()
        _hadoop.write_bytes(spark, f"{partial}/metadata.json", data, overwrite=False)
        _hadoop.delete(spark, path)
        _hadoop.rename(spark, partial, path)
    except OSError:
        _delete_quietly(spark, partial)
        raise
    return path


def _delete_quietly(spark: SparkSession, path: str) -> None:
    try:
        _hadoop.delete(spark, path)
    except OSError:
        pass  # what could not be written can often not be deleted either; the next checkpoint tries again


def prune(spark: SparkSession, folder: str, *, newest: int, keep: int) -> None:
    """Delete what a broken-off writing left, and all checkpoints but the last `keep` of those up to `newest`.

    Raises:
        OSError: the file system refuses."""
    for name in _hadoop.list(spark, folder):
        if _PARTIAL.fullmatch(name):
            _hadoop.delete(spark, f"{folder.rstrip('/')}/{name}")
    earlier = [found for found in find(spark, folder) if found[0] <= newest]
    for _, path in earlier[:-keep]:
        _hadoop.delete(spark, path)


def find(spark: SparkSession, folder: str) -> List[Tuple[int, str]]:
    """Iteration and path of what has a checkpoint's name in a folder, in order. Raises OSError where it cannot tell."""
    if not _hadoop.exists(spark, folder):
        return []
    names = (_NAME.fullmatch(name) for name in _hadoop.list(spark, folder))
    return sorted((int(name.group(1)), f"{folder.rstrip('/')}/{name.group()}") for name in names if name)


def newest(spark: SparkSession, folder: str) -> Optional[Checkpoint]:
    """The newest complete checkpoint in a folder; a warning names each that is newer and broken.

    Raises:
        ValueError: one is of a later version of the format."""
    for iteration, path in reversed(find(spark, folder)):
        try:
            checkpoint = open_at(spark, path)
            if checkpoint.iteration != iteration:
                raise OSError(f"its metadata.json says iteration {checkpoint.iteration}")
            return checkpoint
        except OSError as error:
            warnings.warn(f"The checkpoint {path} is broken and passed over: {error}.", RuntimeWarning, stacklevel=2)
    return None


def open_at(spark: SparkSession, path: str) -> Checkpoint:
    """The checkpoint in a folder of its own, after a look at all its checksums.

    Raises:
        OSError: it is broken.
        ValueError: it is of a later version of the format."""
    try:
        metadata = json.loads(_hadoop.read_bytes(spark, f"{path}/metadata.json").decode())
        version = metadata["formatVersion"] if metadata["format"] == _FORMAT else None
    except (ValueError, KeyError, TypeError) as error:
        raise OSError(f"its metadata.json is damaged ({type(error).__name__})") from error
    if not isinstance(version, int):
        raise OSError("its metadata.json is not of a checkpoint")
    if version > FORMAT_VERSION:
        raise ValueError(
            f"A checkpoint must be of format {FORMAT_VERSION} or before. Received: {path} with format {version}. "
            "Use the version of bigdl_gan that wrote it, or a later one."
        )
    files = metadata.get("files", {})
    if "history.json" not in files or not all(_FILE.fullmatch(name) for name in files):
        raise OSError("its metadata.json is damaged (files)")
    problem = _jvm.call("checkFiles", _jvm.java_session(spark), path, json.dumps(files))
    if problem:
        raise OSError(problem)
    return Checkpoint(path, metadata)


def read_history(spark: SparkSession, checkpoint: Checkpoint) -> Dict[str, Any]:
    """The history of the updates done, for `History.from_json`."""
    return json.loads(_hadoop.read_bytes(spark, f"{checkpoint.path}/history.json").decode())


def read_state(spark: SparkSession, checkpoint: Checkpoint, *, generator: Any, discriminator: Any) -> Any:
    """The core's state, for networks of that structure. Raises ValueError where they are others."""
    description = json.dumps({key: checkpoint.metadata[key] for key in ("iteration", "counters", "files")})
    session = _jvm.java_session(spark)
    return _jvm.call("readState", session, checkpoint.path, description, generator.value, discriminator.value)


def read_networks(spark: SparkSession, checkpoint: Checkpoint) -> Dict[str, Any]:
    """Both networks, with their weights and running statistics."""
    networks = {
        role: _networks.from_structure(_hadoop.read_bytes(spark, f"{checkpoint.path}/{role}.structure.gz"))
        for role in NETWORKS
    }
    state = read_state(spark, checkpoint, **networks)
    _jvm.call("storeState", state, *(networks[role].value for role in NETWORKS))
    return networks
