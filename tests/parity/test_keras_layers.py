"""The layers with Keras's names, as the core runs them, against PyTorch."""

import numpy as np
import pytest
import torch
from torch import nn

from bigdl_gan.layers import (
    ELU,
    GELU,
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    ClippedImages,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
    MaxPooling2D,
    Model,
    ReLU,
    Rescaling,
    Reshape,
    Sequential,
    SiLU,
    Softplus,
    UpSampling2D,
    ZeroPadding2D,
)

IMAGE, VECTOR = (3, 5, 6), (7,)
ACTIVATIONS = {
    "elu": nn.ELU(), "gelu": nn.GELU(), "leaky_relu": nn.LeakyReLU(0.2), "relu": nn.ReLU(), "sigmoid": nn.Sigmoid(),
    "silu": nn.SiLU(),
    "softplus": nn.Softplus(), "softsign": nn.Softsign(), "tanh": nn.Tanh(),
}  # fmt: skip


class Times(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


CASES = {  # input's shape, layer, twin, whether the core runs all of it
    "Dense": (VECTOR, lambda: Dense(4), lambda: nn.Linear(7, 4), True),
    "Dense, no bias": (VECTOR, lambda: Dense(4, use_bias=False), lambda: nn.Linear(7, 4, bias=False), True),
    "Conv2D": (IMAGE, lambda: Conv2D(2, 3), lambda: nn.Conv2d(3, 2, 3), True),
    "Conv2D, same": (IMAGE, lambda: Conv2D(2, (3, 5), padding="same"), lambda: nn.Conv2d(3, 2, (3, 5), padding="same"),
                     True),
    # height 5, kernel 4, stride 2: 3 rows need 8 - 5 = 3 zeros, one at the top; width 6: 3 columns need 2, one left
    "Conv2D, same, strides": (IMAGE, lambda: Conv2D(2, 4, 2, "same"),
                              lambda: nn.Sequential(nn.ZeroPad2d((1, 1, 1, 2)), nn.Conv2d(3, 2, 4, 2)), True),
    "Conv2D, groups": (IMAGE, lambda: Conv2D(6, 3, groups=3), lambda: nn.Conv2d(3, 6, 3, groups=3), True),
    "DepthwiseConv2D": (IMAGE, lambda: DepthwiseConv2D(3, 1, "same", 2, activation="leaky_relu"),
                        lambda: nn.Sequential(nn.Conv2d(3, 6, 3, padding=1, groups=3), nn.LeakyReLU(0.2)), True),
    "BatchNormalization": (IMAGE, lambda: BatchNormalization(), lambda: nn.BatchNorm2d(3, eps=1e-3, momentum=0.01),
                           True),
    "BatchNormalization of vectors": (VECTOR, lambda: BatchNormalization(momentum=0.7, epsilon=0.1),
                                      lambda: nn.BatchNorm1d(7, eps=0.1, momentum=0.3), True),
    **{f"Activation {name}": (IMAGE, lambda name=name: Activation(name), lambda twin=twin: twin, name != "softsign")
       for name, twin in ACTIVATIONS.items()},
    "ReLU": (VECTOR, ReLU, nn.ReLU, True),
    "LeakyReLU": (VECTOR, LeakyReLU, lambda: nn.LeakyReLU(0.3), True),
    "LeakyReLU 0.1": (IMAGE, lambda: LeakyReLU(0.1), lambda: nn.LeakyReLU(0.1), True),
    "ELU": (VECTOR, lambda: ELU(0.5), lambda: nn.ELU(0.5), True),
    "Softplus": (VECTOR, Softplus, nn.Softplus, True),
    "SiLU": (IMAGE, SiLU, nn.SiLU, True),
    "GELU": (VECTOR, GELU, nn.GELU, True),
    "GELU, approximate": (IMAGE, lambda: GELU(approximate=True), lambda: nn.GELU("tanh"), True),
    "Conv2D, silu": (IMAGE, lambda: Conv2D(2, 3, activation="silu"),
                     lambda: nn.Sequential(nn.Conv2d(3, 2, 3), nn.SiLU()), True),
    "Dense, silu": (VECTOR, lambda: Dense(4, activation="silu"), lambda: nn.Sequential(nn.Linear(7, 4), nn.SiLU()),
                    True),
    "Rescaling": (VECTOR, lambda: Rescaling(1.5), lambda: Times(1.5), True),
    "Conv2D, Rescaling": (IMAGE, lambda: Sequential([Conv2D(17, 3, input_shape=IMAGE), Rescaling(3)]),
                          lambda: nn.Sequential(nn.Conv2d(3, 17, 3), Times(3)), True),
    "Flatten": (IMAGE, Flatten, nn.Flatten, True),
    "Reshape": ((8,), lambda: Reshape((2, -1, 2)), lambda: nn.Unflatten(1, (2, 2, 2)), True),
    "MaxPooling2D": (IMAGE, MaxPooling2D, lambda: nn.MaxPool2d(2), True),
    "AveragePooling2D": (IMAGE, lambda: AveragePooling2D(3, 1), lambda: nn.AvgPool2d(3, 1), True),
    "GlobalAveragePooling2D": (IMAGE, GlobalAveragePooling2D, Mean, False),
    "UpSampling2D": (IMAGE, lambda: UpSampling2D((2, 3)), lambda: nn.Upsample(scale_factor=(2.0, 3.0)), True),
    "UpSampling2D, bilinear": (IMAGE, lambda: UpSampling2D((2, 3), "bilinear"),
                               lambda: nn.Upsample(scale_factor=(2.0, 3.0), mode="bilinear"), True),
    "Cropping2D": (IMAGE, lambda: Cropping2D(((1, 0), (2, 1))), lambda: nn.ZeroPad2d((-2, -1, -1, 0)), False),
    "ZeroPadding2D": (IMAGE, lambda: ZeroPadding2D(((1, 0), (2, 3))), lambda: nn.ZeroPad2d((2, 3, 1, 0)), False),
    "ClippedImages": (IMAGE, ClippedImages, nn.Identity, True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_layer(agree, spark, case):
    shape, layer, twin, native = CASES[case]
    agree(Sequential([Input(shape), layer()]), twin(), native=native, steps=2 if "Batch" in case else 1)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(
    "shape, layer, twin",
    [
        (VECTOR, lambda name: Dense(3, activation=name), lambda: nn.Linear(7, 3)),
        (IMAGE, lambda name: Conv2D(2, 3, activation=name), lambda: nn.Conv2d(3, 2, 3)),
    ],
    ids=["Dense", "Conv2D"],
)
def test_activation_by_name(agree, spark, name, shape, layer, twin):
    model = Sequential([Input(shape), layer(name)])
    agree(model, nn.Sequential(twin(), ACTIVATIONS[name]), native=name != "softsign")


def test_dropout_drops_its_rate_and_scales_the_rest(core, spark):
    x = np.ones((50, 40), np.float32)
    model = Sequential([Input((40,)), Dropout(0.3)])
    values, counts = np.unique(core(model, x, x).output, return_counts=True)
    np.testing.assert_allclose(values, [0, 1 / 0.7], rtol=1e-6)
    np.testing.assert_allclose(counts[0] / 2000, 0.3, atol=5 * np.sqrt(0.3 * 0.7 / 2000))  # five standard errors
    np.testing.assert_array_equal(core(model, x, x, training=False).output, x.ravel())


def test_momentum_is_the_weight_of_the_old_average(core, spark):
    """Keras: running = momentum * running + (1 - momentum) * the batch's. dllib's momentum is one minus this."""
    model = Sequential([Input((1,)), BatchNormalization(momentum=0.75)])
    x = np.float32([[3], [5], [7], [9]])  # mean 6, unbiased variance 20 / 3
    mean, variance = core(model, x, x).state
    np.testing.assert_allclose([mean, variance], [0.25 * 6, 0.75 + 0.25 * 20 / 3], rtol=1e-6)


class Branches(nn.Module):
    def __init__(self, joined):
        super().__init__()
        self.joined = joined
        self.right, self.left = nn.Conv2d(3, 2, 1), nn.Conv2d(3, 2, 3, padding=1)  # as dllib orders the weights

    def forward(self, x):
        return self.joined(self.left(x), self.right(x))


@pytest.mark.parametrize(
    "merging, joined",
    [
        (Add, torch.add),
        (Concatenate, lambda a, b: torch.cat([a, b], 1)),
        (lambda: Concatenate(axis=-1), lambda a, b: torch.cat([a, b], 3)),
    ],
    ids=["Add", "Concatenate", "Concatenate, last axis"],
)
def test_branches_that_join(agree, spark, merging, joined):
    image = Input(IMAGE)
    model = Model(image, merging()([Conv2D(2, 3, padding="same")(image), Conv2D(2, 1)(image)]))
    agree(model, Branches(joined))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_activations_between_tiled_convolutions(agree, spark, name):
    """Wide ones are pixel-major."""
    down, up = nn.Conv2d(128, 128, 4, 2, 1), nn.ConvTranspose2d(128, 128, 4, 2, 1)
    model = Sequential([
        Input((128, 8, 8)), Conv2D(128, 4, 2, "same", activation=name), Conv2DTranspose(128, 4, 2, "same"),
    ])  # fmt: skip
    agree(model, nn.Sequential(down, ACTIVATIONS[name], up), batch=32, groups=2, scale=0.05, most=1e-5,
          norm=np.linalg.norm)  # fmt: skip


@pytest.mark.parametrize("approximate", [False, True])
def test_gelu_at_its_ends(core, spark, approximate):
    """From where it is 0 to where it is x, and beyond float32's squares; to float32's accuracy of values around 1."""
    x = np.concatenate([np.linspace(-12, 12, 4001), [-1e30, -1e19, 0, 1e19, 1e30]]).astype(np.float32)[:, None]
    exact = torch.from_numpy(x).double().requires_grad_()
    y = nn.functional.gelu(exact, approximate="tanh" if approximate else "none")
    y.sum().backward()
    run = core(Sequential([Input((1,)), GELU(approximate)]), x, np.ones_like(x))
    np.testing.assert_allclose(run.output, y.detach().numpy().ravel(), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(run.input_gradient[:4001], exact.grad.numpy().ravel()[:4001], atol=2e-6)
    assert np.isfinite(run.input_gradient).all()
