"""Checkpoints: folders of plain files, on any file system that Hadoop reaches.

`checkpointDir` holds a folder `checkpoint-00000025` for the state after 25 generator updates:

    metadata.json                   what follows, and what the training was: its plan, Params, optimisers, layers
    history.f64                     the rows of `GANModel.history`, and one for each update after the last of them
    <network>.structure.gz          gzip of dllib's protocol buffers of the network, its weights zero
    <network>.weights.f32           all weights, in the order of the network's layers
    <network>.statistics.f32        batch norms' running statistics, the mean over the executors
    <network>.optimizer.<name>.f32  the optimiser's moments, a value per weight (Adam: s, r; RMSprop: sumSquare;
                                    SGD: dfdx)

with `generator` and `discriminator` for <network>. A `.f32` file is float32, little-endian, without a header:
`numpy.fromfile(path, "<f4")`; `history.f64` likewise float64, a row behind the other, with the columns that
`metadata.json` names, and NaN for what a row does not have. `metadata.json` has, besides: `formatVersion` (3; a higher
one is refused; format 2 had no plan, which follows from its Params, and format 1 its history as JSON), `plan` (what
`params/plan.py` makes for the core, with the training's own seed), `iteration`, `counters` (the optimisers' integers),
`images` (in the data), `executors` (cores of each), `stream` (rollbacks so far), `history` (the columns and the number
of rows), `files` (the size and SHA-256 of every other file) and `sha256` (its own, see `_digest`). There are no random
states and no position in the data to keep: both are functions of the seed, the stream and the iteration alone.

A checkpoint is written under a temporary name (`checkpoint-00000025.<random>.tmp`), `metadata.json` last, and then
renamed, so that it is there as a whole or not at all. One that is incomplete, does not have its checksums, or is not
what `json_schema.py` says is passed over, with a warning, for the one before it. A folder belongs to one training at a
time; where two write to one all the same, each deletes what the other has finished, as too many, but never what it is
writing: of names that end in .tmp or .old only those go that nobody has written to for 3 hours.

Checksums show damage, not who wrote a file. What loading one from anybody can and cannot do says `network_files.py`."""

import hashlib
import json
import re
import time
import warnings
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from pyspark.sql import SparkSession

from bigdl_gan.checkpoints import atomic, history_file, network_files, untrusted_json
from bigdl_gan.checkpoints.checkpoint_params import with_plan
from bigdl_gan.checkpoints.json_schema import HISTORY_FILES, NETWORKS, checkpoint_problem, rows_problem
from bigdl_gan.jvm import bridge, hadoop
from bigdl_gan.report.history import History, Row

FORMAT_VERSION = 3
_FORMAT = "bigdl_gan.checkpoint"
_NAME = re.compile(r"checkpoint-(\d{8,10})")
_FILE = re.compile(r"\w[\w.]*")
_METADATA_BYTES = 64 << 20  # at most: it is of some kB
_LAYERS_BYTES = 16 << 20  # of a structure beside its weights, at most: a layer takes some 2 kB
_ABANDONED_SECONDS = 3 * 3600.0


class Trained(NamedTuple):
    """What a training leaves: both networks as dllib models, by role, and the rows of `GANModel.history`."""

    networks: Dict[str, Any]
    history: List[Row]


class Checkpoint(NamedTuple):
    """A complete checkpoint: where it is, what its metadata.json says, and its history for `History.from_json`.

    Of an earlier format, the metadata have what this one has besides, where it follows from theirs."""

    path: str
    metadata: Dict[str, Any]
    history: Dict[str, Any]

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
    rows, described_rows = history_file.pack(history)
    files = {HISTORY_FILES[FORMAT_VERSION]: rows, **{f"{role}.structure.gz": data for role, data in structures.items()}}
    with atomic.whole(spark, path, overwrite=True) as partial:
        try:
            described = bridge.call_json("writeState", bridge.java_session(spark), partial, state)
        except (RuntimeError, ValueError) as error:
            raise OSError(f"Cannot write {partial}: {error}") from error
        for name, data in files.items():
            hadoop.write_bytes(spark, f"{partial}/{name}", data, overwrite=False)
            described["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        metadata = {
            "format": _FORMAT, "formatVersion": FORMAT_VERSION, **about, **described, "history": described_rows,
        }  # fmt: skip
        metadata["sha256"] = _digest(metadata)
        data = json.dumps(metadata, indent=1).encode()
        hadoop.write_bytes(spark, f"{partial}/metadata.json", data, overwrite=False)
    return path


