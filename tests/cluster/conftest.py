"""A standalone cluster on the loopback interface: a master and two workers of one core each."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pyspark
import pytest

import bigdl_gan
from bigdl_gan import GANModel
from bigdl_gan._classpath import find_java
from bigdl_gan.networks import dcgan

ROOT = Path(bigdl_gan.__file__).parents[1]
SPARK_HOME = Path(pyspark.__file__).parent
START_SECONDS = 120
JOB_SECONDS = 300  # ends a job that hangs


@pytest.fixture(scope="session")
def environment():
    """Of the cluster's processes and the jobs: Spark on loopback, this Python and the package as it is here."""
    java = find_java()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_")) and k != "JAVA_HOME"}
    return {
        **kept,
        "JAVA_HOME": str(java.resolve().parents[1]),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_HOME": str(SPARK_HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
    }


@pytest.fixture(scope="session")
def master(environment, tmp_path_factory):
    """The URL of a running master with two workers."""
    with cluster(environment, tmp_path_factory.mktemp("cluster")) as (url, _):
        yield url


@pytest.fixture
def private_cluster(environment, tmp_path):
    """The URL of another one, to be damaged, and the process of one of its workers."""
    with cluster(environment, tmp_path) as (url, processes):
        yield url, processes[-1].pid


@contextlib.contextmanager
def cluster(environment, folder):
    """A master and two workers: its URL, and the three processes."""
    port, web_port = free_port(), free_port()
    url = f"spark://127.0.0.1:{port}"
    here = ["--host", "127.0.0.1"]
    commands = {"master": ["master.Master", *here, "--port", str(port), "--webui-port", str(web_port)]}
    for name in ("worker-1", "worker-2"):
        size = ["--cores", "1", "--memory", "1g", "--webui-port", str(free_port()), "--work-dir", str(folder / name)]
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


@pytest.fixture(scope="session")
def run(environment, tmp_path_factory):
    """Runs a command as a process of its own and returns its output; fails the test where it fails, with its errors."""

    def run(*command):
        command, folder = [str(part) for part in command], tmp_path_factory.mktemp("cwd")
        options = {"capture_output": True, "text": True, "timeout": JOB_SECONDS}
        answer = subprocess.run(command, env=environment, cwd=folder, **options)
        if answer.returncode != 0:
            pytest.fail(f"{command} ended with {answer.returncode}:\n{answer.stdout[-4000:]}\n{answer.stderr[-4000:]}")
        return answer.stdout

    return run


@pytest.fixture(scope="session")
def model_path(spark, tmp_path_factory):
    """A saved model."""
    path = str(tmp_path_factory.mktemp("saved") / "model")
    networks = {"generator": dcgan.generator(28, 1, 5, 2), "discriminator": dcgan.discriminator(28, 1, 2)}
    GANModel()._set(**networks).save(path)
    return path


@pytest.fixture(scope="session")
def run_job(run, model_path, tmp_path_factory):
    """Runs jobs.py, which trains, looks at the executors, and generates; returns what it wrote."""

    def run_job(url, *, executors, trainings, configured=True):
        out = tmp_path_factory.mktemp("job") / "out.json"
        given = {"master": url, "executors": executors, "configured": configured, "trainings": trainings}
        given.update(model=model_path, out=str(out))
        run(sys.executable, Path(__file__).with_name("jobs.py"), json.dumps(given))
        return json.loads(out.read_text())

    return run_job


@pytest.fixture(scope="session")
def submit(run, master):
    """Runs a script by spark-submit on both executors, with the jars in --jars."""

    def submit(script, *arguments):
        jars = run(sys.executable, "-m", "bigdl_gan", "jars").strip()
        assert re.fullmatch(r"[^,\s]+\.jar(,[^,\s]+\.jar){2}", jars)
        sizes = ["--executor-cores", "1", "--total-executor-cores", "2", "--executor-memory", "700m"]
        options = ["--master", master, *sizes, "--conf", "spark.driver.host=127.0.0.1", "--jars", jars]
        return run(SPARK_HOME / "bin" / "spark-submit", *options, script, *arguments)

    return submit


@pytest.fixture(scope="session")
def example():
    return ROOT / "examples" / "train_digits.py"
