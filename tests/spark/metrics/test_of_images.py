"""Metrics that need more than features, and reference statistics, on a session."""

import shutil

import numpy as np
import pytest
from local_side import local_sides
from mean_colours import MeanColours
from PIL import Image
from pyspark.sql import functions as F

from bigdl_gan import images, metrics
from bigdl_gan.metrics.tasks.brightness import nyquist_power

RNG = np.random.default_rng(0)
FAKES = RNG.integers(0, 256, (60, 6, 8, 1), dtype=np.uint8)
REALS = RNG.integers(20, 256, (70, 6, 8, 1), dtype=np.uint8)
HELD_OUT = RNG.integers(20, 256, (50, 6, 8, 1), dtype=np.uint8)
FAKES[:5] = REALS[10:15]

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore:.*:UserWarning")]


def features(pixels):
    return np.float32((pixels.reshape(len(pixels), 6, -1) / 255).mean(2))


@pytest.fixture(scope="module")
def frames(spark):
    """Fakes, reals, held-out images; the reals' ids begin at 1000."""
    fakes, reals, held_out = (images.from_numpy(spark, pixels) for pixels in (FAKES, REALS, HELD_OUT))
    return fakes, reals.withColumn("id", F.col("id") + 1000), held_out


@pytest.fixture(scope="module")
def found(spark, frames):
    names = ["memorization", "authenticity", "diversity", "feature_diversity", "weave", "inception_score",
             "class_balance"]  # fmt: skip
    return metrics.evaluate(*frames[:2], names, features=MeanColours(spark), held_out=frames[2])


def test_values(found):
    here = local_sides(features(FAKES), features(REALS), held_out=features(HELD_OUT))
    for name, evaluator in (
        ("memorization", metrics.Memorization()), ("authenticity", metrics.Memorization(metricName="authenticity")),
        ("feature_diversity", metrics.Diversity(metricName="feature_diversity")),
    ):  # fmt: skip
        assert found[name].value == pytest.approx(evaluator.figure(here).value, rel=1e-9), name
    power = [np.mean([nyquist_power(image) for image in pixels]) for pixels in (FAKES, REALS)]
    assert found["weave"].value == pytest.approx(power[0] / power[1], rel=1e-9)
    assert found["weave"].extractor == {} and found["weave"].n_reals == 70
    pixels = local_sides(FAKES.reshape(60, -1) / 255, REALS.reshape(70, -1) / 255)
    expected = metrics.Diversity(metricName="feature_diversity").figure(pixels).value
    assert found["diversity"].value == pytest.approx(expected, rel=1e-6)
    assert found["inception_score"].value >= 1 and found["class_balance"].details["fakes"] != []


def test_nearest_rows(found):
    nearest = found["authenticity"].tables["nearest"].orderBy("remoteness", "id").limit(5).collect()
    assert [(row["id"], row["nearest_id"], row["distance"]) for row in nearest] == [
        (copy, 1010 + copy, 0) for copy in range(5)
    ]  # fmt: skip
    assert found["authenticity"].details["copies"] == 5


def test_a_picture_of_the_worst_pairs(found, frames, tmp_path):
    path = str(tmp_path / "pairs.png")
    metrics.write_pairs(found["memorization"], *frames[:2], path, n=4, cols=2)
    picture = np.asarray(Image.open(path))
    assert picture.shape == (2 * 6 + 3 * 2, 4 * 8 + 5 * 2)
    cells = [picture[2:8, 2 + 10 * cell:10 + 10 * cell] for cell in range(4)]
    np.testing.assert_array_equal(cells[0], FAKES[0, :, :, 0])
    np.testing.assert_array_equal(cells[1], REALS[10, :, :, 0])
    with pytest.raises(ValueError, match="`result` must be of memorization or authenticity. Received: weave"):
        metrics.write_pairs(found["weave"], *frames[:2], path)
    with pytest.raises(ValueError, match="`fakes` must have the column of ids .* columns: image"):
        metrics.write_pairs(found["memorization"], frames[0].drop("id"), frames[1], path)


def test_held_out_is_asked_for_at_once(frames):
    with pytest.raises(ValueError, match="`held_out` must be given for memorization: real images"):
        metrics.evaluate(*frames[:2], "memorization", features=MeanColours(frames[0].sparkSession))


@pytest.mark.slow
def test_reference_statistics(spark, frames, tmp_path):
    path = str(tmp_path / "reference")
    extractor = MeanColours(spark)
    written = metrics.ReferenceStatistics.write(frames[1], path, features=extractor)
    assert repr(written) == "ReferenceStatistics(70 images, 6 features of mean colours)"
    loaded = metrics.ReferenceStatistics.load(path)
    names = ["fid", "kid", "coverage", "inception_score"]
    direct, referred = (metrics.evaluate(frames[0], reals, names, features=extractor) for reals in (frames[1], loaded))
    assert {name: result.value for name, result in direct.items()} == {name: r.value for name, r in referred.items()}
    with pytest.raises(ValueError, match="with extractor 'mean colours'. Received: 'others'"):
        metrics.evaluate(frames[0], loaded, "fid", features=MeanColours(spark, name="others"))
    with pytest.raises(ValueError, match="`reals` must be a DataFrame for weave, which looks at pixels"):
        metrics.evaluate(frames[0], loaded, "weave")
    shutil.copytree(path, f"{path}2")
    (tmp_path / "reference2" / "block-00000-00000.f32").write_bytes(b"1234")
    with pytest.raises(ValueError, match="1 files are missing or have another length, such as block-00000-00000"):
        metrics.evaluate(frames[0], metrics.ReferenceStatistics.load(f"{path}2"), "fid", features=extractor)
    (tmp_path / "reference2" / "reference.json").write_text("[]")
    with pytest.raises(ValueError, match="`path` must hold reference statistics. .* reference.json is damaged"):
        metrics.ReferenceStatistics.load(f"{path}2")
