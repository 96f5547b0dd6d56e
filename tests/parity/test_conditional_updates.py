"""Whole updates of networks that take label vectors, against PyTorch's autograd."""

import functools

import numpy as np
import philox
import pytest
import torch
from joining_twins import ConditionalNorm, Graph
from loss_twins import LOSS_TWINS
from torch import nn

from bigdl_gan import layers
from bigdl_gan.jvm import bridge
from bigdl_gan.optimizers import SGD
from bigdl_gan.params import UPDATE_RULES, GANParams, plan
from bigdl_gan.params.labels import Labels

pytestmark = pytest.mark.long

INTERPOLATE = 7  # the purpose of these random numbers in the core
N_LABELS, LATENT, IMAGE = 3, 5, (2, 8, 6)
LABELS = Labels(["label"], ["a", "b", "c"], True, [[0], [1], [2]], [1, 1, 1])


def generator():
    z, y = layers.Input((LATENT,)), layers.Input((N_LABELS,))
    joined = layers.Concatenate()([z, layers.Dense(4, use_bias=False)(y)])
    hidden = layers.LeakyReLU(0.2)(layers.Reshape((8, 4, 3))(layers.Dense(96)(joined)))
    return layers.Model([z, y], layers.Activation("tanh")(layers.Conv2DTranspose(2, 4, 2, "same")(hidden)))


