"""Processes that the tests start: Spark's of a standalone cluster, and scripts."""

import contextlib
import json
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pyspark
import pytest

SPARK_HOME = Path(pyspark.__file__).parent
START_SECONDS = 120
JOB_SECONDS = 420  # ends a job that hangs


@contextlib.contextmanager
def cluster(environment, folder, cores=1):
    """A master and two workers of so many cores: its URL, and the three processes."""
    port, web_port = free_port(), free_port()
    url = f"spark://127.0.0.1:{port}"
    here = ["--host", "127.0.0.1"]
    commands = {"master": ["master.Master", *here, "--port", str(port), "--webui-port", str(web_port)]}
    for name in ("worker-1", "worker-2"):
        size = ["--cores", str(cores), "--memory", "1g", "--webui-port", str(free_port())]
        size += ["--work-dir", str(folder / name)]
        commands[name] = ["worker.Worker", *here, *size, url]
    processes = []
    try:
        for name, command in commands.items():
            processes.append(start(folder / f"{name}.log", command, environment))
        wait_for_workers(web_port, 2, folder)
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


def start(log, command, environment):
    spark_class = [str(SPARK_HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{command[0]}", *command[1:]]
    with log.open("wb") as output:  # spark-class replaces itself by Java: the process is the daemon
        return subprocess.Popen(spark_class, env=environment, stdout=output, stderr=subprocess.STDOUT)


def wait_for_workers(web_port, count, folder):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{web_port}/json/", timeout=5) as answer:
                if json.load(answer)["aliveworkers"] == count:
                    return
        except OSError:
            pass  # the master is not listening yet
        time.sleep(0.2)
    logs = "\n".join(file.read_text()[-2000:] for file in folder.glob("*.log"))
    pytest.fail(f"The master must see {count} workers within {START_SECONDS} s. Its log, and theirs:\n{logs}")


def run_script(environment, folder, *command, status=0):
    """Runs a command as a process of its own and returns its output; fails the test where it fails, with its errors."""
    options = {"capture_output": True, "text": True, "timeout": JOB_SECONDS}
    answer = subprocess.run([str(part) for part in command], env=environment, cwd=folder, **options)
    if answer.returncode != status:
        pytest.fail(f"{command} ended with {answer.returncode}:\n{answer.stdout[-4000:]}\n{answer.stderr[-4000:]}")
    return answer.stdout
