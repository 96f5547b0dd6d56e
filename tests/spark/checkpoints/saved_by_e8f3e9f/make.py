"""Saves what `test_old_models.py` loads: python make.py FOLDER, run with the version of bigdl_gan to preserve."""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, configure, datasets, images
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import Deconvolution2D, building, initialize
from bigdl_gan.networks import dcgan

spark = configure(SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")).getOrCreate()

from bigdl.dllib.keras.autograd import Lambda  # noqa: E402
from bigdl.dllib.keras.layers import (  # noqa: E402
    Activation,
    Convolution2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    PReLU,
    Reshape,
    UpSampling2D,
    merge,
)
from bigdl.dllib.keras.models import Model  # noqa: E402
from bigdl.dllib.optim.optimizer import SGD, RMSprop  # noqa: E402


def functional():
    """Networks with a wrapped layer, a branch, and a dllib autograd layer."""
    with building():
        latent = Input(shape=(3,))
        up = UpSampling2D((2, 2))(Reshape((2, 4, 4))(Dense(2 * 4 * 4)(latent)))
        left = Convolution2D(2, 3, 3, border_mode="same")(up)
        right = PReLU(2)(Deconvolution2D(2, 3, 3, border_mode="same")(up))
        summed = Lambda(lambda x: x * 0.5 + 0.1)(merge([left, right], mode="sum"))
        generator = Model(latent, Activation("tanh")(Convolution2D(1, 3, 3, border_mode="same")(summed)))
        image = Input(shape=(1, 8, 8))
        wide = Convolution2D(2, 3, 3, border_mode="same", activation="relu")(image)
        joined = merge([wide, Convolution2D(3, 1, 1)(image)], mode="concat", concat_axis=1)
        discriminator = Model(image, Dense(1)(Dropout(0.2)(Flatten()(MaxPooling2D((2, 2))(joined)))))
    return initialize(generator, stddev=0.2, seed=0), discriminator


def pixels(model):
    return [bytes(row["image"]["data"]).hex() for row in model.generate(3, seed=1).collect()]


out = Path(sys.argv[1])
digits = datasets.mnist(spark).limit(64).cache()
model = GANEstimator(
    generator=initialize(dcgan.generator(28, 1, 5, 4), stddev=0.2, seed=0),
    discriminator=dcgan.discriminator(28, 1, 4), batchSize=8, maxIter=3, seed=4, callbacks=[], outputCol="made",
    checkpointDir=str(out / "checkpoints"), keepCheckpoints=1,
).fit(digits)  # fmt: skip
model.clear(model.checkpointDir)
model.save(str(out / "dcgan"))
expected = {"dcgan": pixels(model)}

generator, discriminator = functional()
with bridge.quiet_dllib():
    optimizers = {
        "generatorOptimizer": SGD(learningrate=0.05, momentum=0.5, dampening=0.0),
        "discriminatorOptimizer": RMSprop(learningrate=0.02, decayrate=0.8),
    }
estimator = GANEstimator(
    generator=generator, discriminator=discriminator, batchSize=8, maxIter=2, loss="minimax",
    updateRule="alternating", nCritic=2, **optimizers,
)  # fmt: skip
estimator.save(str(out / "functional_estimator"))
model = estimator.setCallbacks([]).fit(images.prepare(digits, 8, channels=1, minSide=8))
model.save(str(out / "functional"))
expected["functional"] = pixels(model)
(out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
spark.stop()
