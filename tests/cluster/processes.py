"""Processes that the tests start: a standalone Spark cluster, and scripts."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyspark
import pytest

SPARK_HOME = Path(pyspark.__file__).parent
START_SECONDS = 120
JOB_SECONDS = 420  # ends a job that hangs


HERE = ("127.0.0.1", ())


@contextlib.contextmanager
def cluster(environment, folder, cores=1, places=(HERE, HERE)):
    """A master and its workers: yields the master's URL, and all processes.

    Args:
        cores: the number of cores of each worker.
        places: each worker's address, and the prefix that runs a command there; the master shares the first place."""
    port, web_port = free_port(), free_port()
    (host, inside), url = places[0], f"spark://{places[0][0]}:{port}"
    classes = {"master": ["master.Master", "--host", host, "--port", str(port), "--webui-port", str(web_port)]}
    for number, (address, _) in enumerate(places, start=1):
        size = ["--cores", str(cores), "--memory", "1g", "--webui-port", str(free_port())]
        size += ["--work-dir", str(folder / f"worker-{number}")]
        classes[f"worker-{number}"] = ["worker.Worker", "--host", address, *size, url]
    processes = []
    try:
        for (name, command), (address, prefix) in zip(classes.items(), (places[0], *places)):
            here = {**environment, "SPARK_LOCAL_IP": address}
            processes.append(start(folder / f"{name}.log", prefix, command, here))
        wait_for_workers(f"http://{host}:{web_port}/json/", inside, len(places), folder)
        yield url, processes
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def start(log, prefix, command, environment):
    spark_class = [str(SPARK_HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{command[0]}", *command[1:]]
    with log.open("wb") as output:  # spark-class execs Java, so the process is the daemon
        return subprocess.Popen([*prefix, *spark_class], env=environment, stdout=output, stderr=subprocess.STDOUT)


def wait_for_workers(url, inside, count, folder):
    """Waits until the master's web page, read from the master's place, shows `count` live workers."""
    read = f"import urllib.request as r; print(r.urlopen({url!r}, timeout=5).read().decode())"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        answer = subprocess.run([*inside, sys.executable, "-c", read], capture_output=True, text=True)
        if answer.returncode == 0 and json.loads(answer.stdout)["aliveworkers"] == count:
            return
        time.sleep(0.2)  # the master is not listening yet, or the workers have not registered
    logs = "\n".join(file.read_text()[-2000:] for file in folder.glob("*.log"))
    pytest.fail(f"The master must see {count} workers within {START_SECONDS} s. Its log, and theirs:\n{logs}")


def run_script(environment, folder, *command, status=0):
    """Runs a command in its own process and returns its output; if it fails, the test fails with its errors."""
    options = {"capture_output": True, "text": True, "timeout": JOB_SECONDS}
    answer = subprocess.run([str(part) for part in command], env=environment, cwd=folder, **options)
    if answer.returncode != status:
        pytest.fail(f"{command} ended with {answer.returncode}:\n{answer.stdout[-4000:]}\n{answer.stderr[-4000:]}")
    return answer.stdout
