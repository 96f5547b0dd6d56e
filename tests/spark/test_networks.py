"""A user's own networks, sequential and functional, with other dllib layers."""

import numpy as np
import pytest
from bigdl.dllib.keras.layers import (
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Input,
    MaxPooling2D,
    PReLU,
    Reshape,
    UpSampling2D,
    merge,
)
from bigdl.dllib.keras.models import Model, Sequential

from bigdl_gan.images import to_array
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import building


def sequential():
    with building():
        generator, discriminator = Sequential(), Sequential()
        generator.add(Dense(2 * 4 * 4, input_shape=(3,)))
        generator.add(Reshape((2, 4, 4)))
        generator.add(BatchNormalization(momentum=0.1))
        generator.add(Activation("relu"))
        generator.add(UpSampling2D((2, 2)))
        generator.add(Convolution2D(1, 3, 3, border_mode="same", activation="tanh"))
        discriminator.add(Convolution2D(4, 3, 3, border_mode="same", input_shape=(1, 8, 8)))
        discriminator.add(PReLU(4))
        discriminator.add(MaxPooling2D((2, 2)))
        discriminator.add(Dropout(0.3))
        discriminator.add(GaussianNoise(0.1))  # drawn by dllib
        discriminator.add(Flatten())
        discriminator.add(Dense(1))
    return generator, discriminator


def functional():
    with building():
        latent = Input(shape=(3,))
        hidden = Reshape((2, 4, 4))(Dense(2 * 4 * 4)(latent))
        up = UpSampling2D((2, 2))(hidden)
        left = Convolution2D(2, 3, 3, border_mode="same")(up)
        right = PReLU(2)(Convolution2D(2, 1, 1)(up))
        summed = merge([left, right], mode="sum")
        generator = Model(latent, Activation("tanh")(Convolution2D(1, 3, 3, border_mode="same")(summed)))
        image = Input(shape=(1, 8, 8))
        wide = Convolution2D(2, 3, 3, border_mode="same", activation="relu")(image)
        narrow = Convolution2D(3, 1, 1)(image)
        joined = merge([wide, narrow], mode="concat", concat_axis=1)
        discriminator = Model(image, Dense(1)(Dropout(0.2)(Flatten()(MaxPooling2D((2, 2))(joined)))))
    return generator, discriminator


@pytest.fixture(scope="module")
def images(frame):
    return frame(list(np.random.default_rng(0).integers(0, 256, size=(24, 8, 8, 1), dtype=np.uint8)))


@pytest.mark.slow
@pytest.mark.parametrize("rule, n_critic", [("simultaneous", 1), ("alternating", 2)])
@pytest.mark.parametrize("build", [sequential, functional])
def test_trains(spark, images, dense_gan, build, rule, n_critic):
    generator, discriminator = build()
    gan = dense_gan(generator=generator, discriminator=discriminator, updateRule=rule, nCritic=n_critic, maxIter=4)
    first, again = gan.fit(images), gan.fit(images)
    assert np.isfinite([[row["loss/generator"], row["loss/discriminator"]] for row in first.history]).all()
    for role in ("generator", "discriminator"):
        weights = [stage.getOrDefault(role).get_weights() for stage in (gan, first, again)]
        for before, after, repeated in zip(*weights):
            assert not np.array_equal(before, after)
            np.testing.assert_array_equal(after, repeated)  # including the draws of dropout and noise
    assert list(bridge.call("resourceUse")) == [0, 0]


@pytest.mark.long
@pytest.mark.parametrize("build", [sequential, functional])
def test_generates_what_dllib_computes(spark, images, dense_gan, build):
    generator, discriminator = build()
    model = dense_gan(generator=generator, discriminator=discriminator, latentCol="z", outputCol="image").fit(images)
    z = np.random.default_rng(1).normal(size=(3, 3)).astype(np.float32)
    rows = model.transform(spark.createDataFrame([(row.tolist(),) for row in z], "z array<float>")).collect()
    model.getGenerator().set_evaluate_status()
    expected = model.getGenerator().forward(z).transpose(0, 2, 3, 1) * 127.5 + 127.5
    received = np.stack([to_array(row["image"]) for row in rows]).astype(float)
    np.testing.assert_allclose(received, expected, atol=1)  # grey levels
    assert expected.std() > 1
