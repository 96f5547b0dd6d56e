"""Whole updates of both networks, against the textbook loop in PyTorch."""

from typing import NamedTuple

import numpy as np
import pytest
import torch
from bigdl.dllib.keras import optimizers as keras
from bigdl.dllib.keras.layers import (
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Flatten,
    Input,
    InputLayer,
    LeakyReLU,
    MaxPooling2D,
    PReLU,
    Reshape,
    merge,
)
from bigdl.dllib.keras.models import Model, Sequential
from bigdl.dllib.optim import optimizer as dllib
from joining_twins import ConditionalNorm, Graph
from loss_twins import LOSS_TWINS, SHIFT_FREE, LeCamTwin
from spectral_twin import Spectral
from torch import nn

from bigdl_gan import layers
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import Conv2D, Conv2DTranspose, SpectralNormalization
from bigdl_gan.networks import dcgan
from bigdl_gan.params import LABELLED, UPDATE_RULES, GANParams, plan

IMAGE = (2, 8, 6)
LATENT = 5


def generator():
    model = Sequential().add(Dense(16 * 4 * 3, bias=False, input_shape=(LATENT,))).add(Reshape((16, 4, 3)))
    model.add(BatchNormalization(epsilon=1e-5, momentum=0.1)).add(Activation("relu"))
    return model.add(Conv2DTranspose(2, 4, 2, "same")).add(Activation("tanh"))


def generator_twin():
    return nn.Sequential(
        nn.Linear(LATENT, 192, bias=False), nn.Unflatten(1, (16, 4, 3)), nn.BatchNorm2d(16), nn.ReLU(),
        nn.ConvTranspose2d(16, 2, 4, 2, 1), nn.Tanh()
    )  # fmt: skip


def discriminator(*layers):
    """With these layers before the last one, whose logits have both signs."""
    model = Sequential().add(Convolution2D(16, 4, 4, subsample=(2, 2), border_mode="same", input_shape=IMAGE))
    for layer in (LeakyReLU(0.2), Convolution2D(17, 3, 2, bias=False), *layers, LeakyReLU(0.2), Flatten(), Dense(1)):
        model.add(layer)
    return model


