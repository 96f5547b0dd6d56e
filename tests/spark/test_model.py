"""Images from a trained generator: the same for an id wherever it is computed, and equal to the Keras model's."""

import copy
import gc
import pickle
import time

import numpy as np
import pytest
from bigdl.dllib.keras.layers import Activation, Convolution2D, Dense, Reshape, UpSampling2D
from bigdl.dllib.keras.models import Sequential
from py4j.protocol import Py4JJavaError
from pyspark.ml.linalg import DenseVector, Vectors, VectorUDT
from pyspark.sql.functions import col, udf
from pyspark.sql.types import ArrayType, DoubleType, FloatType, LongType, StructField, StructType

from bigdl_gan import GANModel
from bigdl_gan.images import IMAGE_SCHEMA, to_array
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import building

LATENTS = np.random.default_rng(2).normal(size=(5, 5)).astype(np.float32)


@pytest.fixture(scope="module")
def model(digits, digit_gan):
    # 5 latents: with them, a pixel near a half tells whether a row's place in the batch decides how it is rounded
    return digit_gan(maxIter=3, outputCol="image").fit(digits)


@pytest.fixture(scope="module")
def latents(spark):
    """Makes a DataFrame(id, z) with LATENTS in a column of the given type; `convert` turns lists into its values."""

    def make(data_type, convert, rows=LATENTS):
        schema = StructType([StructField("id", LongType()), StructField("z", data_type)])
        return spark.createDataFrame([(i, convert(row.tolist())) for i, row in enumerate(rows)], schema)

    return make


@pytest.fixture(scope="module")
def of_latents(model):
    return model.copy({model.latentCol: "z"})


def evaluate(network, z):
    """dllib's own forward pass, with the running statistics; (N, C, H, W)."""
    network.set_evaluate_status()
    return network.forward(z)


@pytest.mark.long
def test_schema(model):
    df = model.generate(3)
    assert df.columns == ["id", "image"]
    assert df.schema["id"].dataType == LongType() and df.schema["image"].dataType == IMAGE_SCHEMA
    rows = df.collect()
    assert [row["id"] for row in rows] == [0, 1, 2]
    assert {to_array(row["image"]).shape for row in rows} == {(28, 28, 1)}


def test_none(model):
    assert model.generate(0).collect() == []


@pytest.mark.parametrize(
    "n, seed, kind, message",
    [
        (-1, None, ValueError, "`n` must be an integer from 0 to .* Received: n=-1."),
        (2.9, None, TypeError, "`n` must be an integer from 0 .* Received: n=2.9"),
        ("10", None, TypeError, "`n` must be an integer from 0 .* Received: n='10'"),
        (True, None, TypeError, "`n` must be an integer from 0 .* Received: n=True"),
        (1, 1.5, TypeError, "`seed` must be an integer from .* Received: seed=1.5"),
        (1, "x", TypeError, "`seed` must be an integer from .* Received: seed='x'"),
        (1, 2**64, ValueError, "`seed` must be an integer from .* Received: seed=18446744073709551616"),
    ],
)
def test_numbers_that_generate_refuses(model, n_jobs, n, seed, kind, message):
    before = n_jobs()
    with pytest.raises(kind, match=message):
        model.generate(n, seed=seed)
    assert n_jobs() == before


def test_seeds_of_64_bits(model, pixels):
    """Numbers beyond Java's long stand for the long with the same bits."""
    assert pixels(model.generate(2, seed=2**64 - 1)) == pixels(model.generate(2, seed=np.int64(-1)))
    assert pixels(model.generate(2, seed=2**63)) != pixels(model.generate(2, seed=0))
    assert pixels(model.copy().setSeed(2**63).generate(2)) == pixels(model.generate(np.int32(2), seed=-(2**63)))


@pytest.mark.long
def test_an_image_depends_on_seed_and_id_alone(spark, model, pixels):
    reference = pixels(model.generate(70, seed=3))  # more than two batches
    assert len(set(reference.values())) == 70
    ids = spark.range(70)
    some_empty = ids.repartition(90)
    dealt = [ids.coalesce(1), ids.repartition(5), ids.orderBy(-col("id")), some_empty]
    seeded = model.copy({model.seed: 3})
    for df in [*dealt, ids.limit(7), ids.where("id % 3 = 1"), ids.select(col("id").cast("int"))]:
        found = pixels(seeded.transform(df))
        assert found and all(reference[i] == image for i, image in found.items())
    assert pixels(model.generate(4, seed=3).repartition(3)) == {i: reference[i] for i in range(4)}
    assert not set(pixels(model.generate(70, seed=4)).values()) & set(reference.values())


