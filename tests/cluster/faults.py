"""Trainings whose executors are killed or held up, by the driver itself at known updates."""

import json
import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path

import jobs

from bigdl_gan.callbacks import Callback
from bigdl_gan.jvm import bridge
from bigdl_gan.training import replicas

UPDATES, INTERVAL = 20, 5


class At(Callback):
    """Calls `act` once for each given update, after the chunk that contains it; for 0, before the first update."""

    def __init__(self, updates, act):
        self._updates, self._act = sorted(updates), act
        self.seen = []

    def on_begin(self, training):
        if self._updates[:1] == [0]:
            self._updates.pop(0)
            self._act()

    def on_chunk(self, rows, training):
        self.seen += [row["iteration"] for row in rows]
        if self._updates and rows[-1]["iteration"] >= self._updates[0]:
            self._updates.pop(0)
            self._act()


def kill_executor(spark, number=0):
    os.kill(jobs.executors(spark)["pids"][number], signal.SIGKILL)


def hold_up(spark, seconds=3):
    """Stops an executor's process, and lets it continue later."""
    pid = jobs.executors(spark)["pids"][0]
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(seconds, os.kill, (pid, signal.SIGCONT)).start()


def await_executors(spark, n=2, seconds=60):
    """Waits until an executor that an earlier training lost is replaced: this one would begin without it."""
    deadline = time.monotonic() + seconds
    while len(bridge.call_json("listExecutors", bridge.java_session(spark))) < n:
        assert time.monotonic() < deadline, f"not {n} executors within {seconds} s"
        time.sleep(0.2)


def train(spark, act=None, at=(), n_executors=2, **arguments):
    """The outcome of one training: its model or its error, its warnings, and the updates done."""
    await_executors(spark, n_executors)
    watcher, result = At(at, act), {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        try:
            given = {"n_images": 24, "optimizer": "adam", "updates": UPDATES, "callbacks": [watcher], **arguments}
            result = jobs.train(spark, **given)
        except RuntimeError as error:
            result["error"] = str(error)
    result["warnings"] = [str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)]
    return {**result, "seen": watcher.seen}


def in_one_go(spark, folder):
    return train(spark)


def in_one_partition(spark, folder):
    return train(spark, partitions=1)


def in_forty_partitions(spark, folder):
    return train(spark, partitions=40)


def resumed(spark, folder):
    return train(spark, checkpointDir=f"{folder}/killed", checkpointInterval=INTERVAL, resume="must")


def driver_killed(spark, folder):
    die = At([INTERVAL + 1], lambda: os.kill(os.getpid(), signal.SIGKILL))
    return train(spark, checkpointDir=f"{folder}/killed", checkpointInterval=INTERVAL, callbacks=[die])


def executor_killed(spark, folder):
    place = {"checkpointDir": f"{folder}/lost", "checkpointInterval": INTERVAL}
    return train(spark, lambda: kill_executor(spark), [7, 13], maxRecoveries=1, **place)


def killed_at_begin(spark, folder):
    """Kills an executor once its replica is set up, before anything is sent to it."""
    place = {"checkpointDir": f"{folder}/early", "checkpointInterval": INTERVAL}
    return train(spark, lambda: kill_executor(spark), [0], **place)


def too_many_killed(spark, folder):
    place = {"checkpointDir": f"{folder}/often", "checkpointInterval": INTERVAL}
    return train(spark, lambda: kill_executor(spark), [1, 2], maxRecoveries=1, **place)


def killed_without_checkpoints(spark, folder):
    return train(spark, lambda: kill_executor(spark), [2])


def held_up(spark, folder):
    return train(spark, lambda: hold_up(spark), [2])


def fewer(spark, folder):
    """Kills an executor and its worker, so that no new executor is started."""
    replicas.EXECUTOR_WAIT_SECONDS = 3.0
    worker = json.loads(Path(f"{folder}/worker.json").read_text())

    def kill_both():
        (child,) = [pid for pid in jobs.executors(spark)["pids"] if parent(pid) == worker]
        os.kill(worker, signal.SIGKILL)
        os.kill(child, signal.SIGKILL)

    place = {"checkpointDir": f"{folder}/fewer", "checkpointInterval": INTERVAL}
    return train(spark, kill_both, [7], **place)


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def main():
    """Reads master, folder and names of functions as JSON; writes each function's result to a file."""
    given = json.loads(sys.argv[1])
    spark = jobs.session(given["master"], 2, True)
    for name in given["names"]:
        result = globals()[name](spark, given["folder"])
        Path(given["folder"], f"{name}.out.json").write_text(json.dumps(result))
    spark.stop()


if __name__ == "__main__":
    main()