def discriminator_twin(*layers):
    return nn.Sequential(
        nn.Conv2d(2, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(16, 17, (3, 2), bias=False), *layers,
        nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(68, 1)
    )  # fmt: skip


def pooling_first():
    """Max pooling remembers each maximum's position, for the rows in one pass."""
    model = Sequential().add(MaxPooling2D((2, 2), input_shape=IMAGE)).add(Convolution2D(16, 2, 2))
    return model.add(LeakyReLU(0.2)).add(Flatten()).add(Dense(1))


def pooling_first_twin():
    return nn.Sequential(
        nn.MaxPool2d(2), nn.Conv2d(2, 16, 2), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(96, 1)
    )  # fmt: skip


def skip():
    """The image has two readers, so its gradient is a sum."""
    image = Input(shape=IMAGE)
    block = LeakyReLU(0.2)(Convolution2D(2, 3, 3, border_mode="same")(image))
    return Model(image, Dense(1)(Flatten()(merge([image, block], mode="sum"))))


class SkipTwin(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.LeakyReLU(0.2))
        self.last = nn.Linear(96, 1)

    def forward(self, x):
        return self.last((x + self.block(x)).flatten(1))


DISCRIMINATORS = {
    "no batch norm": (discriminator, discriminator_twin),
    "batch norm": (
        lambda: discriminator(BatchNormalization(epsilon=1e-5, momentum=0.1)),
        lambda: discriminator_twin(nn.BatchNorm2d(17)),
    ),
    "a layer of dllib": (lambda: discriminator(PReLU(17)), lambda: discriminator_twin(nn.PReLU(17))),
    "pooling first": (pooling_first, pooling_first_twin),
    "skip": (skip, SkipTwin),
}


def tied():
    model = Sequential().add(InputLayer(input_shape=IMAGE)).add(Conv2D(16, 4, 2, "same", tied=True))
    return model.add(LeakyReLU(0.2)).add(Flatten()).add(Dense(1))


def tied_twin():
    return nn.Sequential(
        nn.Conv2d(2, 16, 3, padding=1), nn.AvgPool2d(2), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(192, 1)
    )  # fmt: skip


def spectral():
    return layers.Sequential([
        layers.Input(IMAGE), SpectralNormalization(Conv2D(16, 4, 2, "same")), layers.LeakyReLU(0.2),
        SpectralNormalization(Conv2D(17, (3, 2))), layers.LeakyReLU(0.2), layers.Flatten(),
        SpectralNormalization(layers.Dense(1)),
    ])  # fmt: skip


def spectral_twin():
    return nn.Sequential(
        Spectral(nn.Conv2d(2, 16, 4, 2, 1)), nn.LeakyReLU(0.2), Spectral(nn.Conv2d(16, 17, (3, 2))), nn.LeakyReLU(0.2),
        nn.Flatten(), Spectral(nn.Linear(68, 1))
    )  # fmt: skip


class PixelNorm(nn.Module):
    def forward(self, x):
        return x / torch.sqrt((x**2).mean(1, keepdim=True) + 1e-3)


WITHOUT_BATCH_NORM = {  # discriminators that judge every image by itself
    "group": (lambda: discriminator(layers.GroupNormalization(1)),
              lambda: discriminator_twin(nn.GroupNorm(1, 17, 1e-3))),
    "instance": (lambda: discriminator(layers.InstanceNormalization()),
                 lambda: discriminator_twin(nn.InstanceNorm2d(17, 1e-3, affine=True))),
    "layer": (lambda: discriminator(layers.LayerNormalization()),
              lambda: discriminator_twin(nn.LayerNorm((17, 2, 2), 1e-3))),
    "pixel": (lambda: discriminator(layers.PixelNormalization(epsilon=1e-3)), lambda: discriminator_twin(PixelNorm())),
    "spectral": (spectral, spectral_twin),
    "tied": (tied, tied_twin),
}  # fmt: skip


OPTIMIZERS = {
    "adam": (  # with both libraries' smaller epsilon, it would divide rounding by rounding
        lambda: dllib.Adam(learningrate=1e-3, beta1=0.5, epsilon=1e-6),
        lambda p: torch.optim.Adam(p, lr=1e-3, betas=(0.5, 0.999), eps=1e-6),
    ),
    "adam of keras": (
        lambda: keras.Adam(lr=1e-3, beta_1=0.5, epsilon=0.1),  # large enough to show where it is added
        lambda p: torch.optim.Adam(p, lr=1e-3, betas=(0.5, 0.999), eps=0.1),
    ),
    "sgd": (lambda: dllib.SGD(learningrate=0.05), lambda p: torch.optim.SGD(p, lr=0.05)),
    "momentum": (
        lambda: dllib.SGD(learningrate=0.05, momentum=0.9, dampening=0.0),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    ),
    "nesterov": (
        lambda: dllib.SGD(learningrate=0.05, momentum=0.9, dampening=0.0, nesterov=True, weightdecay=0.01),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    ),
    "dampened": (
        lambda: dllib.SGD(learningrate=0.05, momentum=0.9),  # by default, dampening equals momentum
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.9),
    ),
    "rmsprop": (
        lambda: dllib.RMSprop(learningrate=1e-3, decayrate=0.9, epsilon=1e-6),
        lambda p: torch.optim.RMSprop(p, lr=1e-3, alpha=0.9, eps=1e-6),
    ),
}


class Updated(NamedTuple):
    losses: np.ndarray  # generator's, discriminator's
    generator_gradient: np.ndarray
    discriminator_gradient: np.ndarray
    generator: np.ndarray
    discriminator: np.ndarray
    average: np.ndarray  # the generator's
    average_statistics: np.ndarray


