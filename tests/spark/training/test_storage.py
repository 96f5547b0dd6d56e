"""Where images are stored, and that the place does not change a training; random flips."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import functions as F

import bigdl_gan
from bigdl_gan.images import IMAGE_SCHEMA, from_array
from bigdl_gan.jvm import bridge

ROOT = Path(bigdl_gan.__file__).parents[1]
HEAP_MB, STORAGE_MB = 640, 204  # (640 - 300) x spark.memory.fraction


def weights(model):
    networks = (model.getGenerator(), model.getDiscriminator())
    return np.concatenate([w.ravel() for network in networks for w in network.get_weights()])


@pytest.mark.slow
@pytest.mark.parametrize("level", ["MEMORY_ONLY", "DISK_ONLY"])
@pytest.mark.parametrize("flip", [False, True])
def test_the_same_training_wherever_the_images_are(noise, dense_gan, level, flip):
    expected = dense_gan(maxIter=8, randomFlip=flip).fit(noise)
    np.testing.assert_array_equal(
        weights(dense_gan(maxIter=8, randomFlip=flip, storageLevel=level).fit(noise)), weights(expected)
    )
    assert list(bridge.call("resourceUse")) == [0, 0]


@pytest.mark.parametrize("partitions", [1, 7, 60])
@pytest.mark.slow
def test_few_and_many_partitions_hold_the_same_images(noise, dense_gan, partitions):
    """In the order of the rows; some partitions are empty."""
    expected = weights(dense_gan(maxIter=8).fit(noise.coalesce(1)))
    spark = noise.sparkSession
    dealt = spark.createDataFrame(spark.sparkContext.parallelize(noise.collect(), partitions), noise.schema)
    np.testing.assert_array_equal(weights(dense_gan(maxIter=8).fit(dealt)), expected)


@pytest.mark.long
@pytest.mark.parametrize("level", ["MEMORY_ONLY", "MEMORY_AND_DISK", "DISK_ONLY"])
def test_a_costly_frame_is_computed_once(spark, noise, dense_gan, level):
    counter = spark.sparkContext.accumulator(0)

    def costly(name):
        counter.add(1)
        return name

    column = F.udf(costly, "string").asNondeterministic()
    rows = noise.withColumn("image", F.col("image").withField("origin", column(F.col("image.origin"))))
    dense_gan(maxIter=12, storageLevel=level).fit(rows)
    assert counter.value == 48


def test_other_columns_do_not_travel(noise, dense_gan):
    """They are not computed either: this one would fail."""
    failing = F.udf(lambda name: 1 // 0, "int").asNondeterministic()
    dense_gan(maxIter=1).fit(noise.withColumn("label", failing(F.col("image.origin"))))


def test_an_image_column_with_a_dot(noise, dense_gan):
    df = noise.withColumnRenamed("image", "my.image")
    assert len(dense_gan(maxIter=1, imageCol="my.image").fit(df).history) == 1


@pytest.mark.long
def test_flips_mirror_half_of_what_is_drawn(spark, dense_gan, dense_networks):
    """One image whose mirror image is its negative: a single update shows whether it was flipped."""
    ramp = np.tile(np.array([0, 85, 170, 255], np.uint8)[None, :, None], (4, 1, 1))
    df = spark.createDataFrame([(from_array(ramp),)] * 8, f"image {IMAGE_SCHEMA.simpleString()}")
    plain, flipped = (dense_gan(maxIter=1, randomFlip=flip).fit(df) for flip in (False, True))
    again = dense_gan(maxIter=1, randomFlip=True).fit(df)
    assert (weights(plain) != weights(flipped)).any()
    np.testing.assert_array_equal(weights(flipped), weights(again))
    mirrored = spark.createDataFrame([(from_array(ramp[:, ::-1]),)] * 8, df.schema)
    assert (weights(dense_gan(maxIter=1).fit(mirrored)) != weights(flipped)).any()  # not all of them
    # A symmetric image is its own mirror image
    symmetric = spark.createDataFrame([(from_array(ramp // 2 + ramp[:, ::-1] // 2),)] * 8, df.schema)
    np.testing.assert_array_equal(
        weights(dense_gan(maxIter=1, randomFlip=True).fit(symmetric)), weights(dense_gan(maxIter=1).fit(symmetric))
    )


@pytest.mark.slow
def test_more_images_than_memory():
    """Four times Spark's storage memory, in a process with a small heap: it trains, and reads each image once."""
    found = run_main("more", 4 * STORAGE_MB)
    assert found["storage"] < 1.1 * STORAGE_MB * 2**20 and found["images"] * 3 * 64 * 64 >= 4 * STORAGE_MB * 2**20
    assert found["updates"] == 3 and found["finite"] and found["resources"] == [0, 0]
    assert "must fit its storage memory with storageLevel='MEMORY_ONLY'" in found["refused"]


