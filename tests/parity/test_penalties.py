"""The discriminator's gradient with penalties, against PyTorch's double backward in float64."""

import math

import numpy as np
import philox
import pytest
import torch
from filter_twin import Filtered
from joining_twins import Graph
from loss_twins import LOSS_TWINS
from spectral_twin import Spectral
from torch import nn

from bigdl_gan.jvm import bridge
from bigdl_gan.layers import (
    GELU,
    Activation,
    Add,
    AveragePooling2D,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Dot,
    Dropout,
    Embedding,
    FilteredDownSampling2D,
    FilteredUpSampling2D,
    Flatten,
    GroupNormalization,
    Input,
    InstanceNormalization,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Model,
    Multiply,
    PixelNormalization,
    Reshape,
    Sequential,
    SpectralNormalization,
    UpSampling2D,
)
from bigdl_gan.optimizers import SGD
from bigdl_gan.params import LOSSES, UPDATE_RULES, GANParams, plan
from bigdl_gan.report.history import PENALTY_STATISTICS
from bigdl_gan.schedules import Linear

IMAGE = (2, 8, 6)
LATENT = 5
BOTH = {"r1": 0.7, "r2": 1.3}
LABELS = 1.0, 0.0
INTERPOLATE, DROPOUT = 7, 3  # the core's purposes of random numbers


def generator(shape):
    size = int(np.prod(shape))
    return (
        Sequential([Input((LATENT,)), Dense(size), Reshape(shape), Activation("tanh")]),
        nn.Sequential(nn.Linear(LATENT, size), nn.Unflatten(1, shape), nn.Tanh()),
    )  # fmt: skip


def plain():
    """A chain of convolutions; 17 channels do not fill a block."""
    return (
        Sequential([
            Input(IMAGE), Conv2D(16, 4, strides=2, padding="same"), LeakyReLU(0.2), Conv2D(17, (3, 2)), LeakyReLU(0.2),
            Flatten(), Dense(1),
        ]),
        nn.Sequential(
            nn.Conv2d(2, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(16, 17, (3, 2)), nn.LeakyReLU(0.2), nn.Flatten(),
            nn.Linear(68, 1),
        ),
    )  # fmt: skip


class Residual(nn.Module):
    """x + block(x) for the image, then for a hidden tensor, then the rest."""

    def __init__(self, outer, inner, rest):
        super().__init__()
        self.outer, self.inner, self.rest = outer, inner, rest

    def forward(self, x):
        x = x + self.outer(x)
        return self.rest(x + self.inner(x))


def residual():
    image = Input(IMAGE)
    outer = Add()([image, Conv2D(2, 3, padding="same", activation="leaky_relu")(image)])
    inner = Conv2D(16, 1, use_bias=False)(outer)
    block = Conv2D(16, 3, padding="same")(LeakyReLU(0.2)(inner))
    joined = Add()([outer, Conv2D(2, 1)(LeakyReLU(0.2)(block))])
    slope = 0.2
    return (
        Model(image, Dense(1)(Flatten()(joined))),
        Residual(
            nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.LeakyReLU(slope)),
            nn.Sequential(nn.Conv2d(2, 16, 1, bias=False), nn.LeakyReLU(slope), nn.Conv2d(16, 16, 3, padding=1),
                          nn.LeakyReLU(slope), nn.Conv2d(16, 2, 1)),
            nn.Sequential(nn.Flatten(), nn.Linear(96, 1)),
        ),
    )  # fmt: skip


class Joined(nn.Module):
    def __init__(self, first, left, right, rest):
        super().__init__()
        self.first, self.right, self.left, self.rest = first, right, left, rest  # in the order of dllib's weights

    def forward(self, x):
        x = self.first(x)
        return self.rest(torch.cat([self.left(x), self.right(x)], 1))


