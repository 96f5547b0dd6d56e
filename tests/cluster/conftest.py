"""A standalone cluster on the loopback interface: a master and two workers of one core each."""

import json
import os
import re
import sys
from pathlib import Path

import pytest
from processes import SPARK_HOME, cluster, run_script

import bigdl_gan
from bigdl_gan import GANModel
from bigdl_gan.jvm.classpath import find_java
from bigdl_gan.networks import dcgan

ROOT = Path(bigdl_gan.__file__).parents[1]


@pytest.fixture(scope="session")
def environment():
    """Environment variables for the cluster and the jobs: Spark on loopback, this Python, this copy of the package."""
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
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1",  # as for all Javas that live for seconds
    }


@pytest.fixture(scope="session")
def master(environment, tmp_path_factory):
    """The URL of a running master with two workers."""
    with cluster(environment, tmp_path_factory.mktemp("cluster")) as (url, _):
        yield url


@pytest.fixture
def private_cluster(environment, tmp_path):
    """The URL of a second master, for tests that damage the cluster, and the process id of one of its workers."""
    with cluster(environment, tmp_path) as (url, processes):
        yield url, processes[-1].pid


@pytest.fixture(scope="session")
def run(environment, tmp_path_factory):
    """`run_script` in a folder of its own."""
    return lambda *command: run_script(environment, tmp_path_factory.mktemp("cwd"), *command)


@pytest.fixture(scope="session")
def model_path(spark, tmp_path_factory):
    """A saved model."""
    path = str(tmp_path_factory.mktemp("saved") / "model")
    networks = {"generator": dcgan.generator(28, 1, 5, 2), "discriminator": dcgan.discriminator(28, 1, 2)}
    GANModel()._set(**networks).save(path)
    return path


@pytest.fixture(scope="session")
def run_job(run, model_path, tmp_path_factory):
    """Runs jobs.py, which trains, looks at the executors, measures and generates; returns what it wrote."""

    def run_job(url, *, executors, trainings, configured=True, measured=()):
        out = tmp_path_factory.mktemp("job") / "out.json"
        given = {"master": url, "executors": executors, "configured": configured, "trainings": trainings}
        given.update(measured=measured, model=model_path, out=str(out))
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
