"""How the JVM loads oneDNN: one OpenMP for all, and what it says if it cannot. Each test has a JVM of its own."""

import os
import shutil
import struct
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


@pytest.fixture(scope="module")
def onednn():
    """oneDNN's functions in a JVM of their own, and `put`, which puts numbers outside its heap, at an address."""
    with lone_jvm() as jvm:
        assert jvm.core(LIBRARIES).problem().isEmpty()
        functions, memory = jvm.core("native.onednn.OneDnn"), jvm.core("native.NativeMemory")

        def put(layout, *values):
            address = memory.allocate(struct.calcsize(layout))
            for at, word in enumerate(struct.iter_unpack("<q", struct.pack(layout, *values))):
                memory.unsafe().putLong(address + 8 * at, *word)
            return address

        yield functions, put, memory.unsafe()


def test_what_follows_a_product(onednn):
    """A leaky ReLU of it, to which twice what was there is added: what fused layers need."""
    functions, put, unsafe = onednn
    engine = functions.engine()
    stream = functions.stream(engine)
    attributes = functions.attributes(2, put("<iffiiffi", 32, 0.5, 0.0, 0, 0, 2.0, 0.0, 0))  # dnnl_eltwise_relu, sum
    row, matrix = (functions.descriptor(2, put("<qq", *dims), 3, 3) for dims in ((1, 2), (2, 2)))  # dnnl_f32, dnnl_ab
    product = functions.innerProduct(engine, 64, row, matrix, 0, row, attributes)  # dnnl_forward_training
    values = [put("<ff", 3.0, 5.0), put("<ffff", 1.0, -1.0, 2.0, 1.0), put("<ff", 10.0, 20.0)]
    memories = [functions.memory(engine, kind, at) for kind, at in zip((row, matrix, row), values)]
    arguments = put("<qqqqqq", 1, memories[0], 33, memories[1], 17, memories[2])  # DNNL_ARG_SRC, _WEIGHTS, _DST
    primitive = functions.primitive(product)
    assert functions.run(stream, 1, put("<qqq", primitive, 3, arguments)) == 0
    # 3 - 5 = -2 becomes -1, and 6 + 5 = 11 stays
    assert [unsafe.getFloat(values[2] + 4 * i) for i in range(2)] == [-1.0 + 2 * 10.0, 11.0 + 2 * 20.0]


def test_failures_are_in_onednns_words(onednn):
    functions, put, _ = onednn
    refused = functions.descriptor(2, put("<qq", 2, 3), 3, 5)  # dnnl_abcd, of two dims
    assert refused < 0 and functions.text(functions.statusText(-refused)) == "invalid_arguments"
    with pytest.raises(Exception, match="IllegalStateException: oneDNN failed at a tensor: invalid_arguments"):
        functions.made("a tensor", refused)


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
