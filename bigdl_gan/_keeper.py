"""Writes a training's checkpoints at their times, and finds the one to go back to."""

import sys
import warnings
from typing import Any, Dict, List, Optional, Tuple

from pyspark.sql import SparkSession

from bigdl_gan import _jvm, _networks, checkpoints
from bigdl_gan.checkpoints import Checkpoint
from bigdl_gan.params import GANParams

History = List[Dict[str, Any]]


class Keeper:
    """The checkpoints of one training; without a `checkpointDir`, only its beginning.

    Args:
        about: what they say of the training.
        networks: dllib models of the training's structure, with the weights that it begins with.
        begin: the checkpoint that it goes on from."""

    def __init__(
        self, spark: SparkSession, params: GANParams, *, about: Dict[str, Any], networks: Dict[str, Any],
        begin: Optional[Checkpoint],
    ) -> None:  # fmt: skip
        self._spark, self._params, self._about, self._networks = spark, params, about, networks
        self._begin = begin
        self.keeps = params.isDefined("checkpointDir")
        self._folder = params.getCheckpointDir() if self.keeps else ""
        self._structures = {role: _networks.structure(n) for role, n in networks.items()} if self.keeps else {}
        self._written = begin.iteration if begin is not None else 0

    def is_due(self, iteration: int) -> bool:
        """Whether one belongs after this many updates."""
        return self.keeps and iteration % self._params.getCheckpointInterval() == 0

    def left(self, iteration: int) -> int:
        """Updates until the next one."""
        interval = self._params.getCheckpointInterval()
        return interval - iteration % interval if self.keeps else sys.maxsize

    def write(self, state: Any, history: History) -> None:
        """Write one, unless it is there, and delete those that are too many.

        Raises:
            OSError: the file system refuses, and the Param `onCheckpointError` says to stop."""
        if not self.keeps or len(history) == self._written:
            return
        spark, keep = self._spark, self._params.getKeepCheckpoints()
        try:
            checkpoints.write(
                spark, self._folder, state, history=history, structures=self._structures, about=self._about
            )
            self._written = len(history)
            checkpoints.prune(spark, self._folder, newest=len(history), keep=keep)
        except OSError as error:
            message = f"The checkpoint after update {len(history)} could not be written to {self._folder}: {error}"
            if self._params.getOnCheckpointError() == "stop":
                raise OSError(f"{message} Earlier checkpoints are as they were.") from error
            warnings.warn(f"{message} The training goes on.", RuntimeWarning, stacklevel=2)

    def last(self) -> Tuple[Any, History]:
        """State and history to go on from: the newest complete checkpoint, or where this training began."""
        found, self._begin = self._begin, None
        if found is None and self._written:
            found = checkpoints.newest(self._spark, self._folder)
        if found is None:
            return _jvm.call("initialState", *(network.value for network in self._networks.values())), []
        self._written = found.iteration
        state = checkpoints.read_state(self._spark, found, **self._networks)
        return state, checkpoints.read_history(self._spark, found)
