"""A user's mistakes: each error's message, and how far training had come by then."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bigdl.dllib.keras.layers import (
    Activation,
    Convolution2D,
    Dense,
    Embedding,
    Flatten,
    Input,
    KerasLayerWrapper,
    Reshape,
    merge,
)
from bigdl.dllib.keras.models import Model, Sequential
from bigdl.dllib.keras.optimizers import Adam as KerasAdam
from bigdl.dllib.nn import layer as nn
from bigdl.dllib.optim.optimizer import SGD, Adagrad, Default, Poly
from pyspark import SparkConf
from pyspark.sql.functions import udf
from pyspark.sql.utils import PythonException

import bigdl_gan
from bigdl_gan import GANEstimator, GANModel
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import building
from bigdl_gan.training import assembly

WITHOUT_JARS = """
from pyspark.sql import SparkSession
SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
from bigdl_gan.networks import dcgan
dcgan.generator(28, 1)
"""


@pytest.fixture(autouse=True)
def no_training(monkeypatch):
    """Every check runs before training: this must not be reached."""
    monkeypatch.setattr(assembly, "Loop", lambda *args, **options: pytest.fail("The training started."))


def sequential(*layers):
    with building():
        model = Sequential()
        for make in layers:
            model.add(make())
    return model


def discriminator(*ends, shape=(1, 4, 4)):
    return sequential(lambda: Flatten(input_shape=shape), *ends)


def generator(*ends, values=16):
    return sequential(lambda: Dense(values, input_shape=(3,)), *ends)


SIGMOIDS = {
    "activation": [lambda: Dense(1), lambda: Activation("sigmoid")],
    "argument": [lambda: Dense(1, activation="sigmoid", name="dense_1")],
    "then a reshape": [lambda: Dense(1), lambda: Activation("sigmoid"), lambda: Reshape((1,))],
}
NAMED = {"argument": "activation='sigmoid' of Dense 'dense_1'"}


@pytest.mark.parametrize("name", SIGMOIDS)
def test_a_discriminator_ending_in_a_sigmoid(noise, dense_gan, refused, name):
    layer = NAMED.get(name, "Activation 'Activation[0-9a-f]*'")
    message = f"`discriminator` must end in a logit, without a sigmoid. Received: {layer} at its end. Remove it"
    refused(dense_gan(discriminator=discriminator(*SIGMOIDS[name])), noise, ValueError, message)


@pytest.mark.parametrize(
    "ends, shape",
    [
        ([lambda: Dense(2)], r"\(2,\)"),
        ([lambda: Dense(1), lambda: Reshape((1, 1))], r"\(1, 1\)"),
        ([lambda: Dense(16), lambda: Reshape((1, 4, 4)), lambda: Convolution2D(1, 2, 2)], r"\(1, 3, 3\)"),
    ],
    ids=["two", "matrix", "patches"],
)
def test_a_discriminator_not_in_one_logit(noise, dense_gan, refused, ends, shape):
    message = rf"`discriminator` must end in one logit, shape \(1,\). Received: shape {shape}. End it in Flatten"
    refused(dense_gan(discriminator=discriminator(*ends)), noise, ValueError, message)


def test_a_discriminator_of_two_channels(noise, dense_gan, refused):
    message = r"`discriminator` must take images .* with 1 or 3 channels. Received: input shape \(2, 4, 4\)"
    gan = dense_gan(discriminator=discriminator(lambda: Dense(1), shape=(2, 4, 4)))
    refused(gan, noise, ValueError, message)


@pytest.mark.parametrize("values, shape", [(16, (1, 2, 8)), (48, (3, 4, 4)), (16, (16,))], ids=str)
def test_a_generator_whose_output_does_not_fit(noise, dense_gan, refused, values, shape):
    gan = dense_gan(generator=generator(lambda: Reshape(shape), lambda: Activation("tanh"), values=values))
    received = str(shape).replace("(", r"\(").replace(")", r"\)")
    message = rf"`generator` must give what the .* takes. Received: generator output {received}, .* input \(1, 4, 4\)"
    refused(gan, noise, ValueError, message)


@pytest.mark.parametrize(
    "make, why",
    [
        (lambda: KerasLayerWrapper(nn.Transpose([(1, 2)]), name="odd"), "its output does not keep the batch axis"),
        (lambda: Embedding(5, 3, name="odd"), r"dllib cannot run it on inputs of shape \(16\)"),
    ],
    ids=["turns", "fails"],
)
def test_a_layer_that_cannot_run(noise, dense_gan, refused, make, why):
    message = f"Every layer of the discriminator must be able to run. Received: .* 'odd', but {why}"
    refused(dense_gan(discriminator=discriminator(make, Flatten, lambda: Dense(1))), noise, ValueError, message)


def test_a_network_of_two_outputs(noise, dense_gan, refused):
    with building():
        image = Input(shape=(1, 4, 4))
        model = Model(image, [Dense(1)(Flatten()(image)), Dense(1)(Flatten()(image))])
    message = "Every layer of the discriminator must be able to run. Received: .* it has 1 inputs and 2 outputs"
    refused(dense_gan(discriminator=model), noise, ValueError, message)


def test_a_network_whose_second_input_is_no_label_vector(noise, dense_gan, refused):
    with building():
        one, other = Input(shape=(1, 4, 4)), Input(shape=(1, 4, 4))
        model = Model([one, other], merge([one, other], mode="sum"))
    message = "Every layer of the generator must be able to run. Received: generator, but its input is .* one tensor"
    refused(dense_gan(generator=model), noise, ValueError, message)


@pytest.mark.parametrize(
    "params, kind, message",
    [
        ({"loss": "lsgan2"}, ValueError, "`loss` must be one of .*non_saturating.* Received: loss='lsgan2'"),
        ({"updateRule": "both"}, ValueError, "`updateRule` must be one of sim.*, alternating. Received: .*'both'"),
        ({"batchSize": 0}, ValueError, "`batchSize` must be positive. Received: batchSize=0"),
        ({"maxIter": -1}, ValueError, "`maxIter` must be positive. Received: maxIter=-1"),
        ({"maxEpochs": 0.0}, ValueError, "`maxEpochs` must be positive. Received: maxEpochs=0.0"),
        ({"nCritic": 2, "updateRule": "simultaneous"}, ValueError,
         "`nCritic` must be 1 with the simultaneous rule. Received: nCritic=2. Set "),
        ({"labelSmoothing": 0.5}, ValueError, "`labelSmoothing` must be a number from 0 to below 0.5, or a pair.* R"),
        ({"labelSmoothing": 0.1, "loss": "hinge"}, ValueError,
         r"`labelSmoothing` must be 0 with loss='hinge', which has no labels. Received: labelSmoothing=\[0.1, 0.0\]"),
        ({"labelSmoothing": (0.0, 0.1), "loss": "relativistic_paired"}, ValueError,
         "`labelSmoothing` must be 0 .* Set it to 0, or loss to one of least_squares, minimax, non_saturating, re"),
        ({"leCam": -0.1}, ValueError, "`leCam` must be at least 0. Received: leCam=-0.1"),
        ({"generator": "dcgan"}, TypeError, "`generator` must be a dllib Keras model, .* Received: str"),
        ({"generatorOptimizer": "adam"}, TypeError, "`generatorOptimizer` must be .*optimizers.Adam, .* Received: str"),
        ({"imageCol": "picture"}, ValueError, "`imageCol` must name a column .* Received: imageCol='picture'"),
        ({"imageCol": "id"}, TypeError, "`id` must hold Spark's image struct, .* Received: bigint"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_params(noise, dense_gan, refused, params, kind, message):
    refused(dense_gan(**params), noise, kind, message)


def test_no_networks(noise, refused):
    message = "`generator` must be set. Received: nothing. Pass a dllib Keras model"
    refused(GANEstimator(maxIter=1), noise, ValueError, message)


def test_neither_max_iter_nor_max_epochs(noise, dense_networks, refused):
    message = "`maxIter` or `maxEpochs` must be set. Received: neither. Set maxEpochs=5, for example."
    refused(GANEstimator(**dense_networks()), noise, ValueError, message)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Adagrad(), "must be dllib's Adam, SGD or RMSprop, or one of .* Received: com.*Adagrad"),
        (lambda: SGD(leaningrate_schedule=Poly(0.5, 10)), r"must have one learning rate, .* SGD with a .* \(Poly\)"),
        (lambda: KerasAdam(schedule=Poly(0.5, 10)), r"must have one learning rate, .* Adam with a schedule \(Poly\)"),
        (lambda: KerasAdam(weight_decay=0.1), "must have one learning rate, .* Adam with weight_decay"),
    ],
    ids=["Adagrad", "schedule", "Keras's Adam with a schedule", "Keras's Adam with weight decay"],
)
def test_other_optimizers(noise, dense_gan, refused, make, message):
    with bridge.quiet_dllib():
        optimizer, constant = make(), SGD(leaningrate_schedule=Default())
    refused(dense_gan(discriminatorOptimizer=optimizer), noise, ValueError, f"`discriminatorOptimizer` {message}")
    gan = dense_gan(generatorOptimizer=constant, loss="none")  # accepted as an optimiser
    refused(gan, noise, ValueError, "`loss` must be one of")


def of(size=4, channels=1, count=4, seed=0):
    return list(np.random.default_rng(seed).integers(0, 256, size=(count, size, size, channels), dtype=np.uint8))


@pytest.mark.parametrize(
    "arrays, message",
    [
        ([], "The DataFrame must hold images in `image`. Received: an empty DataFrame"),
        (of(8), "images of the discriminator's size: height=4, width=4, .* Received: 4 of 4 with height=8, width=8"),
        (of() + of(5)[:1], "Received: 1 of 5 with height=5, width=5, nChannels=1, mode=0, the first from '4.png'"),
        (of(channels=3), "height=4, width=4, nChannels=1, mode=0. Received: 4 of 4 with .* nChannels=3, mode=16"),
        (of() + [None, None], r"`image` must hold no null images. Received: 2 of 6. Drop them: df.dropna\(subset="),
        ([None], "`image` must hold no null images. Received: 1 of 1"),
        (of(count=7), r"`batchSize` must not exceed the number of images \(7\). Received: batchSize=8"),
    ],
    ids=["empty", "size", "sizes", "channels", "nulls", "all null", "few"],
)
def test_images(frame, dense_gan, spark, arrays, message):
    persisted = set(spark.sparkContext._jsc.getPersistentRDDs())
    with pytest.raises(ValueError, match=message):
        dense_gan().fit(frame(arrays))
    assert set(spark.sparkContext._jsc.getPersistentRDDs()) == persisted


def test_images_with_fields_missing(spark, noise, dense_gan):
    fields = "'x' as origin, image.height, image.width, image.nChannels, image.mode"
    with pytest.raises(ValueError, match="`image` must hold no null images. Received: 48 of 48"):
        dense_gan().fit(noise.selectExpr(f"struct({fields}, binary(null) as data) as image"))
    with pytest.raises(ValueError, match=r"images of height x width x nChannels bytes. Received: .* with 3 bytes"):
        dense_gan().fit(noise.selectExpr(f"struct({fields}, binary('abc') as data) as image"))


def test_a_python_function_that_fails(noise, dense_gan):
    """A user's own error while computing the images is passed on unchanged."""
    fails = udf(lambda value: 1 // 0, "boolean")
    with pytest.raises(PythonException, match="ZeroDivisionError"):
        dense_gan().fit(noise.where(fails("id")))


def test_a_batch_that_cannot_be_dealt(noise, dense_gan, refused, monkeypatch):
    json_of = bridge.call_json
    three = [{"id": str(i), "host": "h", "cores": 1} for i in range(3)]
    monkeypatch.setattr(bridge, "call_json", lambda name, *a: three if name == "listExecutors" else json_of(name, *a))
    message = r"`batchSize` must be a multiple of the number of executors \(3\). Received: batchSize=8. Use 6 or 9"
    refused(dense_gan(), noise, ValueError, message)


def test_dynamic_allocation(noise, dense_gan, refused, monkeypatch):
    settings = [("spark.dynamicAllocation.enabled", "true"), ("spark.dynamicAllocation.maxExecutors", "4")]
    monkeypatch.setattr(SparkConf, "getAll", lambda conf: settings)
    message = "The number of executors must be fixed .* minExecutors=0 and maxExecutors=4. Set spark.dynamicAllocation"
    refused(dense_gan(), noise, RuntimeError, message)


class ConnectFrame:
    """Like a Spark Connect DataFrame: not the classic class, and from this module."""


ConnectFrame.__module__ = "pyspark.sql.connect.dataframe"


@pytest.mark.parametrize("verb", ["fit", "transform"])
def test_spark_connect(dense_gan, verb):
    stage = dense_gan() if verb == "fit" else GANModel()
    with pytest.raises(RuntimeError, match=r"needs a classic Spark session, .* Use master\(...\) in place of remote"):
        getattr(stage, verb)(ConnectFrame())


@pytest.mark.long
def test_no_jars_on_the_session():
    root = Path(bigdl_gan.__file__).parents[1]  # Python finds the package in the working directory
    answer = subprocess.run([sys.executable, "-c", WITHOUT_JARS], capture_output=True, text=True, cwd=root)
    assert answer.returncode == 1
    error = answer.stderr.strip().splitlines()[-1]
    assert error.startswith("RuntimeError: Spark must be started with bigdl_gan's jars. Received: a running Spark")
    assert '--jars "$(python -m bigdl_gan jars)"' in error and all(str(jar) in error for jar in bigdl_gan.jar_paths())


def test_a_generator_that_is_never_dark(noise, dense_gan, refused):
    generator = sequential(lambda: Dense(16, input_shape=(3,), activation="sigmoid"), lambda: Reshape((1, 4, 4)))
    message = "`generator` must make images in .* Received: one that ends in sigmoid .* End it in tanh"
    refused(dense_gan(generator=generator), noise, ValueError, message)


def test_streams(spark, dense_gan, refused):
    rates = spark.readStream.format("rate").load()
    refused(dense_gan(), rates, ValueError, "must not be a stream. .* writeStream.foreachBatch")
