"""Writes a training's checkpoints when they are due, and finds the one to roll back to."""

import sys
import warnings
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional

from pyspark.sql import SparkSession

from bigdl_gan.checkpoints import checkpoint_files, network_files
from bigdl_gan.checkpoints.checkpoint_files import Checkpoint
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.report.history import History


class Past(NamedTuple):
    """A training's position and state.

    Attributes:
        state: the core's state.
        history: the history of the updates done.
        iteration: generator updates done.
        stream: the stream of random numbers from here on: the number of rollbacks.
        notes: what callbacks remember.
    """

    state: Any
    history: History
    iteration: int
    stream: int
    notes: Mapping[str, Mapping[str, float]] = {}


class Keeper:
    """One training's checkpoints; without a `checkpointDir`, only its initial state.

    Args:
        about: the training's entries for metadata.json.
        networks: dllib models of the training's structure, with its initial weights; must not change while it runs.
        begin: the checkpoint that it resumes from.
        initial: returns the core's state before the first update."""

    def __init__(
        self, spark: SparkSession, params: GANParams, *, about: Dict[str, Any], networks: Dict[str, Any],
        begin: Optional[Checkpoint], initial: Callable[[], Any],
    ) -> None:  # fmt: skip
        self._spark, self._params, self._about, self._networks = spark, params, about, networks
        self._begin, self._initial = begin, initial
        self._folder = params.getCheckpointDir() if params.isDefined("checkpointDir") else ""
        # before training starts: this refuses a network that could not be read back
        self._structures: Dict[str, bytes] = _structures(networks) if self._folder else {}
        self._written = begin.iteration if begin is not None else 0

    @property
    def keeps(self) -> bool:
        """Whether there is a `checkpointDir`."""
        return bool(self._folder)

    def path_at(self, iteration: int) -> Optional[str]:
        """The path of this training's checkpoint after some updates, if that is its newest one."""
        is_there = self.keeps and 0 < iteration == self._written
        return checkpoint_files.path_of(self._folder, iteration) if is_there else None

    def is_due(self, iteration: int) -> bool:
        """Whether a checkpoint is due after this many updates."""
        return self.keeps and iteration % self._params.getCheckpointInterval() == 0

    def left(self, iteration: int) -> int:
        """Updates until the next checkpoint."""
        interval = self._params.getCheckpointInterval()
        return interval - iteration % interval if self.keeps else sys.maxsize

    def write(self, past: Past) -> None:
        """Write a checkpoint to `checkpointDir`, unless it is already there, and delete surplus ones.

        Raises:
            OSError: the file system refuses, and the Param `onCheckpointError` is "stop"."""
        if not self.keeps or past.iteration == self._written:
            return
        try:
            self.write_to(past, self._folder)
            self._written = past.iteration
            self._prune(past, self._folder, self._params.getKeepCheckpoints())
        except OSError as error:
            self.report(past.iteration, self._folder, error)

    def report(self, iteration: int, folder: str, error: OSError) -> None:
        """Do what the Param `onCheckpointError` says if a checkpoint could not be written: raise OSError, or warn."""
        message = f"Cannot write the checkpoint after update {iteration} to {folder}: {error}"
        if self._params.getOnCheckpointError() == "stop":
            raise OSError(f"{message} Earlier checkpoints are unchanged.") from error
        warnings.warn(f"{message} Training continues.", RuntimeWarning, stacklevel=3)

    def copy(self, past: Past, folder: str, keep: int) -> None:
        """Write a checkpoint to another folder, and keep only the newest `keep` there. Raises OSError if it cannot."""
        self.write_to(past, folder)
        self._prune(past, folder, keep)

    def write_to(self, past: Past, folder: str) -> str:
        """Write a checkpoint to another folder, and return its path. Raises OSError if it cannot."""
        if not self._structures:
            self._structures = _structures(self._networks)
        about = {**self._about, "stream": past.stream, "notes": past.notes}
        history = past.history.as_json()
        return checkpoint_files.write(
            self._spark, folder, past.state, iteration=past.iteration, history=history, structures=self._structures,
            about=about,
        )  # fmt: skip

    def _prune(self, past: Past, folder: str, keep: int) -> None:
        checkpoint_files.prune(self._spark, folder, newest=past.iteration, keep=keep)

    def last(self) -> Past:
        """The state to resume from: the newest complete checkpoint, or the training's initial state."""
        found, self._begin = self._begin, None
        if found is None and self._written:
            found = checkpoint_files.newest(self._spark, self._folder)
        if found is None:
            return Past(self._initial(), History(self._params.getHistoryInterval()), iteration=0, stream=0)
        self._written = found.iteration
        state = checkpoint_files.read_state(self._spark, found, **self._networks)
        history = History.from_json(found.history, self._params.getHistoryInterval())
        return Past(state, history, found.iteration, found.metadata["stream"], found.metadata.get("notes", {}))


def _structures(networks: Dict[str, Any]) -> Dict[str, bytes]:
    return {role: network_files.structure(network) for role, network in networks.items()}
