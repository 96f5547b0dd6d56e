"""Functions sent to the executors carry their code with them."""

import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from pyspark import cloudpickle

from bigdl_gan.images import decoding
from bigdl_gan.images.decoding.picture import Target
from bigdl_gan.images.decoding.rows import RowReader
from bigdl_gan.jvm.by_value import by_value

SCRIPT = """
import pickle, sys
sys.modules["bigdl_gan"] = None  # an import of it fails
reader = pickle.loads(pickle.loads(sys.stdin.buffer.read())["reader"])
print(reader.read(b"", None, None, "a.jpg", None), reader.read(bytes(12), None, [2, 2, 3, 16], "b.jpg", None)[0])
"""


def test_needs_no_package():
    reader = RowReader(Target(1, 1, 1, "center", "lanczos", 1, 100), (), (0.0, 1.0))
    sent = pickle.dumps({"reader": by_value(reader, decoding)})
    done = subprocess.run([sys.executable, "-c", SCRIPT], input=sent, stdout=subprocess.PIPE, check=True)
    assert done.stdout.decode().strip() == r"(None, 'a.jpg', 'no bytes') b'\x00'"


def test_in_several_threads():
    """The whole process shares cloudpickle's list of modules to pickle by value."""
    reader, n_threads = RowReader(Target(1, 1, 1, "center", "lanczos", 1, 100), (), (0.0, 1.0)), 8
    barrier = threading.Barrier(n_threads)

    def pickled(_):
        barrier.wait()
        return [by_value(reader, decoding) for _ in range(20)]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(n_threads) as pool:
            found = [payload for payloads in pool.map(pickled, range(n_threads)) for payload in payloads]
    finally:
        sys.setswitchinterval(interval)
    assert len(found) == 20 * n_threads and min(map(len, found)) > 5000  # by reference: some 200 bytes
    assert decoding.__name__ not in cloudpickle.list_registry_pickle_by_value()


def test_a_users_registration_stays():
    cloudpickle.register_pickle_by_value(decoding)
    try:
        by_value(1, decoding)
        assert decoding.__name__ in cloudpickle.list_registry_pickle_by_value()
    finally:
        cloudpickle.unregister_pickle_by_value(decoding)