class GeneratorTwin(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.first = nn.Linear(N_LABELS, 4, bias=False), nn.Linear(LATENT + 4, 96)
        self.last = nn.ConvTranspose2d(8, 2, 4, 2, 1)

    def forward(self, z, y):
        hidden = nn.functional.leaky_relu(self.first(torch.cat([z, self.embed(y)], 1)), 0.2)
        return torch.tanh(self.last(hidden.reshape(-1, 8, 4, 3)))


def discriminator(activation):
    """Labels as a plane beside the image's, and again among the features."""
    x, y = layers.Input(IMAGE), layers.Input((N_LABELS,))
    plane = layers.Reshape((1, 8, 6))(layers.Dense(48)(y))
    hidden = activation()(layers.Conv2D(7, 4, 2, "same")(layers.Concatenate()([x, plane])))
    features = layers.Add()([layers.Dense(9)(layers.Flatten()(hidden)), layers.Dense(9, use_bias=False)(y)])
    return layers.Model([x, y], layers.Dense(1)(activation()(features)))


class DiscriminatorTwin(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.plane, self.first = nn.Linear(N_LABELS, 48), nn.Conv2d(3, 7, 4, 2, 1)
        self.embed, self.features, self.last = nn.Linear(N_LABELS, 9, bias=False), nn.Linear(84, 9), nn.Linear(9, 1)
        self.activation = activation

    def forward(self, x, y):
        joined = torch.cat([x, self.plane(y).reshape(-1, 1, 8, 6)], 1)
        hidden = self.activation(self.first(joined)).flatten(1)
        return self.last(self.activation(self.features(hidden) + self.embed(y)))


def projection():
    """Miyato & Koyama's networks: conditional norms, and the features' projection on the label's embedding."""
    (z, x), (y, label) = (layers.Input((LATENT,)), layers.Input(IMAGE)), (layers.Input((N_LABELS,)) for _ in range(2))
    hidden = layers.Reshape((8, 4, 3))(layers.Dense(96)(z))
    normal = layers.LeakyReLU(0.2)(layers.ConditionalBatchNormalization()([hidden, y]))
    image = layers.Conv2DTranspose(2, 4, 2, "same", activation="tanh")(normal)
    features = layers.Dense(9, "gelu")(layers.Flatten()(layers.Conv2D(7, 4, 2, "same", activation="leaky_relu")(x)))
    projected = layers.Dot()([features, layers.Embedding(9)(label)])
    logit = layers.Add()([layers.Dense(1)(features), projected])
    return layers.Model([z, y], image), layers.Model([x, label], logit)


def projection_twins():
    def generate(z, y, first, norm, last):
        hidden = first(z).reshape(-1, 8, 4, 3)
        return torch.tanh(last(nn.functional.leaky_relu(norm(hidden, y), 0.2)))

    def judge(x, y, first, embedding, features, last):
        hidden = nn.functional.gelu(features(nn.functional.leaky_relu(first(x), 0.2).flatten(1)))
        return last(hidden) + (hidden * embedding(y)).sum(1, keepdim=True)

    return (
        Graph(generate, nn.Linear(LATENT, 96), ConditionalNorm(8, N_LABELS), nn.ConvTranspose2d(8, 2, 4, 2, 1)),
        Graph(judge, nn.Conv2d(2, 7, 4, 2, 1), nn.Linear(N_LABELS, 9, bias=False), nn.Linear(84, 9), nn.Linear(9, 1)),
    )  # fmt: skip


NETWORKS = {  # generator and discriminator, and their twins
    "piecewise linear": lambda: ((generator(), discriminator(lambda: layers.LeakyReLU(0.2))),
                                 (GeneratorTwin(), DiscriminatorTwin(nn.LeakyReLU(0.2)))),
    "smooth": lambda: ((generator(), discriminator(layers.SiLU)), (GeneratorTwin(), DiscriminatorTwin(nn.SiLU()))),
    "projection": lambda: (projection(), projection_twins()),
}  # fmt: skip


class Case:
    """Networks, twins in float64 with the same weights, and one batch."""

    def __init__(self, kind, same_weights, batch=6):
        rng = np.random.default_rng(3)
        self.models, self.twins = NETWORKS[kind]()
        for model, other in zip(self.models, self.twins):
            same_weights(model, other, rng, 0.3)
            other.double()
        self.reals = rng.uniform(-1, 1, size=(1, batch, *IMAGE)).astype(np.float32)
        self.latents = rng.normal(size=(1, batch, LATENT)).astype(np.float32)
        self.labels = np.eye(N_LABELS, dtype=np.float32)[rng.integers(0, N_LABELS, size=(1, batch))]

    def core(self, rule, *, loss="non_saturating", replicas=1, **penalties):
        with bridge.quiet_dllib():
            params = GANParams()._set(
                loss=loss, batchSize=self.reals.shape[1], updateRule=rule, seed=9, generatorOptimizer=SGD(1e-30),
                discriminatorOptimizer=SGD(1e-30), **penalties,
            )  # fmt: skip
        told = plan.for_core(plan.of_training(params), 0, labels=LABELS)
        data = [bridge.floats_to_jvm(part) for part in (self.reals, self.latents, self.labels)]
        parts = bridge.call("probeConditional", *(model.value for model in self.models), told, 1, *data, replicas)
        return list(map(bridge.floats_from_jvm, parts))[1:3]

    def oracle(self, *, loss="non_saturating", r1=0.0, r2=0.0, gradientPenalty=0.0):
        real, z, y = (torch.from_numpy(part[0]).double() for part in (self.reals, self.latents, self.labels))
        g, d = self.twins
        fake = g(z, y)
        for_discriminator, for_generator = LOSS_TWINS[loss]
        total = for_discriminator(d(real, y), d(fake.detach(), y), (1.0, 0.0))
        for weight, images in ((r1, real), (r2, fake.detach())):
            images = images.clone().requires_grad_()
            slope, = torch.autograd.grad(d(images, y).sum(), images, create_graph=True)
            total = total + weight / 2 * (slope**2).flatten(1).sum(1).mean()
        if gradientPenalty:
            words = [philox.block(9, (0, sample, 0, INTERPOLATE))[0] for sample in range(len(real))]
            share = torch.tensor([philox.uniform(word) for word in words]).double().reshape(-1, 1, 1, 1)
            between = (share * real + (1 - share) * fake.detach()).requires_grad_()
            slope, = torch.autograd.grad(d(between, y).sum(), between, create_graph=True)
            total = total + gradientPenalty * ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
        return _gradient(for_generator(d(real, y), d(fake, y)), g), _gradient(total, d)


def _gradient(loss, network):
    return np.concatenate([part.numpy().ravel() for part in torch.autograd.grad(loss, list(network.parameters()))])


@pytest.fixture(scope="module")
def cases(spark, same_weights):
    """A case by its kind; each is built once."""
    return functools.lru_cache(lambda kind: Case(kind, same_weights))


def distance(actual, expected):
    return np.linalg.norm(actual - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("penalties", [{}, {"r1": 0.7, "r2": 1.3}, {"gradientPenalty": 2.0}], ids=str)
@pytest.mark.parametrize("kind", NETWORKS)
def test_update(cases, kind, penalties, rule):
    case = cases(kind)
    for actual, expected in zip(case.core(rule, **penalties), case.oracle(**penalties)):
        assert distance(actual, expected) <= 1e-5


@pytest.mark.parametrize("kind", ["piecewise linear", "smooth"])
def test_two_replicas_have_the_gradients_of_one(cases, kind):
    """Of networks without batch norm, which each replica computes for itself."""
    alone, together = (cases(kind).core("alternating", replicas=n, gradientPenalty=2.0, r1=0.5) for n in (1, 2))
    for one, two in zip(alone, together):
        assert distance(two, one) <= 3e-6


@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_parts_have_the_gradients_of_the_batch(cases, rule):
    how = {"gradientPenalty": 2.0, "r1": 0.5, "augment": "translation,cutout"}
    for part, all_at_once in zip(*(cases("smooth").core(rule, microBatches=n, **how) for n in (3, 1))):
        assert distance(part, all_at_once) <= 3e-6