def test_the_seed_is_the_params_unless_given(model, pixels):
    seeded = model.copy().setSeed(9)
    assert pixels(seeded.generate(2)) == pixels(model.generate(2, seed=9)) != pixels(model.generate(2))
    assert pixels(seeded.generate(2, seed=0)) == pixels(model.generate(2, seed=0))


def test_no_job_runs_before_an_action(spark, model, of_latents, latents, n_jobs):
    rows = latents(ArrayType(FloatType()), list)
    before = n_jobs()
    df, others = model.generate(10), of_latents.transform(rows).select("image")
    assert n_jobs() == before
    df.count(), others.count()
    assert n_jobs() > before


@pytest.mark.parametrize(
    "data_type, convert",
    [
        (ArrayType(FloatType()), list),
        (ArrayType(DoubleType()), list),
        (VectorUDT(), DenseVector),
        (VectorUDT(), lambda values: Vectors.sparse(len(values), list(range(len(values))), values)),
    ],
    ids=["floats", "doubles", "dense", "sparse"],
)
def test_latents_of_every_type_give_the_networks_own_images(of_latents, latents, data_type, convert):
    """The returned model holds the trained weights and running statistics: dllib computes the same images."""
    rows = of_latents.transform(latents(data_type, convert)).orderBy("id").collect()
    expected = evaluate(of_latents.getGenerator(), LATENTS)[:, 0] * 127.5 + 127.5  # (N, 28, 28) in grey levels
    received = np.stack([to_array(row["image"])[:, :, 0] for row in rows]).astype(float)
    np.testing.assert_allclose(received, expected, atol=1)  # grey levels
    assert expected.std() > 1


def test_colours_come_in_the_networks_order(frame, dense_gan, dense_networks, spark):
    """Red is the networks' first channel and the image struct's last."""
    arrays = list(np.random.default_rng(3).integers(0, 256, size=(16, 4, 4, 3), dtype=np.uint8))
    model = dense_gan(**dense_networks(channels=3)).setParams(latentCol="z", outputCol="image").fit(frame(arrays))
    z = np.random.default_rng(4).normal(size=(2, 3)).astype(np.float32)
    df = model.transform(spark.createDataFrame([(row.tolist(),) for row in z], "z array<float>"))
    received = np.stack([to_array(row["image"]) for row in df.collect()]).astype(float)
    expected = evaluate(model.getGenerator(), z).transpose(0, 2, 3, 1) * 127.5 + 127.5
    np.testing.assert_allclose(received, expected, atol=1)  # grey levels
    assert np.abs(expected - expected[..., ::-1]).max() > 10


def test_transform_keeps_the_other_columns(spark, model, pixels):
    df = spark.range(3).selectExpr("id as number", "id * 2 as other", "'x' as image")
    named = model.copy({model.idCol: "number", model.outputCol: "fake"})
    rows = named.transform(df).collect()
    assert [(row["number"], row["other"], row["image"]) for row in rows] == [(0, 0, "x"), (1, 2, "x"), (2, 4, "x")]
    assert [bytes(row["fake"]["data"]) for row in rows] == list(pixels(model.generate(3)).values())


def test_transform_of_no_rows(spark, model):
    assert model.transform(spark.range(0)).collect() == []
    assert model.transform(spark.range(10).where("id > 20")).count() == 0


@pytest.mark.parametrize("length", [0, 4, 6])
def test_latents_of_another_length(of_latents, latents, length):
    df = latents(ArrayType(FloatType()), list, np.zeros((2, length), np.float32))
    with pytest.raises(Py4JJavaError, match=f"A latent must have the generator's 5 numbers. Received: {length}"):
        of_latents.transform(df).collect()


def test_nulls(spark, model, of_latents):
    with pytest.raises(Py4JJavaError, match="An id must be a whole number. Received: null"):
        model.transform(spark.sql("select cast(null as long) as id")).collect()
    with pytest.raises(Py4JJavaError, match="A latent's elements must be numbers. Received: null"):
        of_latents.transform(spark.sql("select array(1f, null, 1f, 1f, 1f) as z")).collect()