def _digest(metadata: Dict[str, Any]) -> str:
    """SHA-256 of metadata's JSON without its own key `sha256`, keys sorted, without white space."""
    others = {name: value for name, value in metadata.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(others, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def prune(spark: SparkSession, folder: str, *, newest: int, keep: int) -> None:
    """Delete what a broken-off writing left, and all checkpoints but the last `keep` of those up to `newest`.

    Folders and files without a metadata.json are not counted, and left alone.

    Raises:
        OSError: the file system refuses."""
    folder = folder.rstrip("/")
    for name in hadoop.names(spark, folder):
        own = _NAME.match(name)
        if own and atomic.LEFTOVER.fullmatch(name, own.end()) and _is_abandoned(spark, f"{folder}/{name}"):
            hadoop.delete(spark, f"{folder}/{name}")
    earlier = [path for iteration, path in find(spark, folder) if iteration <= newest]
    for path in [path for path in earlier if hadoop.exists(spark, f"{path}/metadata.json")][:-keep]:
        hadoop.delete(spark, path)


def _is_abandoned(spark: SparkSession, path: str) -> bool:
    try:
        return time.time() - hadoop.last_change(spark, path) > _ABANDONED_SECONDS
    except OSError:
        return False  # whose it is has just renamed or deleted it


def is_name(path: str) -> bool:
    """Whether a path has a checkpoint's name."""
    return _NAME.fullmatch(path.rstrip("/").rpartition("/")[2]) is not None


def find(spark: SparkSession, folder: str) -> List[Tuple[int, str]]:
    """Iteration and path of what has a checkpoint's name in a folder, in order. Raises OSError where it cannot tell."""
    if not hadoop.exists(spark, folder):
        return []
    names = (_NAME.fullmatch(name) for name in hadoop.names(spark, folder))
    return sorted((int(name.group(1)), f"{folder.rstrip('/')}/{name.group()}") for name in names if name)


def newest(spark: SparkSession, folder: str) -> Optional[Checkpoint]:
    """The newest complete checkpoint in a folder; as `newest_of`."""
    return newest_of(spark, find(spark, folder))


def newest_of(spark: SparkSession, found: Sequence[Tuple[int, str]]) -> Optional[Checkpoint]:
    """The newest complete one of those that `find` found; a warning names each that is newer and broken.

    Raises:
        ValueError: one is of a later version of the format."""
    for iteration, path in reversed(found):
        try:
            checkpoint = open_at(spark, path)
            if checkpoint.iteration != iteration:
                raise OSError(f"its metadata.json says iteration {checkpoint.iteration}")
            return checkpoint
        except OSError as error:
            warnings.warn(f"Skipping damaged checkpoint {path}: {error}.", RuntimeWarning, stacklevel=2)
    return None


def open_at(spark: SparkSession, path: str) -> Checkpoint:
    """The checkpoint in a folder of its own, after a look at all its checksums.

    Raises:
        OSError: it is broken.
        ValueError: it is of a later version of the format."""
    try:
        metadata = untrusted_json.parse(hadoop.read_bytes(spark, f"{path}/metadata.json", limit=_METADATA_BYTES))
    except ValueError as error:
        raise OSError(f"its metadata.json is damaged: {error}") from error
    if "sha256" in metadata and metadata["sha256"] != _digest(metadata):  # of format 1, none has it
        raise OSError("its metadata.json is damaged: it does not have its own SHA-256")
    version = metadata.get("formatVersion")
    if metadata.get("format") != _FORMAT or type(version) is not int or version < 1:
        raise OSError("its metadata.json is not of a checkpoint")
    if version > FORMAT_VERSION:
        raise ValueError(
            f"A checkpoint must be of format {FORMAT_VERSION} or before. Received: {path} with format {version}. "
            "Use the version of bigdl_gan that wrote it, or a later one."
        )
    problem = checkpoint_problem(metadata, version)
    if problem:
        raise OSError(f"its metadata.json is damaged: {problem}")
    try:
        metadata = with_plan(metadata)
    except ValueError as error:
        raise OSError(f"its metadata.json is damaged: {error}") from error
    _check_files(spark, path, metadata["files"])
    return Checkpoint(path, metadata, _read_history(spark, path, metadata))


def _check_files(spark: SparkSession, path: str, files: Dict[str, Any]) -> None:
    odd = next((name for name in files if not _FILE.fullmatch(name)), None)
    problem = f"{odd!r} is no name of its files" if odd is not None else bridge.call(
        "checkFiles", bridge.java_session(spark), path, json.dumps(files)
    )
    if problem:
        raise OSError(problem)


def _read_history(spark: SparkSession, path: str, metadata: Dict[str, Any]) -> Dict[str, Any]:
    name = HISTORY_FILES[metadata["formatVersion"]]
    data = hadoop.read_bytes(spark, f"{path}/{name}", limit=metadata["files"][name]["bytes"])
    try:
        if metadata["formatVersion"] > 1:
            history = history_file.unpack(data, metadata["history"])
        else:
            saved = untrusted_json.parse(data)
            history = {kind: saved.get(kind) for kind in ("rows", "open")}
        problem = rows_problem(history["rows"]) or rows_problem(history["open"])
        if problem:
            raise ValueError(problem)
    except ValueError as error:
        raise OSError(f"{name} is damaged: {error}") from error
    return history


def read_state(spark: SparkSession, checkpoint: Checkpoint, *, generator: Any, discriminator: Any) -> Any:
    """The core's state, for networks of that structure.

    Raises:
        ValueError: they are others.
        OSError: the files cannot be read."""
    description = json.dumps({key: checkpoint.metadata[key] for key in ("iteration", "counters", "files")})
    session = bridge.java_session(spark)
    try:
        return bridge.call("readState", session, checkpoint.path, description, generator.value, discriminator.value)
    except RuntimeError as error:
        raise OSError(f"Cannot read {checkpoint.path}: {error}") from error


def _structure_bytes(files: Dict[str, Any], role: str) -> int:
    """What a structure may be of once unpacked: its weights, though zero, take as many bytes as in their own file.

    Some layers write a weight several times, such as those that are made of others."""
    numbers = sum(files[f"{role}.{part}.f32"]["bytes"] for part in ("weights", "statistics"))
    return 4 * numbers + _LAYERS_BYTES


def read_trained(spark: SparkSession, checkpoint: Checkpoint) -> Trained:
    """Both networks, with their weights and running statistics, and the history up to the checkpoint.

    Raises:
        ValueError: its files hold no such networks.
        OSError: they cannot be read."""
    networks = {
        role: network_files.read(
            spark, f"{checkpoint.path}/{role}.structure.gz", limit=_structure_bytes(checkpoint.metadata["files"], role)
        )
        for role in NETWORKS
    }
    state = read_state(spark, checkpoint, **networks)
    bridge.call("storeState", state, *(networks[role].value for role in NETWORKS))
    return Trained(networks, History.from_json(checkpoint.history, interval=1).finished())