@pytest.mark.slow
def test_disks_that_spark_encrypts(tmp_path):
    """Images stay in memory and may use more than half of Spark's; storage in the clear is refused."""
    found = run_main("encrypted", int(0.7 * STORAGE_MB), tmp_path)
    assert found["updates"] == 3 and found["finite"] and found["resources"] == [0, 0]
    assert found["files"] > 0 and found["in the clear"] == 0
    assert "must keep images in memory if spark.io.encryption.enabled=true" in found["DISK_ONLY"]
    assert "must fit its storage memory with storageLevel='MEMORY_ONLY'" in found["MEMORY_ONLY"]
    assert "must fit its storage memory if spark.io.encryption.enabled=true" in found["MEMORY_AND_DISK"]


def run_main(*arguments):
    """What `main` prints, in a process with a small heap."""
    command = [sys.executable, str(Path(__file__)), *map(str, arguments)]
    environment = {**os.environ, "SPARK_DRIVER_MEMORY": f"{HEAP_MB}m"}
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400)
    assert answer.returncode == 0, answer.stderr[-3000:]
    return json.loads(answer.stdout.splitlines()[-1])


def rows(spark, megabytes, size=64):
    """A DataFrame with the given megabytes of colour images, and their number."""
    from bigdl_gan.images import image_column

    n = -(-megabytes * 2**20 // (3 * size * size))
    return spark.range(0, n, 1, 8).selectExpr(
        "'' AS origin", f"{size} AS height", f"{size} AS width", "3 AS nChannels", "16 AS mode",
        f"unhex(repeat(sha2(cast(id AS string), 256), {3 * size * size // 32})) AS data",
    ).select(image_column()), n  # fmt: skip


def estimator(size=64):
    from bigdl.dllib.keras.layers import Activation, Dense, Flatten, Reshape
    from bigdl.dllib.keras.models import Sequential

    from bigdl_gan import GANEstimator
    from bigdl_gan.layers import building

    with building():
        generator, discriminator = Sequential(), Sequential()
        generator.add(Dense(3 * size * size, input_shape=(2,)))
        generator.add(Activation("tanh"))
        generator.add(Reshape((3, size, size)))
        discriminator.add(Flatten(input_shape=(3, size, size)))
        discriminator.add(Dense(1))
    return GANEstimator(generator=generator, discriminator=discriminator, batchSize=512, maxIter=3, callbacks=[])


def refusal(gan, df):
    """Why a training is refused; empty if it is not."""
    try:
        gan.fit(df)
    except (RuntimeError, ValueError) as error:
        return str(error)
    return ""


def encrypted(spark, megabytes, folder):
    """One training whose images fit and some whose images do not, with Spark's own files encrypted."""
    import hashlib

    from bigdl_gan.callbacks import Callback

    contents, (df, n) = [], rows(spark, megabytes)
    marks = [bytes.fromhex(hashlib.sha256(b"%d" % number).hexdigest()) * 3 for number in range(n)]

    class Look(Callback):
        def on_chunk(self, rows, training):
            contents.extend(file.read_bytes() for file in Path(folder).rglob("*") if file.is_file())

    gan = estimator()
    model = gan.copy().setCallbacks([Look()]).fit(df)
    far = rows(spark, 4 * megabytes)[0]
    names = ("MEMORY_AND_DISK", "MEMORY_ONLY", "DISK_ONLY")
    levels = {level: refusal(gan.setStorageLevel(level), far) for level in names}
    found = sum(some.find(mark) >= 0 for some in contents for mark in (marks[0], marks[n // 2], marks[-1]))
    return {**about(model), **levels, "files": len(contents), "in the clear": found}


def more(spark, megabytes):
    gan, (df, n) = estimator(), rows(spark, megabytes)
    model = gan.fit(df)
    probe = bridge.call_json("probeExecutors", bridge.java_session(spark))
    refused = refusal(gan.setStorageLevel("MEMORY_ONLY"), df)
    return {**about(model), "storage": probe["executors"][0]["storage"], "images": n, "refused": refused}


def about(model):
    return {
        "updates": len(model.history), "finite": bool(np.isfinite(weights(model)).all()),
        "resources": list(bridge.call("resourceUse")),
    }  # fmt: skip


def main():
    from pyspark.sql import SparkSession

    from bigdl_gan import configure

    kind, megabytes, *folder = sys.argv[1:]
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    if kind == "encrypted":
        builder = builder.config("spark.io.encryption.enabled", "true").config("spark.local.dir", folder[0])
    spark = configure(builder).getOrCreate()
    print(json.dumps(globals()[kind](spark, int(megabytes), *folder)))
    spark.stop()


if __name__ == "__main__":
    main()
