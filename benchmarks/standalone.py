"""A standalone Spark cluster on 127.0.0.1 for measurements: a master, and one worker for each executor."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator

import pyspark

from bigdl_gan.jvm.classpath import find_java

SPARK_HOME = Path(pyspark.__file__).parent
START_SECONDS = 120


def environment() -> Dict[str, str]:
    """The environment of the cluster's processes: Spark on loopback, and this Python."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_"))}
    return {
        **kept, "JAVA_HOME": str(find_java().resolve().parents[1]), "SPARK_HOME": str(SPARK_HOME),
        "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", "PYSPARK_PYTHON": sys.executable,
    }  # fmt: skip


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def start(log: Path, *command: str) -> "subprocess.Popen[bytes]":
    spark_class = [str(SPARK_HOME / "bin" / "spark-class"), *command]
    with log.open("wb") as output:  # spark-class replaces itself with Java, so the process is the daemon
        return subprocess.Popen(spark_class, env=environment(), stdout=output, stderr=subprocess.STDOUT)


@contextmanager
def cluster(executors: int, cores: int, memory: str = "3g") -> Iterator[str]:
    """The URL of a running master that has `executors` workers with `cores` cores each.

    Raises:
        RuntimeError: the workers did not come up."""
    port, web_port = free_port(), free_port()
    url, here = f"spark://127.0.0.1:{port}", ["--host", "127.0.0.1"]
    processes = []
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        try:
            processes.append(start(
                logs / "master.log", "org.apache.spark.deploy.master.Master", *here, "--port", str(port),
                "--webui-port", str(web_port),
            ))  # fmt: skip
            for index in range(executors):
                processes.append(start(
                    logs / f"worker-{index}.log", "org.apache.spark.deploy.worker.Worker", *here, "--cores", str(cores),
                    "--memory", memory, "--webui-port", str(free_port()), "--work-dir", str(logs / str(index)), url,
                ))  # fmt: skip
            wait_for(web_port, executors)
            yield url
        finally:
            for process in reversed(processes):
                process.terminate()
            for process in processes:
                process.wait()


def wait_for(web_port: int, workers: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{web_port}/json/", timeout=5) as answer:
                if json.load(answer)["aliveworkers"] == workers:
                    return
        except OSError:
            pass  # the master is not listening yet
        time.sleep(0.2)
    raise RuntimeError(f"The master must see {workers} workers within {START_SECONDS} s.")
