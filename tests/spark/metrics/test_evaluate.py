"""`metrics.evaluate` on a session: one extraction, the same bits, classes, odd inputs."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from golden_features import features as golden_features
from local_side import local_sides
from mean_colours import MeanColours
from pyspark.sql import functions as F
from pyspark.sql.types import LongType, StringType
from silent_extractor import Silent

from bigdl_gan import images, metrics
from bigdl_gan.metrics import feature_set
from bigdl_gan.metrics.evaluation import METRICS
from bigdl_gan.metrics.kernel_distance import subset_distances_of
from bigdl_gan.metrics.sides import Sides

RNG = np.random.default_rng(0)
FAKES = RNG.integers(0, 256, (60, 6, 8, 1), dtype=np.uint8)
REALS = RNG.integers(20, 256, (70, 6, 8, 1), dtype=np.uint8)
NAMES = ["fid", "kid", "precision", "recall", "density", "coverage"]
FEW = r"ignore:(kid|precision|recall|density|coverage)\W .*:UserWarning"

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings(FEW)]


def features(pixels):
    return np.float32((pixels.reshape(len(pixels), 6, -1) / 255).mean(2))


@pytest.fixture(scope="module")
def sides(spark):
    """Fakes and reals with a label: even and odd ids."""
    frames = [images.from_numpy(spark, pixels) for pixels in (FAKES, REALS)]
    return [df.withColumn("label", (F.col("id") % 2).cast("int")) for df in frames]


@pytest.fixture(scope="module")
def found(spark, sides):
    extractor, before = MeanColours(spark), set(spark.sparkContext._jsc.getPersistentRDDs())
    with pytest.warns(UserWarning) as caught:
        results = metrics.evaluate(*sides, NAMES, features=extractor, seed=3)
    left = set(spark.sparkContext._jsc.getPersistentRDDs()) - before
    return results, extractor.n_rows.value, [str(warning.message) for warning in caught], left


def test_values_are_those_of_the_features_alone(found):
    here = local_sides(features(FAKES), features(REALS))
    results = found[0]
    for name in NAMES:
        expected = METRICS[name](metricName=name).figure(here)
        assert results[name].value == pytest.approx(expected.value, rel=1e-9), name
        if expected.standard_error is not None:
            assert results[name].standard_error == pytest.approx(expected.standard_error, rel=1e-9)


def test_features_are_extracted_once_and_released(found):
    assert found[1] == len(FAKES) + len(REALS) and not found[3]


def test_a_result_says_what_it_depends_on(found):
    kid, recall = found[0]["kid"], found[0]["recall"]
    assert (kid.n_fakes, kid.n_reals, kid.seed, recall.settings) == (60, 70, 3, {"k": 5, "boundary": "open"})
    assert kid.extractor == {"extractor": "mean colours", "layer": "rows", "resizing": "none"}
    assert {"bigdl_gan", "numpy", "pyspark", "pandas"} <= set(kid.versions)
    assert kid.interval[0] < kid.value < kid.interval[1]
    assert (kid.is_larger_better, recall.is_larger_better) == (False, True)
    assert repr(recall).startswith("recall = ") and "60 fakes, 70 reals, k=5" in repr(recall)


def test_classes(found, sides):
    by_class = found[0]["fid"].by_class
    assert sorted(by_class) == [0, 1] and by_class[1].n_fakes == 30 and by_class[1].n_reals == 35
    here = local_sides(features(FAKES[1::2]), features(REALS[1::2]))
    assert by_class[1].value == pytest.approx(metrics.FrechetDistance().figure(here).value, rel=1e-9)


def test_cautions_are_warned_of(found):
    assert any(message.startswith("kid: 100 subsets of 1000 need 1000 images") for message in found[2])
    assert any(message.startswith("recall: precision, recall") for message in found[2])


def test_as_frame_and_dict(found):
    frame = found[0].as_frame()
    assert len(frame) == 3 * len(NAMES) and isinstance(frame, pd.DataFrame)
    assert frame[frame["metric"] == "kid"]["label"].tolist() == ["", 0, 1]
    assert found[0].as_dict()["fid"]["by_class"]["1"]["n_reals"] == 35
    assert "recall" in found[0]._repr_html_() and list(found[0]) == NAMES
    with pytest.raises(KeyError, match="There is no result 'fad'. There are: fid, kid"):
        found[0]["fad"]


def feature_sets(spark, fakes, reals, partitions):
    """Rows of features, in order, in so many partitions."""
    sets = {}
    for side, values in (("fakes", fakes), ("reals", reals)):
        rows = [(i, None, [float(x) for x in row]) for i, row in enumerate(values)]
        df = spark.createDataFrame(spark.sparkContext.parallelize(rows, partitions),
                                   "id long, label string, features array<float>")  # fmt: skip
        sets[side] = feature_set.from_frame(side, df, id_type=LongType(), label_type=StringType())
    return sets


@pytest.mark.slow
def test_on_executors(spark, monkeypatch):
    """Small sides lie on the driver; here they do not. Same partitions, same bits; five partitions and two tables."""
    monkeypatch.setattr(feature_set, "DRIVER_BYTES", 0)
    names, here = ["fid", "kid", "density"], local_sides(features(FAKES), features(REALS))
    found = []
    for partitions, table_rows, some in ((5, 40, names), (5, 40, ["fid"]), (2, 999, names[:2])):
        monkeypatch.setattr(feature_set, "TABLE_BYTES", 4 * 6 * table_rows)
        sets = feature_sets(spark, features(FAKES), features(REALS), partitions)
        sides = Sides(sets, seed=0)
        found.append([METRICS[name](metricName=name).figure(sides) for name in some])
        for one in sets.values():
            one.release()
    assert found[0][0][:3] == found[1][0][:3]
    for name, figure, again in zip(names, found[0], [*found[2], None]):
        expected = METRICS[name](metricName=name).figure(here)
        np.testing.assert_allclose(figure.value, expected.value, rtol=1e-9)
        if again is not None:
            np.testing.assert_allclose([again.value, again.standard_error], figure[:2], rtol=1e-9)


@pytest.mark.slow
def test_subsets_are_torch_fidelitys(spark):
    """Features of golden.json, in three partitions."""
    golden = json.loads((Path(__file__).parents[2] / "unit" / "metrics" / "golden.json").read_text())
    case = "few directions"
    sets = feature_sets(spark, *golden_features(case), 3)
    try:
        found = subset_distances_of(*sets.values(), n_subsets=7, size=100, seed=2020)
    finally:
        for one in sets.values():
            one.release()
    expected = golden["cases"][case]["torch-fidelity"]
    np.testing.assert_allclose(
        [found.mean(), found.std()], [expected["subset_mean"], expected["subset_deviation"]], rtol=1e-6
    )


@pytest.mark.parametrize("change, error, match", [
    ({"metrics": ["fad"]}, ValueError, "`metrics` must hold names among fid, .* Received: 'fad'"),
    ({"metrics": []}, ValueError, "`metrics` must name a metric at least. Received: none"),
    ({"metrics": ["kid", "kid"]}, ValueError, "must name each metric once. Received: kid more than once"),
    ({"metrics": [3]}, TypeError, "`metrics` must hold names or evaluators"),
    ({"metrics": [metrics.PrecisionRecall(k=0)]}, ValueError, "`k` must be positive. Received: k=0"),
    ({"features": 3}, TypeError, "`features` must be a feature extractor .* Received: int"),
    ({"image_col": "picture"}, ValueError, "`fakes`: `image_col` must name a column of .* image_col='picture'"),
    ({"label_col": "class"}, ValueError, "`label_col` must name a column of both DataFrames. Received: .*'class'"),
    ({"seed": 0.5}, TypeError, "`seed` must be an integer"),
    ({"reals": "hdfs:///reals"}, TypeError, "`reals` takes a Spark DataFrame. Received: str"),
])  # fmt: skip
def test_bad_arguments(sides, change, error, match):
    arguments = {"reals": sides[1], "metrics": ["kid"], "features": Silent(), **change}
    with pytest.raises(error, match=match):
        metrics.evaluate(sides[0], **arguments)


@pytest.mark.slow
def test_labels_of_two_kinds(spark, sides):
    texts = sides[1].withColumn("label", F.concat(F.lit("digit "), "label"))
    with pytest.warns(UserWarning, match="No label is on both sides, so no class is measured by itself"):
        assert not metrics.evaluate(sides[0], texts, "recall", features=MeanColours(spark))["recall"].by_class


def test_empty_frames(spark, sides):
    before = set(spark.sparkContext._jsc.getPersistentRDDs())
    with pytest.raises(ValueError, match="`reals` must have an image at least. Received: an empty DataFrame"):
        metrics.evaluate(sides[0], sides[1].where("id < 0"), "kid", features=MeanColours(spark))
    assert set(spark.sparkContext._jsc.getPersistentRDDs()) <= before
    with pytest.raises(ValueError, match="`fakes` must have at least 6 images for recall. Received: 3"):
        metrics.evaluate(sides[0].where("id < 3"), sides[1], "recall", features=MeanColours(spark))
