"""Checkpoints: folders of plain files, on any file system that Hadoop reaches.

After 25 generator updates, `checkpointDir` holds the folder `checkpoint-00000025`:

    metadata.json                   the entries below, and the training's plan, Params, optimisers and layers
    history.f64                     the rows of `GANModel.history`, and one for each update since the last row
    <network>.structure.gz          the network as dllib's protocol buffers with all weights zero, gzipped
    <network>.weights.f32           all weights, in the order of the network's layers
    <network>.statistics.f32        batch norms' running statistics, averaged over the executors
    generator.average.f32           the moving average of the weights, and generator.averageStatistics.f32 that of the
                                    running statistics, if the plan's emaHalfLife is above 0
    <network>.optimizer.<name>.f32  the optimiser's moments, one value per weight (Adam: s, r; RMSprop: sumSquare;
                                    SGD: dfdx)
    discriminator.logitAverages.f32 with `leCam`: the averages of real and of generated images' logits, and the sum
                                    of their weights

<network> is `generator` or `discriminator`. A `.f32` file holds little-endian float32 values without a header:
`numpy.fromfile(path, "<f4")`. `history.f64` likewise holds float64 values, row after row, with the columns that
`metadata.json` names; NaN stands for a value that a row lacks. `metadata.json` also has these entries:

    formatVersion  3; higher ones are refused. Formats 1 and 2 had no plan, which follows from their Params, and
                   no average; format 1 had its history as JSON.
    plan           the plan from `params/plan.py`, with the seed that the training was given
    iteration      generator updates done
    counters       the optimisers' integers
    images         the number of images in the data
    executors      the number of cores of each executor
    stream         rollbacks so far
    notes          what callbacks remember for a resume, numbers by their own keys; may be missing
    schedules      the Params that are schedules, if they are set
    history        the columns and the numbers of rows
    labels         with `labelCol` or `labelCols`: which there are, see `params/labels.py`
    files          the size and SHA-256 of every other file
    sha256         its own SHA-256, see `_digest`

With the Param `returnBest`, `best-<metric>` in `checkpointDir` has one more checkpoint: of the best generator so far.

Random states and the position in the data need not be kept: both follow from the seed, the stream and the iteration.

A checkpoint is written under a temporary name (`checkpoint-00000025.<random>.tmp`), `metadata.json` last, and then
renamed, so it is complete or absent. A checkpoint that is incomplete, fails its checksums or breaks the schema in
`json_schema.py` is skipped with a warning, and the one before it is used. A folder belongs to one training at a time.
If two write to it all the same, each deletes the other's finished checkpoints as surplus, but never what the other is
writing: names that end in .tmp or .old are deleted only if nobody has written to them for 3 hours.

Checksums show damage, not who wrote a file. `network_files.py` explains what a stranger's file can and cannot do."""

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
from bigdl_gan.params.labels import Labels
from bigdl_gan.report.history import History, Row

FORMAT_VERSION = 3
_FORMAT = "bigdl_gan.checkpoint"
_NAME = re.compile(r"checkpoint-(\d{8,10})")
_FILE = re.compile(r"\w[\w.]*")
_METADATA_BYTES = 64 << 20  # a generous limit: metadata takes some kB
_LAYERS_BYTES = 16 << 20  # a generous limit for a structure without its weights: a layer takes some 2 kB
_ABANDONED_SECONDS = 3 * 3600.0


class Trained(NamedTuple):
    """A training's result.

    Attributes:
        networks: both networks as dllib models, by role; the generator with its averaged weights, if there are any.
        history: the rows of `GANModel.history`.
        raw_generator: the generator with its last weights, if `networks` has the averaged ones.
        checkpoint: the path of the checkpoint that holds its last state, if there is one.
        labels: the images' labels, if they have some."""

    networks: Dict[str, Any]
    history: List[Row]
    raw_generator: Optional[Any]
    checkpoint: Optional[str]
    labels: Optional[Labels]


def trained(
    state: Any, networks: Dict[str, Any], history: List[Row], checkpoint: Optional[str], labels: Optional[Labels]
) -> Trained:
    """The result that a state of the core's stands for; writes its weights into the networks."""
    raw = bridge.clone_network(networks["generator"]) if bridge.call("hasAverage", state) else None
    bridge.call("storeState", state, *(networks[role].value for role in NETWORKS))
    if raw is not None:
        bridge.call("storeGenerator", state, raw.value, False)
        bridge.call("storeGenerator", state, networks["generator"].value, True)
    return Trained(networks, history, raw, checkpoint, labels)


