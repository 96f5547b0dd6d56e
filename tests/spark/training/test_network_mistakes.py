"""Networks as a beginner may pass them: what the error says."""

import numpy as np
import pytest
from bigdl.dllib.keras.layers import Activation, Dense, Flatten, Input
from bigdl.dllib.keras.models import Model, Sequential

from bigdl_gan import layers
from bigdl_gan.layers import Conv2D, Conv2DTranspose, building
from bigdl_gan.networks import dcgan


def test_a_functional_discriminator_ending_in_a_sigmoid(noise, dense_gan, refused):
    with building():
        image = Input(shape=(1, 4, 4))
        model = Model(image, Dense(1, activation="sigmoid", name="last")(Flatten()(image)))
    message = "Received: activation='sigmoid' of Dense 'last' at its end"
    refused(dense_gan(discriminator=model), noise, ValueError, message)


@pytest.mark.parametrize("end", [
    lambda: Conv2D(1, 3, padding="same", activation="relu", name="last"),
    lambda: Conv2DTranspose(1, 3, padding="same", activation="sigmoid", name="last"),
    lambda: Conv2DTranspose(1, 2, padding="same", activation="softplus", name="last"),
], ids=["fused", "two parts", "three parts"])  # fmt: skip
def test_a_generator_whose_last_layer_has_an_activation(noise, dense_gan, refused, end):
    """A message names the layer as the user wrote it, not what dllib makes of it."""
    last = end()
    generator = layers.Sequential([layers.Input((3,)), layers.Dense(16), layers.Reshape((1, 4, 4)), last])
    message = rf"ends in {last.activation} \(activation='{last.activation}' of the layer 'last'\), .* End it in tanh"
    refused(dense_gan(generator=generator), noise, ValueError, message)


def test_a_generator_whose_last_layer_has_none(noise, dense_gan):
    last = Conv2DTranspose(1, 2, padding="same", name="last")  # a transposed convolution, and a layer that crops
    generator = layers.Sequential([layers.Input((3,)), layers.Dense(16), layers.Reshape((1, 4, 4)), last])
    with pytest.warns(RuntimeWarning, match=r"should end in tanh: .* ends in linear \(the layer 'last'\)"):
        dense_gan(generator=generator, maxIter=1).fit(noise)


def test_networks_swapped(noise, dense_gan, dense_networks, refused):
    networks = dense_networks()
    gan = dense_gan(generator=networks["discriminator"], discriminator=networks["generator"])
    message = r"Received: shape \(1, 4, 4\). Are generator and discriminator swapped\?"
    refused(gan, noise, ValueError, message)


def test_a_discriminator_of_images_channels_last(noise, dense_gan, refused):
    with building():
        turned = Sequential()
        turned.add(Flatten(input_shape=(4, 4, 1)))
        turned.add(Dense(1))
    gan = dense_gan(discriminator=turned)
    message = r"Received: input shape \(4, 4, 1\). Write input_shape=\(1, 4, 4\), and dim_ordering='th'"
    refused(gan, noise, ValueError, message)


def test_a_generator_of_flat_images(noise, dense_gan, refused):
    with building():
        flat = Sequential()
        flat.add(Dense(16, input_shape=(3,)))
        flat.add(Activation("tanh"))
    gan = dense_gan(generator=flat)
    refused(gan, noise, ValueError, r"generator output \(16,\), .* Add Reshape\(\(1, 4, 4\)\) to the generator")


def make_generator(*, width, seed=0):
    pytest.fail("called")


@pytest.mark.parametrize("given, received", [
    (dcgan.generator, r"the function generator. Call it: dcgan.generator\(image_size=..., channels=...\)\.$"),
    (make_generator, r"the function make_generator. Call it: make_generator\(width=...\)\.$"),
    (Sequential, r"the class Sequential. Call it: Sequential\(\)\.$"),
    (np.zeros(3), "numpy.ndarray"), (None, "NoneType"),
])  # fmt: skip
def test_what_is_no_network(noise, dense_gan, refused, given, received):
    message = f"`generator` must be a dllib Keras model, Sequential or Model. Received: {received}"
    refused(dense_gan()._set(generator=given), noise, TypeError, message)