class TextbookLoop:
    """One update at a time; keeps what the last one computed."""

    def __init__(self, networks, make_optimizer, loss, *, smoothing, le_cam):
        self.generator, self.discriminator = networks
        self.optimizers = [make_optimizer(network.parameters()) for network in networks]
        self.discriminator_loss, self.generator_loss = LOSS_TWINS[loss]
        self.labels, self.le_cam = (1 - smoothing[0], smoothing[1]), LeCamTwin(le_cam)

    def gradients(self, network, loss):
        """Sets only the gradients of one network's weights."""
        parameters = list(network.parameters())
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters, retain_graph=True)):
            parameter.grad = gradient
        return loss.item()

    def judge(self, real, fake):
        """Batch norm sees real and fake images as two batches."""
        logits = self.discriminator(real), self.discriminator(fake.detach())
        loss = self.discriminator_loss(*logits, self.labels) + self.le_cam.term(*logits)
        return self.gradients(self.discriminator, loss)

    def deceive(self, real, fake):
        loss = self.generator_loss(self.discriminator(real), self.discriminator(fake))
        return self.gradients(self.generator, loss)

    def simultaneous(self, real, z):
        fake = self.generator(z)
        self.losses = self.deceive(real, fake), self.judge(real, fake)
        for optimizer in self.optimizers:
            optimizer.step()

    def alternating(self, reals, zs):
        for real, z in zip(reals, zs):
            fake = self.generator(z)
            discriminator_loss = self.judge(real, fake)
            self.optimizers[1].step()
        self.losses = self.deceive(real, fake), discriminator_loss
        self.optimizers[0].step()

    def result(self):
        networks = [list(network.parameters()) for network in (self.generator, self.discriminator)]
        gradients = [flat(p.grad for p in parameters) for parameters in networks]
        return Updated(np.array(self.losses), *gradients, *map(flat, networks), None, None)


def flat(tensors):
    return np.concatenate([t.detach().numpy().ravel() for t in tensors])


def run_twin(loop, critic, reals, latents):
    reals, latents = torch.from_numpy(reals), torch.from_numpy(latents)
    if critic == 0:
        for real, z in zip(reals, latents):
            loop.simultaneous(real, z)
    else:
        for first in range(0, len(reals), critic):
            loop.alternating(reals[first : first + critic], latents[first : first + critic])
    return loop.result()


def run_core(
    models, optimizers, loss, critic, count, reals, latents, *, smoothing=(0.0, 0.0), le_cam=0.0, replicas=1,
    change=lambda plan: None,
):  # fmt: skip
    params = GANParams()._set(
        loss=loss, batchSize=reals.shape[1], updateRule=UPDATE_RULES[critic > 0], nCritic=max(critic, 1),
        labelSmoothing=smoothing, leCam=le_cam,
        **dict(zip(("generatorOptimizer", "discriminatorOptimizer"), optimizers)),
    )  # fmt: skip
    kept = plan.of_training(params)
    change(kept)
    told = plan.for_core(kept, stream=0)
    data = bridge.floats_to_jvm(reals), bridge.floats_to_jvm(latents)
    parts = bridge.call("probeReplicas", *(model.value for model in models), told, count, *data, replicas)
    return Updated(*map(bridge.floats_from_jvm, parts))


@pytest.fixture(scope="module")
def updates_agree(spark, same_weights, error):
    """`check`, in a session."""

    def check(
        models, twins, *, optimizer="adam", loss="non_saturating", critic=0, count=1, batch=6, scale=0.3,
        smoothing=(0.0, 0.0), le_cam=0.0, accuracy=1e-3,
    ):  # fmt: skip
        rng = np.random.default_rng(5)
        for model, twin in zip(models, twins):
            if scale:
                same_weights(model, twin, rng, scale)
        draws = count * max(critic, 1)
        reals = rng.uniform(-1, 1, size=(draws, batch, *models[1].get_input_shape()[1:])).astype(np.float32)
        latents = rng.normal(size=(draws, batch, models[0].get_input_shape()[1])).astype(np.float32)
        before = [flat(twin.parameters()) for twin in twins]
        make, make_twin = OPTIMIZERS[optimizer]
        with bridge.quiet_dllib():
            optimizers = make(), make()
        about = {"smoothing": smoothing, "le_cam": le_cam}
        actual = run_core(models, optimizers, loss, critic, count, reals, latents, **about)
        expected = run_twin(TextbookLoop(twins, make_twin, loss, **about), critic, reals, latents)
        np.testing.assert_allclose(actual.losses, expected.losses, rtol=accuracy)
        for name in ("generator_gradient", "discriminator_gradient"):
            assert error(getattr(actual, name), getattr(expected, name)) <= accuracy, name
        # As vectors, and against what the updates moved: Adam's first step is lr * sign(gradient), whatever the size
        # of the gradient, so that one weight whose gradient is all rounding may move by lr the other way.
        for name, start in zip(("generator", "discriminator"), before):
            after, goal = getattr(actual, name), getattr(expected, name)
            assert np.linalg.norm(after - goal) <= accuracy * np.linalg.norm(goal - start), name

    return check


