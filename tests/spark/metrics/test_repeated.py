"""Several fakes against the same reals: a DataFrame's, or saved ones."""

import numpy as np
import pytest
from mean_colours import MeanColours
from pyspark.sql import functions as F

from bigdl_gan import images, metrics
from bigdl_gan.metrics.repeated import Repeated

RNG = np.random.default_rng(0)
REALS = RNG.integers(20, 256, (40, 6, 8, 1), dtype=np.uint8)
FAKES = [RNG.integers(0, high, (40, 6, 8, 1), dtype=np.uint8) for high in (256, 200)]


@pytest.mark.slow
def test_saved_reals_give_the_same_and_are_extracted_once(spark, tmp_path):
    extractor, path = MeanColours(spark), str(tmp_path / "reference")
    reals = images.from_numpy(spark, REALS).withColumnRenamed("image", "picture")
    metrics.ReferenceStatistics.write(reals, path, features=extractor, image_col="picture")
    fakes = [images.from_numpy(spark, pixels) for pixels in FAKES]
    found, counts, persisted = [], [], set(spark.sparkContext._jsc.getPersistentRDDs())
    for source in (reals, metrics.ReferenceStatistics.load(path)):
        before = extractor.n_rows.value
        repeated = Repeated(
            source, ["kid", "coverage", "diversity"] if source is reals else ["kid", "coverage"], features=extractor,
            seed=0, image_col="picture", held_out=None,
        )  # fmt: skip
        found.append([repeated.measure(df) for df in fakes])
        counts.append(extractor.n_rows.value - before)
        repeated.release()
    assert counts == [40 + 80, 80] and set(spark.sparkContext._jsc.getPersistentRDDs()) <= persisted
    for name in ("kid", "coverage"):
        values = np.array([[one[name].value for one in results] for results in found])
        np.testing.assert_allclose(values[1], values[0], rtol=1e-9)
        assert values[0, 0] != values[0, 1]
    assert found[0][0]["diversity"].n_reals == 40
    alone = metrics.evaluate(
        fakes[1], reals.withColumn("image", F.col("picture")), [metrics.KID(nSubsets=0)], features=extractor
    )
    assert alone["kid"].value == pytest.approx(found[0][1]["kid"].value, rel=1e-9)
