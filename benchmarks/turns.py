"""Callbacks that run others in turn with ours, so that a change of the machine's speed meets all."""

import json
import sys
import time
from typing import Any, Callable, Dict, List, Mapping

from report import spread

from bigdl_gan.callbacks import Callback, Training

PARTS = ("decode", "compute", "exchange", "optimizer", "scheduling")


class InTurn(Callback):
    """After every chunk of our updates, as many of each peer's on the same cores.

    Args:
        peers: by name, what does one update.
        warm_up: updates at the beginning of every training that do not count.
    Attributes:
        chunks: seconds an update of each chunk, by name; ours is "ours".
        rows: the statistics of our updates, and with them "seconds/scheduling": an equal share of the seconds that
            the chunk took besides what its updates tell of.
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
        """Of one implementation, over the chunks."""
        return spread([batch_size / chunk[name] for chunk in self.chunks])

    def ratio(self, peer: str) -> Dict[str, float]:
        """Our speed over a peer's, chunk by chunk."""
        return spread([chunk[peer] / chunk["ours"] for chunk in self.chunks])


class Relay(Callback):
    """Trains a chunk for every line on standard input, and answers with a line of JSON: `MARK`, then the chunk's first
    update and seconds an update. So a program lets several trainings take turns, each in its own process. An end of
    the input ends the training.
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
