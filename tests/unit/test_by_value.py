"""What is sent to the executors carries its code with it."""

import pickle
import subprocess
import sys

from bigdl_gan.images.decode import Target
from bigdl_gan.images.prepare import _by_value
from bigdl_gan.images.rows import RowReader

SCRIPT = """
import pickle, sys
sys.modules["bigdl_gan"] = None  # an import of it fails
reader = pickle.loads(pickle.loads(sys.stdin.buffer.read())["reader"])
print(reader.read(b"", None, None, "a.jpg", None), reader.read(bytes(12), None, [2, 2, 3, 16], "b.jpg", None)[0])
"""


def test_needs_no_package():
    reader = RowReader(Target(1, 1, 1, "center", "lanczos", 1, 100), (), (0.0, 1.0))
    sent = pickle.dumps({"reader": _by_value(reader)})
    done = subprocess.run([sys.executable, "-c", SCRIPT], input=sent, stdout=subprocess.PIPE, check=True)
    assert done.stdout.decode().strip() == r"(None, 'a.jpg', 'no bytes') b'\x00'"
