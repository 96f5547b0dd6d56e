"""Trainings on a Spark cluster whose executors are in two network namespaces; runs in one of them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jobs
from faults import INTERVAL, train

from bigdl_gan.training import replicas


def blocked(spark, given):
    return train(spark)


def allowed(spark, given):
    subprocess.run(given["allow"], check=True)
    return train(spark)


def stopped_for_good(spark, given):
    """The executor's process is still there, but is stopped."""
    replicas.EXECUTOR_WAIT_SECONDS = 3.0
    pid = jobs.executors(spark)["pids"][0]
    place = {"checkpointDir": f"{given['folder']}/stopped", "checkpointInterval": INTERVAL}
    try:
        return train(spark, lambda: os.kill(pid, signal.SIGSTOP), [INTERVAL + 2], **place)
    finally:
        with contextlib.suppress(ProcessLookupError):  # Spark may have killed it already
            os.kill(pid, signal.SIGKILL)


def main():
    """Reads master, folder, settings, names and the command that opens the ports as JSON; writes a file per name."""
    given = json.loads(sys.argv[1])
    spark = jobs.session(given["master"], 2, True, given["settings"].items())
    for name in given["names"]:
        result = globals()[name](spark, given)
        Path(given["folder"], f"{name}.out.json").write_text(json.dumps(result))
    spark.stop()


if __name__ == "__main__":
    main()
