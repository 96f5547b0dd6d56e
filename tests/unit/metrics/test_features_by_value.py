"""Extractors sent to executors carry their code with them: the package need not be there."""

import hashlib
import json
import pickle
import subprocess
import sys
from functools import partial

import numpy as np
import onnx_networks
import pytest

from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.metrics.features import OnnxFeatures, PythonFeatures, tasks
from bigdl_gan.metrics.features.tasks.onnx_sessions import onnx_runner

SCRIPT = """
import json, pickle, sys
import pandas
sys.modules["bigdl_gan"] = None  # an import of it fails
function, file, other, content = pickle.load(sys.stdin.buffer)
kept = lambda: id(sys.modules["bigdl_gan_onnx_sessions"].latest[1])
columns = [pandas.Series([value], dtype=object) for value in (bytes([4, 5, 6]), [1, 1, 3, 16], "a.png")]

def features(payload, **options):
    runner = pickle.loads(payload)(**options)
    return [row.tolist() for frame in runner.run(iter([columns])) for row in frame["features"]]

found = [features(function)]
found.append(features(file, read=lambda: content))
first = kept()
found.append(features(file, read=None))  # a second task of the same worker
found.append(kept() == first)
sys.modules["onnxruntime"] = None
try:
    features(other, read=lambda: content)
except RuntimeError as error:
    found.append(str(error))
print(json.dumps(found))
"""


@pytest.mark.long
def test_an_executor_without_the_package(tmp_path):
    path = tmp_path / "means.onnx"
    path.write_bytes(onnx_networks.channel_means(shape=("N", 3, 2, 2)))
    extractor = OnnxFeatures(str(path), output_name="means", batch_size=2)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    options = {"threads": 1, "names": ("features",), "batch_size": 2}
    makers = [
        PythonFeatures(lambda images: images.mean(axis=(1, 2)), name="means")._make,
        partial(onnx_runner, "means.onnx", extractor._recipe, digest=digest, **options),
        partial(onnx_runner, "other.onnx", extractor._recipe, digest="another", **options),
    ]
    sent = pickle.dumps((*(by_value(make, tasks) for make in makers), path.read_bytes()))
    done = subprocess.run([sys.executable, "-c", SCRIPT], input=sent, stdout=subprocess.PIPE, check=True)
    function, first, second, is_kept, message = json.loads(done.stdout)
    for found in (function, first, second):
        np.testing.assert_allclose(found, [[6, 5, 4]], rtol=1e-6)  # the pixel's bytes are 4, 5, 6: BGR
    assert is_kept
    assert "needs onnxruntime, on the driver and on the executors" in message
    assert sys.executable in message and "pip install" in message
