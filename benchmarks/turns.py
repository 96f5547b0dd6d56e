"""Callbacks that let other trainings take turns with ours, so changes in the machine's speed affect all alike."""

import json
import sys
import time
from typing import Any, Callable, Dict, List, Mapping

from report import spread

from bigdl_gan.callbacks import Callback, Training

PARTS = ("decode", "compute", "exchange", "optimizer", "scheduling")


class InTurn(Callback):
    """Runs, after every chunk of our updates, as many updates of each peer on the same cores.

    Args:
        peers: functions that do one update, by name.
        warm_up: updates at the start of every training that do not count.
    Attributes:
        chunks: each chunk's seconds an update, by name; ours is "ours".
        rows: our updates' statistics, with "seconds/scheduling" added: an equal share of the chunk's seconds that its
            updates do not report.
    """

    def __init__(self, peers: Mapping[str, Callable[[], None]], *, warm_up: int = 0) -> None:
        self._peers, self._warm_up = peers, warm_up
        self.chunks: List[Dict[str, float]] = []
        self.rows: List[Dict[str, Any]] = []

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        seconds = {"ours": sum(row["seconds/update"] for row in rows) / len(rows)}
        for name, update in self._peers.items():
            begin = time.perf_counter()
            for _ in rows:
                update()
            seconds[name] = (time.perf_counter() - begin) / len(rows)
        if rows[0]["iteration"] > self._warm_up:
            told = sum(row[f"seconds/{part}"] for row in rows for part in PARTS[:-1]) / len(rows)
            self.chunks.append(seconds)
            self.rows.extend({**row, "seconds/scheduling": seconds["ours"] - told} for row in rows)

    def images_per_second(self, name: str, batch_size: int) -> Dict[str, float]:
        """One implementation's images per second, over the chunks."""
        return spread([batch_size / chunk[name] for chunk in self.chunks])

    def ratio(self, peer: str) -> Dict[str, float]:
        """Our speed relative to a peer's, chunk by chunk."""
        return spread([chunk[peer] / chunk["ours"] for chunk in self.chunks])


class Relay(Callback):
    """Trains one chunk for every line on standard input, and answers with a line: `MARK`, then JSON with the chunk's
    first update and seconds an update. A program can thus let several trainings take turns, each in its own process.
    Training ends with the input.
    """

    MARK = "turn: "

    def on_begin(self, training: Training) -> None:
        self._wait(training, {"iteration": 0})

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        seconds = sum(row["seconds/update"] for row in rows) / len(rows)
        self._wait(training, {"iteration": rows[0]["iteration"], "seconds": seconds})

    def _wait(self, training: Training, answer: Dict[str, Any]) -> None:
        print(self.MARK + json.dumps(answer), flush=True)
        if not sys.stdin.readline():
            training.stop("no more turns")