@pytest.mark.parametrize(
    "columns, params, message",
    [
        (["id", "id as image"], {}, "`outputCol` must be a new column. Received: outputCol='image', which the"),
        (["id as x"], {}, "`idCol` must name a column of the DataFrame. Received: idCol='id', columns: x"),
        (["string(id) as id"], {}, "`idCol` must have type .*int, bigint. Received: id of type string"),
        (["id"], {"latentCol": "z"}, "`latentCol` must name a column of the DataFrame. Received: latentCol='z'"),
        (["id as z"], {"latentCol": "z"}, "`latentCol` must have type array<float>, .* Received: z of type bigint"),
        (["array(id) as z"], {"latentCol": "z"}, "Received: z of type array<bigint>"),
    ],
)
def test_transform_refuses_before_any_job(spark, model, n_jobs, columns, params, message):
    df, before = spark.range(3).selectExpr(*columns), n_jobs()
    with pytest.raises(ValueError, match=message):
        model.copy({model.getParam(name): value for name, value in params.items()}).transform(df)
    assert n_jobs() == before


def test_generating_leaves_no_native_memory(model):
    model.generate(5).limit(1).collect()
    assert list(bridge.call("resourceUse")) == [0, 0]


def test_a_python_function_that_ends_early_leaves_none(model):
    """A separate Spark thread feeds the Python worker, and may still generate when the task ends."""
    doubled = udf(lambda image: 2, "int")
    for _ in range(5):
        assert model.generate(5000).select(doubled("image")).limit(3).count() == 3
    deadline = time.monotonic() + 20
    while list(bridge.call("resourceUse")) != [0, 0] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list(bridge.call("resourceUse")) == [0, 0]


def test_a_model_without_networks_says_so(spark):
    with pytest.raises(ValueError, match="`generator` must be set"):
        GANModel().generate(1)


def test_a_copy_shares_nothing_that_can_change(model, spark):
    other = model.copy()
    other.history[0]["iteration"] = 77
    other.history.clear()
    assert model.iteration == 3 and model.history[0]["iteration"] == 1 and other.iteration == 0


@pytest.mark.parametrize("dump", [pickle.dumps, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_pickling_is_refused_with_the_remedy(model, dump):
    with pytest.raises(TypeError, match=r"A GANModel cannot be pickled: .* Save it with write\(\).save\(path\)"):
        dump(model)


@pytest.mark.long
def test_images_are_made_in_the_session_of_the_training(spark, digits, digit_gan):
    other = spark.newSession()
    theirs = other.createDataFrame(digits.collect(), digits.schema)
    model = digit_gan().fit(theirs)
    model.generate(3).createOrReplaceTempView("fakes")
    assert other.sql("select * from fakes").count() == 3
    assert "fakes" not in [table.name for table in spark.catalog.listTables()]


@pytest.mark.parametrize("verb", ["transform", "reconstruct", "score"])
def test_streams_are_refused_with_the_remedy(spark, model, verb):
    rates = spark.readStream.format("rate").load().selectExpr("value as id")
    message = rf"must not be a stream. .*\.foreachBatch\(lambda df, batch: model.{verb}\(df\)...\)"
    with pytest.raises(ValueError, match=message):
        getattr(model, verb)(rates)


def test_the_images_of_a_state_share_one_broadcast(spark, model, pixels):
    def sent():
        return spark.sparkContext._jvm.com.intel.analytics.bigdl.dllib.gan.Bridge.broadcasts()

    model.generate(1)
    before = sent()
    frames = [model.generate(2), model.generate(3, seed=4), model.copy().interpolate(LATENTS[:2], 2)]
    assert sent() == before
    first = pixels(frames[0])
    weights = model.getGenerator().get_weights()
    try:
        model.getGenerator().set_weights([w * 2 for w in weights])
        changed = pixels(model.generate(2))
        assert sent() == before + 1 and changed != first
        assert pixels(frames[0]) == first  # images of the state at the time of the request
    finally:
        model.getGenerator().set_weights(weights)


def test_a_generator_that_does_not_compile_releases_its_memory(spark, digit_gan, digits):
    """The last layer's activations exceed the limit for one piece of memory, after the others got theirs."""
    with building():
        generator = Sequential()
        generator.add(Dense(64, input_shape=(5,)))
        generator.add(Reshape((1, 8, 8)))
        generator.add(UpSampling2D((32, 32)))
        generator.add(Convolution2D(300, 1, 1))
        generator.add(Activation("tanh"))
    model = GANModel()._set(generator=generator)
    gc.collect()
    before = list(bridge.call("resourceUse"))
    for _ in range(2):
        with pytest.raises(Exception, match="fit 2 GB|2 GB on one executor"):
            model.generate(1).collect()
    assert list(bridge.call("resourceUse")) == before