def concatenated():
    image = Input(IMAGE)
    first = Conv2D(5, 3, padding="same")(image)
    left, right = Conv2D(16, 3, padding="same")(LeakyReLU(0.2)(first)), Conv2D(3, 3, padding="same")(first)
    return (
        Model(image, Dense(1)(Flatten()(LeakyReLU(0.2)(Concatenate(axis=1)([left, right]))))),
        Joined(
            nn.Conv2d(2, 5, 3, padding=1), nn.Sequential(nn.LeakyReLU(0.2), nn.Conv2d(5, 16, 3, padding=1)),
            nn.Conv2d(5, 3, 3, padding=1), nn.Sequential(nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(19 * 48, 1)),
        ),
    )  # fmt: skip


def chain(layer, twin, inputs, shape):
    """A layer in the middle; `inputs` channels go in, (C, H, W) comes out."""
    return (
        Sequential([Input(IMAGE), Conv2D(inputs, 3, padding="same"), layer, Conv2D(4, 3, padding="same"),
                    LeakyReLU(0.2), Flatten(), Dense(1)]),
        nn.Sequential(nn.Conv2d(2, inputs, 3, padding=1), twin, nn.Conv2d(shape[0], 4, 3, padding=1), nn.LeakyReLU(0.2),
                      nn.Flatten(), nn.Linear(4 * shape[1] * shape[2], 1)),
    )  # fmt: skip