class Checkpoint(NamedTuple):
    """A complete checkpoint: its path, its metadata.json, and its history for `History.from_json`.

    If it has an earlier format, newer entries that follow from its metadata are added."""

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
    """Write a checkpoint. An existing one for the same iteration is assumed to be damaged, and replaced.

    Args:
        state: the core's state after `iteration` updates.
        history: the result of `History.as_json`.
        structures: each network's structure file, by role.
        about: further entries for metadata.json.
    Returns:
        The checkpoint's path.
    Raises:
        OSError: the file system refuses; earlier files are unchanged."""
    path = path_of(folder, iteration)
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
    """SHA-256 of the metadata's JSON with sorted keys, without white space and without the key `sha256`."""
    others = {name: value for name, value in metadata.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(others, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def prune(spark: SparkSession, folder: str, *, newest: int, keep: int) -> None:
    """Delete what unfinished writes left; of the checkpoints up to `newest`, keep the last `keep` and delete the rest.

    Folders and files without a metadata.json are left alone, and do not count.

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
        return False  # its owner has just renamed or deleted it


def path_of(folder: str, iteration: int) -> str:
    """The path of the checkpoint after a number of updates."""
    return f"{folder.rstrip('/')}/checkpoint-{iteration:08d}"


def is_name(path: str) -> bool:
    """Whether a path has a checkpoint's name."""
    return _NAME.fullmatch(path.rstrip("/").rpartition("/")[2]) is not None


def find(spark: SparkSession, folder: str) -> List[Tuple[int, str]]:
    """Iterations and paths of a folder's checkpoints, judged by name, in order. Raises OSError if it cannot list it."""
    if not hadoop.exists(spark, folder):
        return []
    names = (_NAME.fullmatch(name) for name in hadoop.names(spark, folder))
    return sorted((int(name.group(1)), f"{folder.rstrip('/')}/{name.group()}") for name in names if name)


def newest(spark: SparkSession, folder: str) -> Optional[Checkpoint]:
    """The newest complete checkpoint in a folder; behaves like `newest_of`."""
    return newest_of(spark, find(spark, folder))


def newest_of(spark: SparkSession, found: Sequence[Tuple[int, str]]) -> Optional[Checkpoint]:
    """The newest complete checkpoint among those from `find`; a warning names each newer one that is damaged.

    Raises:
        ValueError: one has a later format."""
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
    """Open the checkpoint at a path, after checking all its checksums.

    Raises:
        OSError: it is damaged.
        ValueError: it has a later format."""
    try:
        metadata = untrusted_json.parse(hadoop.read_bytes(spark, f"{path}/metadata.json", limit=_METADATA_BYTES))
    except ValueError as error:
        raise OSError(f"its metadata.json is damaged: {error}") from error
    if "sha256" in metadata and metadata["sha256"] != _digest(metadata):  # absent in format 1
        raise OSError("its metadata.json is damaged: its SHA-256 does not match")
    version = metadata.get("formatVersion")
    if metadata.get("format") != _FORMAT or type(version) is not int or version < 1:
        raise OSError("its metadata.json is not a checkpoint's")
    if version > FORMAT_VERSION:
        raise ValueError(
            f"A checkpoint must have format {FORMAT_VERSION} or earlier. Received: {path} with format {version}. "
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
    problem = f"{odd!r} is not a valid file name" if odd is not None else bridge.call(
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
    """The core's state, for networks of the checkpoint's structure.

    Raises:
        ValueError: the networks have another structure.
        OSError: the files cannot be read."""
    description = json.dumps({key: checkpoint.metadata[key] for key in ("iteration", "counters", "files")})
    session = bridge.java_session(spark)
    try:
        return bridge.call("readState", session, checkpoint.path, description, generator.value, discriminator.value)
    except RuntimeError as error:
        raise OSError(f"Cannot read {checkpoint.path}: {error}") from error


def _structure_bytes(files: Dict[str, Any], role: str) -> int:
    """The most bytes that a structure may have once unpacked. Its zero weights take as many as in their own file.

    Some layers, such as those built from other layers, write a weight several times: hence the factor."""
    numbers = sum(files[f"{role}.{part}.f32"]["bytes"] for part in ("weights", "statistics"))
    return 4 * numbers + _LAYERS_BYTES


def read_trained(spark: SparkSession, checkpoint: Checkpoint) -> Trained:
    """Both networks, with their weights and running statistics, and the history up to the checkpoint.

    Raises:
        ValueError: the files do not hold these networks.
        OSError: the files cannot be read."""
    networks = {
        role: network_files.read(
            spark, f"{checkpoint.path}/{role}.structure.gz", limit=_structure_bytes(checkpoint.metadata["files"], role)
        )
        for role in NETWORKS
    }
    state = read_state(spark, checkpoint, **networks)
    rows, saved = History.from_json(checkpoint.history, interval=1).finished(), checkpoint.metadata.get("labels")
    return trained(state, networks, rows, checkpoint.path, Labels.from_json(saved) if saved else None)