def networks(kind):
    make, make_twin = DISCRIMINATORS[kind]
    with bridge.quiet_dllib():
        return (generator(), make()), (generator_twin(), make_twin())


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("loss", LOSS_TWINS)
@pytest.mark.parametrize("critic", [0, 1, 2])
@pytest.mark.parametrize("kind", ["no batch norm", "batch norm"])
def test_update(updates_agree, kind, critic, loss, count):
    # Real and generated images move the last bias to and fro by the same: its gradient is 0 under these losses, and
    # Adam's step is lr * sign(rounding).
    optimizer = "sgd" if loss in SHIFT_FREE else "adam"
    updates_agree(*networks(kind), critic=critic, loss=loss, count=count, optimizer=optimizer)


@pytest.mark.slow
@pytest.mark.parametrize("loss, smoothing", [
    *((loss, (0.0, 0.0)) for loss in LOSS_TWINS), *((loss, (0.1, 0.0)) for loss in LABELLED),
    *((loss, (0.15, 0.25)) for loss in LABELLED),
])  # fmt: skip
@pytest.mark.parametrize("critic", [0, 2])
@pytest.mark.parametrize("kind, le_cam", [("no batch norm", 0.0), ("no batch norm", 0.3), ("batch norm", 0.3)])
def test_objectives(updates_agree, kind, critic, loss, smoothing, le_cam):
    """Later updates depend on LeCam's averages, which each of the discriminator's updates moves.

    With larger weights, updates magnify the rounding of those before."""
    about = {"loss": loss, "smoothing": smoothing, "le_cam": le_cam}
    updates_agree(*networks(kind), critic=critic, count=3, optimizer="sgd", scale=0.15, accuracy=1e-5, **about)


@pytest.mark.parametrize("critic", [0, 1])
def test_hinge_on_both_sides_of_its_margin(updates_agree, critic):
    """With weights of this size, real images' logits lie on both sides of 1: above it, the slope is 0."""
    models, twins = networks("no batch norm")
    updates_agree(models, twins, critic=critic, loss="hinge", optimizer="sgd", batch=16, scale=0.25)
    logits = twins[1](torch.from_numpy(np.random.default_rng(5).uniform(-1, 1, (64, *IMAGE)).astype(np.float32)))
    assert logits.min() < 1 < logits.max()


@pytest.mark.parametrize("name", ["no_such_loss", "NonSaturating", "non-saturating", "loss", "cross_entropy", ""])
def test_unknown_losses_are_refused(spark, name):
    """The core finds a loss by its name: other classes beside the losses, and other spellings, are none."""
    models, _ = networks("no batch norm")
    numbers = np.zeros((1, 2, *IMAGE), np.float32), np.zeros((1, 2, LATENT), np.float32)
    with bridge.quiet_dllib():
        optimizers = dllib.SGD(), dllib.SGD()
    with pytest.raises(ValueError, match=f"^`loss` must name an object.*Received: '{name}'"):
        run_core(models, optimizers, name, 0, 1, *numbers)


@pytest.mark.parametrize("critic", [0, 2])
@pytest.mark.parametrize("kind", ["a layer of dllib", "pooling first", "skip"])
def test_other_discriminators(updates_agree, kind, critic):
    updates_agree(*networks(kind), critic=critic, count=2)


@pytest.mark.long
@pytest.mark.parametrize("critic", [0, 2])
@pytest.mark.parametrize("kind", WITHOUT_BATCH_NORM)
def test_discriminators_without_batch_norm(updates_agree, kind, critic):
    """Spectral normalisation takes one power iteration in each of the discriminator's updates, however many passes."""
    make, make_twin = WITHOUT_BATCH_NORM[kind]
    with bridge.quiet_dllib():
        models, twins = (generator(), make()), (generator_twin(), make_twin())
    updates_agree(models, twins, optimizer="sgd", critic=critic, count=3, accuracy=2e-5)


@pytest.mark.parametrize("critic", [0, 2])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop"])
def test_optimizers(updates_agree, optimizer, critic):
    updates_agree(*networks("no batch norm"), optimizer=optimizer, critic=critic, count=3)