def wide(image=(1, 16, 16), width=128):
    """Wide enough for tiles, if the batch is 16, forward and transposed."""
    return (
        Sequential([
            Input(image), Conv2D(width, 4, strides=2, padding="same"), LeakyReLU(0.2),
            Conv2D(width, 4, strides=2, padding="same"), LeakyReLU(0.2),
            Conv2DTranspose(width, 4, strides=2, padding="same"), LeakyReLU(0.2),
            Conv2D(width, 4, strides=2, padding="same", use_bias=False), LeakyReLU(0.2), Flatten(), Dense(1),
        ]),
        nn.Sequential(
            nn.Conv2d(1, width, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, width, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.ConvTranspose2d(width, width, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(width, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(width * 16, 1),
        ),
    )  # fmt: skip


def vectors():
    """Dense layers thin enough for an inner product, and wide enough for a convolution."""
    return (
        Sequential([Input(IMAGE), Flatten(), Dense(256), LeakyReLU(0.2), Dense(256), LeakyReLU(0.2), Dense(3),
                    Activation("relu"), Dense(1)]),
        nn.Sequential(nn.Flatten(), nn.Linear(96, 256), nn.LeakyReLU(0.2), nn.Linear(256, 256), nn.LeakyReLU(0.2),
                      nn.Linear(256, 3), nn.ReLU(), nn.Linear(3, 1)),
    )  # fmt: skip


PIECEWISE_LINEAR = {
    "plain": plain,
    "residual": residual,
    "concatenated": concatenated,
    "max pooling": lambda: chain(MaxPooling2D((3, 2), strides=2, padding="valid"), nn.MaxPool2d((3, 2), 2), 17,
                                 (17, 3, 3)),
    "average pooling": lambda: chain(AveragePooling2D(2), nn.AvgPool2d(2), 16, (16, 4, 3)),
    "up-sampling": lambda: chain(UpSampling2D((2, 1)), nn.Upsample(scale_factor=(2, 1)), 5, (5, 16, 6)),
    "bilinear up-sampling": lambda: chain(UpSampling2D((2, 1), "bilinear"),
                                          nn.Upsample(scale_factor=(2, 1), mode="bilinear"), 5, (5, 16, 6)),
    "filters": lambda: chain(Sequential([FilteredDownSampling2D(input_shape=(5, 8, 6)), FilteredUpSampling2D()]),
                             nn.Sequential(Filtered(up=False), Filtered(up=True)), 5, (5, 8, 6)),
    "groups": lambda: chain(Conv2D(32, 3, padding="same", groups=2), nn.Conv2d(32, 32, 3, padding=1, groups=2), 32,
                            (32, 8, 6)),
    "depthwise": lambda: chain(DepthwiseConv2D(4, 2, "same"), nn.Conv2d(5, 5, 4, 2, 1, groups=5), 5, (5, 4, 3)),
    "transposed": lambda: chain(Conv2DTranspose(16, 4, strides=2, padding="same"), nn.ConvTranspose2d(3, 16, 4, 2, 1),
                                3, (16, 16, 12)),
    "vectors": vectors,
    "tied kernels": lambda: chain(Conv2D(16, 4, 2, "same", tied=True),
                                  nn.Sequential(nn.Conv2d(5, 16, 3, padding=1), nn.AvgPool2d(2)), 5, (16, 4, 3)),
    "tied kernels, transposed": lambda: chain(
        Conv2DTranspose(7, 4, 2, "same", tied=True),
        nn.Sequential(nn.Upsample(scale_factor=2.0), nn.ConvTranspose2d(16, 7, 3, padding=1)), 16, (7, 16, 12)),
    "spectral norm": lambda: chain(SpectralNormalization(Conv2D(16, 3, padding="same")),
                                   Spectral(nn.Conv2d(5, 16, 3, padding=1)), 5, (16, 8, 6)),
}  # fmt: skip
SMOOTH = {
    "tanh": (lambda: Activation("tanh"), nn.Tanh),
    "sigmoid": (lambda: Activation("sigmoid"), nn.Sigmoid),
    "elu": (lambda: Activation("elu"), nn.ELU),
    "softplus": (lambda: Activation("softplus"), nn.Softplus),
    "silu": (lambda: Activation("silu"), nn.SiLU),
    "gelu": (lambda: Activation("gelu"), nn.GELU),
}


class PixelNorm(nn.Module):
    def forward(self, x):
        return x / torch.sqrt(torch.mean(x * x, 1, keepdim=True) + 1e-3)


# Layers of C, H and W, and their twins. 20 channels do not fill two blocks; the last of 4 groups lies in both.
NORMS = {
    "group": (lambda: GroupNormalization(4), lambda c, h, w: nn.GroupNorm(4, c, 1e-3)),
    "group, one": (lambda: GroupNormalization(1, epsilon=0.1), lambda c, h, w: nn.GroupNorm(1, c, 0.1)),
    "group, without weights": (lambda: GroupNormalization(2, scale=False, center=False),
                               lambda c, h, w: nn.GroupNorm(2, c, 1e-3, affine=False)),
    "instance": (lambda: InstanceNormalization(), lambda c, h, w: nn.InstanceNorm2d(c, 1e-3, affine=True)),
    "layer": (lambda: LayerNormalization(), lambda c, h, w: nn.LayerNorm((c, h, w), 1e-3)),
    "layer, without a shift": (lambda: LayerNormalization(center=False),
                               lambda c, h, w: nn.LayerNorm((c, h, w), 1e-3, bias=False)),
    "layer, without weights": (lambda: LayerNormalization(center=False, scale=False),
                               lambda c, h, w: nn.LayerNorm((c, h, w), 1e-3, elementwise_affine=False)),
    "pixel": (lambda: PixelNormalization(epsilon=1e-3), lambda c, h, w: PixelNorm()),
}  # fmt: skip


def normalised(kind):
    """A norm of an image's values in blocks, whose output a leaky ReLU overwrites."""
    layer, twin = NORMS[kind]
    return (
        Sequential([Input(IMAGE), Conv2D(20, 3, padding="same"), layer(), LeakyReLU(0.2),
                    Conv2D(4, 3, padding="same"), LeakyReLU(0.2), Flatten(), Dense(1)]),
        nn.Sequential(nn.Conv2d(2, 20, 3, padding=1), twin(20, 8, 6), nn.LeakyReLU(0.2),
                      nn.Conv2d(20, 4, 3, padding=1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(192, 1)),
    )  # fmt: skip


def normalised_everywhere():
    """The image itself, a tensor that two layers read, and vectors."""
    image = Input(IMAGE)
    first = Conv2D(16, 3, padding="same")(InstanceNormalization()(image))
    block = Activation("tanh")(LayerNormalization()(first))
    joined = GroupNormalization(8)(Add()([PixelNormalization(epsilon=1e-3)(first), block]))
    vector = LeakyReLU(0.2)(LayerNormalization()(Dense(12)(Flatten()(joined))))
    return Model(image, Dense(1)(GroupNormalization(3)(vector))), NormalisedEverywhere()


class NormalisedEverywhere(nn.Module):
    def __init__(self):
        super().__init__()
        self.image = nn.Sequential(nn.InstanceNorm2d(2, 1e-3, affine=True), nn.Conv2d(2, 16, 3, padding=1))
        self.block = nn.Sequential(nn.LayerNorm((16, 8, 6), 1e-3), nn.Tanh())
        self.pixel = PixelNorm()
        self.rest = nn.Sequential(
            nn.GroupNorm(8, 16, 1e-3), nn.Flatten(), nn.Linear(768, 12), nn.LayerNorm(12, 1e-3), nn.LeakyReLU(0.2),
            nn.GroupNorm(3, 12, 1e-3), nn.Linear(12, 1),
        )  # fmt: skip

    def forward(self, x):
        x = self.image(x)
        return self.rest(self.pixel(x) + self.block(x))


def normalised_wide(kind, width=128):
    """Norms between tiles, if the batch is 16."""
    layer, twin = NORMS[kind]
    return (
        Sequential([
            Input((1, 16, 16)), Conv2D(width, 4, strides=2, padding="same"), LeakyReLU(0.2),
            Conv2D(width, 4, strides=2, padding="same"), layer(), LeakyReLU(0.2),
            Conv2D(width, 4, strides=2, padding="same"), LeakyReLU(0.2), Flatten(), Dense(1),
        ]),
        nn.Sequential(
            nn.Conv2d(1, width, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, width, 4, 2, 1), twin(width, 4, 4),
            nn.LeakyReLU(0.2), nn.Conv2d(width, width, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(),
            nn.Linear(width * 4, 1),
        ),
    )  # fmt: skip


def products():
    """Of tensors in two layouts, the image among them; of a tensor with itself; and by numbers of channels."""
    image = Input(IMAGE)
    first = Conv2D(17, 3, padding="same")(Multiply()([image, Conv2D(2, 1)(image)]))
    scales = Conv2D(17, (8, 6))(image)
    scaled = Multiply()([scales, first])
    square = Multiply()([scaled, scaled])
    last = Multiply()([square, Reshape((17, 1, 1))(Dense(17)(Flatten()(image)))])
    return (
        Model(image, Dense(1)(Flatten()(last))),
        Graph(
            lambda x, factor, scales, first, numbers, last: last(
                (first(x * factor(x)) * scales(x)) ** 2 * numbers(x)[:, :, None, None]
            ),
            nn.Conv2d(2, 2, 1), nn.Conv2d(2, 17, (8, 6)), nn.Conv2d(2, 17, 3, padding=1),
            nn.Sequential(nn.Flatten(), nn.Linear(96, 17)), nn.Sequential(nn.Flatten(), nn.Linear(17 * 48, 1)),
        ),
    )  # fmt: skip


def projection():
    """Miyato & Koyama's discriminator, with labels that depend on the image."""
    image = Input(IMAGE)
    features = Dense(12, activation="silu")(Flatten()(Conv2D(16, 3, padding="same", activation="leaky_relu")(image)))
    label = Activation("sigmoid")(Dense(3)(Flatten()(image)))
    products = Dot()([features, Embedding(12)(label)]), Dot()([features, features])
    return (
        Model(image, Add()([Dense(1)(features), *products])),
        Graph(
            lambda x, label, first, embedding, hidden, last: projected(
                nn.functional.silu(hidden(nn.functional.leaky_relu(first(x), 0.2).flatten(1))),
                embedding(label(x.flatten(1)).sigmoid()), last),
            nn.Linear(96, 3), nn.Conv2d(2, 16, 3, padding=1), nn.Linear(3, 12, bias=False), nn.Linear(16 * 48, 12),
            nn.Linear(12, 1),
        ),
    )  # fmt: skip


def projected(features, embedded, last):
    return last(features) + (features * embedded + features**2).sum(1, keepdim=True)


class Case:
    """Networks, their twins in float64, and one batch."""

    def __init__(self, networks, same_weights, *, batch=6, scale=0.3, seed=5, draws=1):
        rng = np.random.default_rng(seed)
        shape = tuple(networks[0].get_input_shape()[1:])
        made = generator(shape)
        self.models, self.twins = zip(made, networks)
        for model, twin in zip(self.models, self.twins):
            same_weights(model, twin, rng, scale)
            twin.double()
        self.reals = rng.uniform(-1, 1, size=(draws, batch, *shape)).astype(np.float32)
        self.latents = rng.normal(size=(draws, batch, LATENT)).astype(np.float32)

    def core(self, probe, *, loss, rule, count=1, replicas=0, **penalties):
        with bridge.quiet_dllib():
            params = GANParams()._set(
                loss=loss, batchSize=self.reals.shape[1], updateRule=rule, seed=9, generatorOptimizer=SGD(1e-30),
                discriminatorOptimizer=SGD(1e-30), **penalties,
            )  # fmt: skip
        told = plan.for_core(plan.of_training(params), stream=0)
        data = bridge.floats_to_jvm(self.reals), bridge.floats_to_jvm(self.latents)
        more = (replicas,) if replicas else ()
        return bridge.call(probe, *(model.value for model in self.models), told, count, *data, *more)

    def check(self, *, loss="non_saturating", rule="alternating", **penalties):
        """Both gradients, to 1e-5 of their norms, and the penalties' statistics."""
        core = self.core("probeUpdates", loss=loss, rule=rule, **penalties)
        _, for_generator, for_discriminator, *_ = map(bridge.floats_from_jvm, core)
        oracle = Oracle(self, loss, steps=rule == "alternating", **penalties)
        assert distance(for_discriminator, oracle.discriminator_gradient) <= 1e-5
        assert distance(for_generator, oracle.generator_gradient) <= 1e-5
        told = bridge.floats_from_jvm(self.core("probePenalties", loss=loss, rule=rule, **penalties))
        actual = {name: value for name, value in zip(PENALTY_STATISTICS, told) if not np.isnan(value)}
        assert set(actual) == set(oracle.statistics)
        for name, value in oracle.statistics.items():
            np.testing.assert_allclose(actual[name], value, rtol=1e-5, err_msg=name)


class Oracle:
    """What PyTorch computes for a case: penalties by `create_graph`.

    Args:
        steps: whether the discriminator's weights are loaded again between its gradient and the generator's."""

    def __init__(self, case, loss, *, draw=0, times=1, steps=False, **penalties):
        (g, d), self.statistics = case.twins, {}
        real, z = (torch.from_numpy(part[draw]).double() for part in (case.reals, case.latents))
        fake, self._d = g(z), d
        for_discriminator, for_generator = LOSS_TWINS[loss]
        images = real, fake.detach(), self._between(real, fake.detach(), draw)
        total = for_discriminator(d(images[0]), d(images[1]), LABELS) + times * self._penalties(images, **penalties)
        self.discriminator_gradient = gradient(total, d)
        for module in d.modules() if steps else ():
            if isinstance(module, Spectral):
                module.iterate(1)
        self.generator_gradient = gradient(for_generator(d(real), d(fake)), g)

    @staticmethod
    def _between(real, fake, draw):
        words = [philox.block(9, (draw, sample, 0, INTERPOLATE))[0] for sample in range(len(real))]
        share = torch.tensor([philox.uniform(word) for word in words]).double().reshape(-1, 1, 1, 1)
        return share * real + (1 - share) * fake

    def _penalties(self, images, *, r1=0, r2=0, gradientPenalty=0, gradientPenaltyCenter=1, penaltyShare=1):
        terms = {
            ("penalty/r1", "real"): (r1, lambda norm: r1 / 2 * norm**2),
            ("penalty/r2", "fake"): (r2, lambda norm: r2 / 2 * norm**2),
            ("penalty/gradient", "between"): (
                gradientPenalty, lambda norm: gradientPenalty * (norm - gradientPenaltyCenter) ** 2),
        }  # fmt: skip
        total = torch.zeros(())
        for (names, (weight, penalty)), batch in zip(terms.items(), images):
            if weight:
                batch = batch[: math.ceil(penaltyShare * len(batch))].clone().requires_grad_()
                slope, = torch.autograd.grad(self._d(batch).sum(), batch, create_graph=True)
                norm = slope.flatten(1).norm(dim=1)
                value = penalty(norm).mean()
                self.statistics[names[0]] = value.item()
                self.statistics[f"input_gradient_norm/{names[1]}"] = norm.mean().item()
                total = total + value
        return total


def gradient(loss, network):
    parts = torch.autograd.grad(loss, list(network.parameters()))
    return np.concatenate([part.numpy().ravel() for part in parts])


def distance(actual, expected):
    return np.linalg.norm(actual - expected) / np.linalg.norm(expected)


@pytest.fixture(scope="module")
def case(spark, same_weights):
    """`Case`, in a session; `make` makes the discriminator and its twin."""
    return lambda make, **how: Case(make(), same_weights, **how)


@pytest.mark.long
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("penalties", [{"r1": 0.7}, {"r2": 1.3}, BOTH], ids=str)
@pytest.mark.parametrize("kind", PIECEWISE_LINEAR)
def test_piecewise_linear(case, kind, penalties, rule):
    case(PIECEWISE_LINEAR[kind], batch=16 if kind == "vectors" else 6).check(rule=rule, **penalties)


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("penalties", [{"r1": 0.7}, BOTH, {"gradientPenalty": 2.0}], ids=str)
def test_tiles(case, penalties, rule):
    case(wide, batch=16, scale=0.02).check(rule=rule, **penalties)


@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("penalties", [{"r1": 0.7}, {"r2": 1.3}, BOTH, {"gradientPenalty": 2.0}], ids=str)
@pytest.mark.parametrize("kind", SMOOTH)
def test_smooth(case, kind, penalties, rule):
    layer, twin = SMOOTH[kind]
    case(lambda: chain(layer(), twin(), 17, (17, 8, 6))).check(rule=rule, **penalties)


@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("make", [products, projection])
@pytest.mark.parametrize("penalties", [{**BOTH, "gradientPenalty": 2.0}, {"r1": 0.7, "penaltyShare": 0.5}], ids=str)
def test_layers_of_several_inputs(case, make, penalties, rule):
    case(make, scale=0.2).check(rule=rule, **penalties)


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_approximate_gelu(case, rule):
    made = chain(GELU(approximate=True), nn.GELU("tanh"), 17, (17, 8, 6))
    case(lambda: made).check(rule=rule, **BOTH, gradientPenalty=2.0)


def smooth_residual():
    """Smooth layers beside others: their inputs have two readers, and leaky ReLUs run in place."""
    image = Input(IMAGE)
    first = Conv2D(16, 3, padding="same")(image)
    inner = Conv2D(16, 3, padding="same", activation="leaky_relu")(Activation("tanh")(first))
    return (
        Model(image, Dense(1)(Flatten()(Activation("softplus")(Add()([first, inner]))))),
        SmoothResidual(),
    )  # fmt: skip


class SmoothResidual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.inner = nn.Conv2d(2, 16, 3, padding=1), nn.Conv2d(16, 16, 3, padding=1)
        self.last = nn.Linear(16 * 48, 1)

    def forward(self, x):
        x = self.first(x)
        x = x + nn.functional.leaky_relu(self.inner(torch.tanh(x)), 0.2)
        return self.last(nn.functional.softplus(x).flatten(1))


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("penalties", [{"r1": 0.7}, {"r2": 1.3}, {"gradientPenalty": 2.0}], ids=str)
@pytest.mark.parametrize("kind", NORMS)
def test_norms(case, kind, penalties, rule):
    case(lambda: normalised(kind)).check(rule=rule, **penalties)


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("loss", ["hinge", "wasserstein", "relativistic_average"])
def test_norms_everywhere(case, loss, rule):
    """In every place, and of half the images too."""
    for penalties in BOTH, {"r1": 0.7, "gradientPenalty": 2.0, "penaltyShare": 0.5}:
        case(normalised_everywhere).check(loss=loss, rule=rule, **penalties)


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("kind", ["group", "instance", "layer", "pixel"])
def test_norms_between_tiles(case, kind, rule):
    case(lambda: normalised_wide(kind), batch=16, scale=0.05).check(rule=rule, **BOTH, gradientPenalty=2.0)


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("make", [plain, residual, smooth_residual])
def test_every_loss(case, make, loss, rule):
    case(make).check(loss=loss, rule=rule, **BOTH)


@pytest.mark.slow
@pytest.mark.parametrize("center", [0.0, 1.0, 0.5])
@pytest.mark.parametrize("others", [{}, {"r1": 0.7}, BOTH], ids=str)
@pytest.mark.parametrize("make", [plain, residual, smooth_residual])
def test_between_real_and_generated_images(case, make, others, center):
    for rule in UPDATE_RULES:
        case(make).check(loss="wasserstein", rule=rule, gradientPenalty=2.0, gradientPenaltyCenter=center, **others)


@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("bias", [-100.0, 20.0])
def test_images_without_a_slope(case, bias, rule):
    """Derivatives by logits that are too small for float32 divide nothing. (Above 20, PyTorch's own lose digits.)"""
    found = case(plain)
    weights = found.models[1].get_weights()
    weights[-1][:] = bias
    found.models[1].set_weights(weights)
    found.twins[1][-1].bias.data[:] = bias
    found.check(loss="non_saturating", rule=rule, **BOTH)


def test_hinge_beyond_its_margin(case):
    """Some images on either side have a slope of 0."""
    found = case(plain, batch=16, scale=0.4)
    logits = found.twins[1](torch.from_numpy(found.reals[0]).double())
    assert logits.min() < 1 < logits.max()
    for rule in UPDATE_RULES:
        found.check(loss="hinge", rule=rule, **BOTH)


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.6])
@pytest.mark.parametrize("penalties", [{"r2": 1.3}, BOTH, {"r1": 0.7, "gradientPenalty": 2.0}], ids=str)
@pytest.mark.parametrize("make", [plain, smooth_residual])
def test_on_some_images(case, make, penalties, share, rule):
    """Of six images one, three or four have penalties: the first of each kind."""
    case(make).check(rule=rule, penaltyShare=share, **penalties)


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_tiles_on_some_images(case, rule):
    """Half of 32 images is enough for tiles."""
    case(wide, batch=32, scale=0.02).check(rule=rule, penaltyShare=0.5, **BOTH)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_some_updates_have_none(case, count):
    """The first and the third have penalties, twice; the second has none."""
    found = case(plain, draws=3)
    for rule in UPDATE_RULES:
        how = {"loss": "hinge", "rule": rule, "count": count, "penaltyInterval": 2, **BOTH, "gradientPenalty": 0.8}
        told = bridge.floats_from_jvm(found.core("probePenalties", **how))
        gradients = bridge.floats_from_jvm(found.core("probeUpdates", **how)[2])
        times = 2 if count % 2 else 0
        oracle = Oracle(found, "hinge", draw=count - 1, times=times, **BOTH, gradientPenalty=0.8)
        assert distance(gradients, oracle.discriminator_gradient) <= 1e-5
        assert np.isnan(told).all() == (count == 2) and np.isnan(told).any() == (count == 2)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_schedule_is_a_factor_of_all_weights(case, count):
    """1, 0.75 and 0.5 in three updates of the generator; the statistics have the weights that counted."""
    found, factor = case(plain, draws=6), 1.25 - 0.25 * count
    weights = {**BOTH, "gradientPenalty": 0.8}
    scheduled = {name: factor * weight for name, weight in weights.items()}
    for rule, critics in (("alternating", 2), ("simultaneous", 1)):
        how = {"loss": "hinge", "rule": rule, "nCritic": critics, "count": count, **weights}
        core = found.core("probeUpdates", penaltySchedule=Linear(2, alpha=0.5), **how)
        oracle = Oracle(found, "hinge", draw=critics * count - 1, **scheduled)
        assert distance(bridge.floats_from_jvm(core[2]), oracle.discriminator_gradient) <= 1e-5
        told = bridge.floats_from_jvm(found.core("probePenalties", penaltySchedule=Linear(2, alpha=0.5), **how))
        for name, value in zip(PENALTY_STATISTICS, told):
            np.testing.assert_allclose(value, oracle.statistics[name], rtol=1e-5, err_msg=name)


def test_dropout_has_one_mask_in_all_passes(case):
    """The image is dropped, so D's gradient by it is the mask times that of the rest."""
    rate = 0.4
    found = case(lambda: (
        Sequential([Input(IMAGE), Dropout(rate), Conv2D(16, 3), LeakyReLU(0.2), Flatten(), Dense(1)]),
        nn.Sequential(nn.Conv2d(2, 16, 3), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(16 * 24, 1)),
    ))  # fmt: skip
    size, batch = int(np.prod(IMAGE)), found.reals.shape[1]
    key = (((1 << 8 | 1) << 16) ^ 1) << 32  # the second network's first pass and first layer
    words = [philox.block(key, (i, sample, 0, DROPOUT)) for sample in range(2 * batch) for i in range(size // 4)]
    kept = np.array([[philox.uniform(word) >= rate for word in four] for four in words]).reshape(2 * batch, *IMAGE)
    mask = torch.from_numpy(kept / (1 - rate)).double()
    g, d = found.twins
    real = torch.from_numpy(found.reals[0]).double()
    images = torch.cat([real, g(torch.from_numpy(found.latents[0]).double()).detach()]).requires_grad_()
    logits = d(images * mask)
    slope, = torch.autograd.grad(logits.sum(), images, create_graph=True)
    squares = slope.flatten(1).square().sum(1)
    loss = LOSS_TWINS["least_squares"][0](logits[:batch], logits[batch:], LABELS)
    expected = gradient(loss + 0.35 * squares[:batch].mean() + 0.65 * squares[batch:].mean(), d)
    actual = found.core("probeUpdates", loss="least_squares", rule="simultaneous", **BOTH)[2]
    assert distance(bridge.floats_from_jvm(actual), expected) <= 1e-5


@pytest.mark.long
@pytest.mark.parametrize("rule", UPDATE_RULES)
@pytest.mark.parametrize("make", [residual, smooth_residual])
@pytest.mark.parametrize("loss", ["non_saturating", "relativistic_average"])
def test_two_replicas_have_the_gradients_of_one(case, loss, make, rule):
    """Means over each replica's images, and proportions between images that follow from the image's number."""
    found = case(make)
    how = {"loss": loss, "rule": rule, "gradientPenalty": 2.0, **BOTH}
    one, two = (found.core("probeReplicas", **how, replicas=n) for n in (1, 2))
    for alone, together in zip(list(one)[1:3], list(two)[1:3]):
        # sums in another order
        assert distance(bridge.floats_from_jvm(together), bridge.floats_from_jvm(alone)) <= 3e-6
