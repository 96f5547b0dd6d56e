"""How the JVM loads oneDNN: one OpenMP for all, and what it says if it cannot. Each test has a JVM of its own."""

import os
import shutil
import subprocess

import pytest
from lone_jvm import lone_jvm

from bigdl_gan.jvm.classpath import find_java

pytestmark = pytest.mark.long
LIBRARIES, ENGINE = "native.onednn.Libraries", "native.onednn.OneDnnEngine"
REMEDY = "-Djava.io.tmpdir=FOLDER in spark.driver.extraJavaOptions and spark.executor.extraJavaOptions"


def test_one_openmp():
    """oneDNN has no OpenMP of its own, and obeys the call that sets MKL-DNN's number of threads."""
    with lone_jvm() as jvm:
        assert jvm.core(LIBRARIES).problem().isEmpty()
        assert jvm.libraries("libdnnl.so.3", "libbigdl_gan.so", "libiomp5.so", "libgomp") == {
            "libdnnl.so.3": 1, "libbigdl_gan.so": 1, "libiomp5.so": 1, "libgomp": 0
        }  # fmt: skip
        for threads in (3, 1, 2):
            jvm.core("native.OpenMp").setThreads(threads)
            assert jvm.core("native.onednn.OneDnn").threads() == threads
        assert jvm.core("native.onednn.OneDnn").version() == 30200
        context = jvm.core(ENGINE).context()
        context.close()


def test_a_folder_that_is_missing(tmp_path):
    with lone_jvm() as jvm:
        text = jvm.core(LIBRARIES).problemIn(str(tmp_path / "none")).get()
        assert text.startswith("oneDNN could not be loaded: java.nio.file.NoSuchFileException: ")
        assert f"Received: {tmp_path}/none. " in text and text.endswith(REMEDY)
        assert jvm.core(LIBRARIES).problem().isEmpty()  # in the right folder


def test_an_engine_that_cannot_be_loaded_keeps_its_reason(tmp_path):
    """MKL-DNN, whose OpenMP it needs, cannot be unpacked either."""
    with lone_jvm(options=[f"-Djava.io.tmpdir={tmp_path}/none"]) as jvm:
        problem = jvm.core(ENGINE).problem()
        assert problem.get().startswith("oneDNN could not be loaded: ") and problem.get().endswith(REMEDY)
        assert jvm.core(ENGINE).problem().get() == problem.get()
        with pytest.raises(Exception, match="IllegalStateException: oneDNN could not be loaded: .*extraJavaOptions"):
            jvm.core(ENGINE).context()


def test_a_folder_from_which_nothing_may_be_executed(tmp_path):
    """Mounted so in a namespace of the JVM alone."""
    folder, java = tmp_path / "noexec", tmp_path / "java"
    folder.mkdir()
    mount = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs -o noexec,size=100m tmpfs "{folder}" && exec "$@"', "sh"]
    tried = subprocess.run([*mount, "true"], capture_output=True, text=True) if shutil.which("unshare") else None
    if tried is None or tried.returncode != 0:
        hindrance = f"mount namespaces: {tried.stderr.strip() if tried else 'the command unshare is missing'}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(hindrance)
    quoted = " ".join(f"'{word}'" for word in [*mount, str(find_java())])
    java.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n')
    java.chmod(0o755)
    with lone_jvm(java=java) as jvm:
        text = jvm.core(LIBRARIES).problemIn(str(folder)).get()
        assert "failed to map segment from shared object" in text and text.endswith(REMEDY)
        left = jvm.gateway.jvm.java.io.File(str(folder)).list()
        assert list(left) == []
