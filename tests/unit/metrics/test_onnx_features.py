"""`OnnxFeatures`: what becomes of pixels and outputs, and the arguments that do not fit the file."""

import hashlib
import json
import pickle
import sys

import numpy as np
import pytest
from onnx_networks import channel_means

from bigdl_gan.metrics.features import OnnxFeatures
from bigdl_gan.metrics.features.tasks.onnx_sessions import open_session
from bigdl_gan.metrics.features.tasks.pixels import resized

PICTURE = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)
MEANS = PICTURE.reshape(-1, 3).mean(axis=0)


@pytest.fixture
def file(tmp_path):
    """Writes a network of channel means; returns its path."""

    def write(**options):
        path = tmp_path / "means.onnx"
        path.write_bytes(channel_means(**options))
        return str(path)

    return write


def outputs(extractor, path, picture=PICTURE):
    """The outputs for one image, as a task computes them."""
    recipe = extractor._recipe
    with open(path, "rb") as stream:
        session = open_session(stream.read(), 1)
    return [output[0] for output in recipe.call(recipe.prepare(picture)[None], session)]


@pytest.mark.parametrize("options, arguments, expected", [
    ({}, {"size": (4, 6)}, MEANS),
    ({"pooled": "flat"}, {"size": (4, 6)}, MEANS),
    ({"shape": ("N", 3, 4, 6)}, {}, MEANS),
    ({}, {"size": (4, 6), "channels": "bgr"}, MEANS[::-1]),
    ({}, {"size": (4, 6), "mean": 127, "std": 128}, (MEANS - 127) / 128),
    ({}, {"size": (4, 6), "mean": (1, 2, 3), "std": [2, 4, 8]}, (MEANS - [1, 2, 3]) / [2, 4, 8]),
    ({}, {"size": (4, 6), "mean": (1, 2, 3), "channels": "bgr"}, (MEANS - [1, 2, 3])[::-1]),
    ({"shape": ("N", "H", "W", 3), "axes": (1, 2)}, {"size": (4, 6), "layout": "nhwc"}, MEANS),
    ({"shape": ("N", 1, "H", "W")}, {"size": (4, 6), "channels": "grey"}, [MEANS @ [0.299, 0.587, 0.114]]),
    ({"kind": "uint8"}, {"size": (4, 6)}, MEANS),
    ({"kind": "float16"}, {"size": (4, 6)}, MEANS),
    ({}, {"size": (8, 9), "resize": "box"}, resized(PICTURE, (8, 9), "box").mean(axis=(0, 1))),
], ids=["4d", "2d", "fixed size", "bgr", "scaled", "by channel", "bgr by channel", "nhwc", "grey", "uint8", "half",
        "resized"])  # fmt: skip
def test_pixels_become_the_input(file, options, arguments, expected):
    path = file(**options)
    found = outputs(OnnxFeatures(path, output_name="means", **arguments), path)
    tolerance = {"rtol": 1e-3} if options.get("kind") == "float16" else {"rtol": 1e-5, "atol": 1e-4}
    rounding = {"atol": 0.5} if "grey" in arguments.values() else {}  # of luma to 8 bits
    np.testing.assert_allclose(found[0], expected, **{**tolerance, **rounding})


def test_grey_images_are_repeated(file):
    path = file()
    found = outputs(OnnxFeatures(path, output_name="means", size=(4, 6)), path, PICTURE[:, :, :1])
    np.testing.assert_allclose(found[0], [MEANS[0]] * 3, rtol=1e-6)


def test_logits_become_probabilities(file):
    path = file()
    extractor = OnnxFeatures(
        path, output_name="means", probabilities_name="logits", softmax=True, size=(4, 6), std=64
    )  # fmt: skip
    features, probabilities = outputs(extractor, path)
    powers = np.exp(2 * MEANS / 64)
    np.testing.assert_allclose(features, MEANS / 64, rtol=1e-5)
    np.testing.assert_allclose(probabilities, powers / powers.sum(), rtol=1e-5)


def test_describes_itself(file):
    path = file()
    extractor = OnnxFeatures(path, output_name="means", size=5, mean=1, std=2, probabilities_name="logits")
    found = json.loads(json.dumps(extractor.describe()))
    with open(path, "rb") as stream:
        assert found["sha256"] == hashlib.sha256(stream.read()).hexdigest()
    assert (found["extractor"], found["layer"], found["size"]) == ("means.onnx", "means", [5, 5])
    assert found["resizing"].startswith("bicubic") and set(found["versions"]) == {"onnxruntime", "pillow", "numpy"}
    other = OnnxFeatures(path, output_name="means", size=5, mean=1, std=2, probabilities_name="logits", resize="box")
    assert other.describe() != extractor.describe()


def test_can_be_pickled(file):
    extractor = OnnxFeatures(file(), output_name="means", size=5)
    assert pickle.loads(pickle.dumps(extractor)).describe() == extractor.describe()


def test_a_fixed_batch_is_kept(file):
    assert OnnxFeatures(file(shape=(4, 3, 5, 5)), output_name="means", batch_size=2)._batch_size == 4


@pytest.mark.parametrize("options, arguments, message", [
    ({}, {"size": 4}, r"`output_name` must name one of means \(\?, 3, 1, 1\), logits \(\?, 3\)"),
    ({}, {"size": 4, "output_name": "pool"}, "Received: output_name='pool'"),
    ({}, {"size": 4, "output_name": "means", "input_name": "x"}, "`input_name` must name one of pixels"),
    ({"shape": ("N", 3, 4, 4), "pooled": "none"}, {"output_name": "means"}, r"must name an output \(N, F\).*pooling"),
    ({}, {"output_name": "means"}, "`size` must be height and width, because the file's input does not fix them"),
    ({"shape": ("N", 3, 4, 6)}, {"output_name": "means", "size": 4}, "`size` must fit the file's input. Received: "),
    ({}, {"output_name": "means", "size": 4, "channels": "grey"}, "`channels` and `layout` must fit the file's input"),
    ({"shape": ("N", 3, 4, 4)}, {"output_name": "means", "layout": "nhwc"}, "`channels` and `layout` must fit"),
    ({}, {"output_name": "means", "size": (4, 4, 4)}, r"`size` must be height and width"),
    ({}, {"output_name": "means", "size": 4, "resize": "cubic"}, "`resize` must be one of bicubic"),
    ({}, {"output_name": "means", "size": 4, "std": (1, 0, 1)}, "`std` must not be 0"),
    ({}, {"output_name": "means", "size": 4, "mean": (1, 2)}, "`mean` must be a number, or 3 numbers"),
    ({"kind": "uint8"}, {"output_name": "means", "size": 4, "mean": 1}, "0 and 1, because the file takes uint8"),
    ({}, {"output_name": "means", "size": 4, "batch_size": 0}, "`batch_size` must be an integer from 1"),
])  # fmt: skip
def test_refusals(file, options, arguments, message):
    with pytest.raises(ValueError, match=message):
        OnnxFeatures(file(**options), **arguments)


def test_files_that_are_none(tmp_path):
    with pytest.raises(OSError, match="none.onnx"):
        OnnxFeatures(str(tmp_path / "none.onnx"))
    path = tmp_path / "text.onnx"
    path.write_text("Not a network")
    with pytest.raises(ValueError, match="`path` must be one ONNX file.*Received: .*text.onnx: "):
        OnnxFeatures(str(path))


def test_without_onnxruntime(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(RuntimeError, match="needs onnxruntime.*pip install 'bigdl_gan"):
        OnnxFeatures(file(), output_name="means", size=4)
