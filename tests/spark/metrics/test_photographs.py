"""`photographs`: the file in the package, on Spark."""

import hashlib

import numpy as np
import pytest

from bigdl_gan.metrics.features import photographs


@pytest.mark.long
def test_similar_pictures_have_similar_features(frame):
    """A disc, the same one moved by a pixel, noise, and a grey picture of another size."""
    y, x = np.mgrid[:64, :64]
    disc = np.where(((x - 32) ** 2 + (y - 32) ** 2 < 400)[..., None], [200, 80, 40], [20, 60, 120]).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    pictures = frame([disc, np.roll(disc, 1, axis=1), noise, disc[:50, :40, :1]], 1)
    rows = photographs().extract(pictures, keep=["id"]).orderBy("id").collect()
    features = np.array([row.features for row in rows])
    probabilities = np.array([row.probabilities for row in rows])
    assert features.shape == (4, 1280) and probabilities.shape == (4, 1000)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    distances = np.linalg.norm(features - features[0], axis=1)
    assert distances[1] < 0.5 * distances[2]


def test_says_what_it_is():
    found = photographs().describe()
    assert (found["extractor"], found["layer"], found["size"]) == ("EfficientNet-Lite0", "features", [224, 224])
    assert (found["mean"], found["std"]) == ([127.0], [128.0]) and found["resizing"].startswith("bicubic")
    assert len(found["sha256"]) == len(hashlib.sha256().hexdigest())