@pytest.mark.slow
@pytest.mark.parametrize("critic", [0, 1, 2])
@pytest.mark.parametrize(
    "width, batch, scale, count", [(8, 6, 0.1, 3), (128, 16, 0.02, 1)], ids=["narrow", "wide enough for tiles"]
)
def test_dcgan(updates_agree, width, batch, scale, count, critic):
    """Wide networks do one update: after more, rounding alone moves some of their many ReLUs across zero."""
    with bridge.quiet_dllib():
        models = dcgan.generator(28, 1, latent_dim=10, width=width), dcgan.discriminator(28, 1, width=width)
    w, w2 = width, 2 * width
    twins = (
        nn.Sequential(
            nn.Linear(10, 49 * w2, bias=False), nn.Unflatten(1, (w2, 7, 7)), nn.BatchNorm2d(w2), nn.ReLU(),
            nn.ConvTranspose2d(w2, w, 4, 2, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(),
            nn.ConvTranspose2d(w, 1, 4, 2, 1), nn.Tanh()),
        nn.Sequential(
            nn.Conv2d(1, w, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(w, w2, 4, 2, 1, bias=False), nn.BatchNorm2d(w2),
            nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(49 * w2, 1)))  # fmt: skip
    updates_agree(models, twins, critic=critic, count=count, batch=batch, scale=scale)


class AveragingLoop(TextbookLoop):
    """Averages the generator's weights and running statistics after each of its updates, as
    `torch.optim.swa_utils.AveragedModel` with `use_buffers` does from its second update on."""

    def __init__(self, *arguments, beta):
        super().__init__(*arguments, smoothing=(0.0, 0.0), le_cam=0.0)
        self.beta, self.average = beta, [tensor.clone() for tensor in self.tensors()]
        self.optimizers[0].register_step_post_hook(self.keep)

    def tensors(self):
        statistics = [b for b in self.generator.buffers() if b.is_floating_point()]
        return [t.detach() for t in (*self.generator.parameters(), *statistics)]

    def keep(self, *_):
        self.average = [torch.lerp(now, old, self.beta) for old, now in zip(self.average, self.tensors())]


@pytest.mark.parametrize("critic", [0, 1, 2])
def test_the_average_covers_running_statistics(updates_agree, same_weights, error, critic):
    models, twins = networks("batch norm")
    rng, count, batch = np.random.default_rng(7), 4, 6
    for model, twin in zip(models, twins):
        same_weights(model, twin, rng, 0.3)
    draws = count * max(critic, 1)
    reals = rng.uniform(-1, 1, size=(draws, batch, *IMAGE)).astype(np.float32)
    latents = rng.normal(size=(draws, batch, LATENT)).astype(np.float32)

    def change(told):  # beta = 0.5^0.5, without a ramp
        told.update(emaHalfLife=2.0 * batch * max(critic, 1), initial={"model": "0" * 64, "moments": False})

    with bridge.quiet_dllib():
        optimizers = dllib.SGD(learningrate=0.05), dllib.SGD(learningrate=0.05)
    actual = run_core(models, optimizers, "non_saturating", critic, count, reals, latents, change=change)
    loop = AveragingLoop(twins, OPTIMIZERS["sgd"][1], "non_saturating", beta=0.5**0.5)
    run_twin(loop, critic, reals, latents)
    expected = flat(loop.average)
    found = np.concatenate([actual.average, actual.average_statistics])
    assert error(found, expected) <= 1e-5
    assert error(found[: len(actual.generator)], actual.generator) > 1e-3
    assert error(found, flat(loop.tensors())) > 1e-3


def with_bias_of_the_logits(models, twins, same_weights, bias):
    """Random weights, with the discriminator's logits moved by `bias`."""
    rng = np.random.default_rng(6)
    for model, twin in zip(models, twins):
        same_weights(model, twin, rng, 0.1)
    weights = models[1].get_weights()
    weights[-1][:] = bias
    models[1].set_weights(weights)
    twins[1][-1].bias.data[:] = bias


@pytest.mark.parametrize("bias", [-100.0, -28.0], ids=["all fakes", "some fakes"])
def test_fakes_that_are_seen_through(updates_agree, same_weights, bias):
    """Dividing by the discriminator's gradient on a fake, e^logit, fails: at -100 float32 has no digits left."""
    models, twins = networks("no batch norm")
    with_bias_of_the_logits(models, twins, same_weights, bias)
    updates_agree(models, twins, scale=0.0, count=2)


def conditional_networks():
    """A generator with conditional norms and gates, and a projection discriminator; each finds labels in its input."""
    z, image = layers.Input((LATENT,)), layers.Input(IMAGE)
    y = layers.Activation("sigmoid")(layers.Dense(3)(z))
    h = layers.Reshape((16, 4, 3))(layers.Dense(192)(z))
    h = layers.LeakyReLU(0.2)(layers.ConditionalBatchNormalization(momentum=0.9)([h, y]))
    h = layers.Multiply()([h, layers.Reshape((16, 1, 1))(layers.Embedding(16, "random_normal")(y))])
    generator = layers.Model(z, layers.Conv2DTranspose(2, 4, 2, "same", activation="tanh")(h))
    features = layers.Flatten()(layers.Conv2D(16, 4, 2, "same", activation="gelu")(image))
    label = layers.Dense(3)(layers.Flatten()(image))
    projection = layers.Dot()([features, layers.Embedding(192)(label)])
    return generator, layers.Model(image, layers.Add()([layers.Dense(1)(features), projection]))


def conditional_twins():
    """With the parts in the order of dllib's weights."""
    def generate(z, h, y, norm, embedding, up):
        y = y(z).sigmoid()
        h = nn.functional.leaky_relu(norm(h(z), y), 0.2)
        return up(h * embedding(y)[:, :, None, None]).tanh()

    def judge(x, features, label, embedding, last):
        features = nn.functional.gelu(features(x)).flatten(1)
        return last(features) + (features * embedding(label(x.flatten(1)))).sum(1, keepdim=True)

    return (
        Graph(generate, nn.Sequential(nn.Linear(LATENT, 192), nn.Unflatten(1, (16, 4, 3))), nn.Linear(LATENT, 3),
              ConditionalNorm(16, 3, momentum=0.1), nn.Linear(3, 16, bias=False), nn.ConvTranspose2d(16, 2, 4, 2, 1)),
        Graph(judge, nn.Conv2d(2, 16, 4, 2, 1), nn.Linear(96, 3), nn.Linear(3, 192, bias=False), nn.Linear(192, 1)),
    )  # fmt: skip


@pytest.mark.parametrize("critic", [0, 2])
def test_conditional_networks(updates_agree, critic):
    networks = conditional_networks(), conditional_twins()
    updates_agree(*networks, optimizer="sgd", critic=critic, count=3, accuracy=1e-4, scale=0.2)


def smooth_networks():
    """No layer's result depends on the other images, so that replicas can share a batch."""
    with bridge.quiet_dllib():
        generator = Sequential().add(Dense(96, input_shape=(LATENT,))).add(Reshape(IMAGE)).add(Activation("tanh"))
        return generator, discriminator()


@pytest.mark.slow
@pytest.mark.parametrize("critic", [0, 1])
@pytest.mark.parametrize("le_cam, replicas", [(0.0, 2), (0.3, 3)])
@pytest.mark.parametrize("loss", LOSS_TWINS)
def test_replicas_that_share_a_batch(spark, loss, le_cam, critic, replicas):
    """They end with the same losses, gradients and weights as one alone, even if the loss couples a batch's images."""
    rng = np.random.default_rng(8)
    models = smooth_networks()
    for model in models:
        model.set_weights([rng.normal(0, 0.15, size=shape) for shape in model.get_weights_shape()])
    reals = rng.uniform(-1, 1, size=(2, 12, *IMAGE)).astype(np.float32)
    latents = rng.normal(size=(2, 12, LATENT)).astype(np.float32)
    with bridge.quiet_dllib():
        optimizers = [dllib.SGD(learningrate=0.05) for _ in models]
    alone, shared = (
        run_core(models, optimizers, loss, critic, 2, reals, latents, le_cam=le_cam, replicas=n) for n in (1, replicas)
    )
    for name, value, other in zip(Updated._fields, alone, shared):
        assert np.linalg.norm(other - value) <= 1e-6 * np.linalg.norm(value), name
