"""Networks in ONNX files, run by onnxruntime, against the core: every native layer."""

import numpy as np
import onnx
import onnxruntime
import pytest

from bigdl_gan.export.onnx_model import discriminator_model, generator_model
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import (
    ELU,
    GELU,
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    ClippedImages,
    Concatenate,
    ConditionalBatchNormalization,
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
    GlobalAveragePooling2D,
    GroupNormalization,
    Input,
    InstanceNormalization,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Model,
    Multiply,
    PixelNormalization,
    Rescaling,
    Reshape,
    Sequential,
    SpectralNormalization,
    UpSampling2D,
)
from bigdl_gan.networks.lowered import lower

IMAGE = (4, 6, 7)  # channels, height, width: all different
OF_IMAGES = {
    "Conv2D same, uneven": lambda: Conv2D(5, (3, 4), (2, 3), "same"),
    "Conv2D valid, no bias": lambda: Conv2D(5, (2, 3), use_bias=False),
    "Conv2D in groups": lambda: Conv2D(6, 3, 2, "same", groups=2),
    "DepthwiseConv2D": lambda: DepthwiseConv2D((3, 2), 1, "same", depth_multiplier=2, use_bias=False),
    "Conv2DTranspose same": lambda: Conv2DTranspose(3, 4, 2, "same"),
    "Conv2DTranspose same, odd": lambda: Conv2DTranspose(3, (3, 5), (2, 1), "same", use_bias=False),
    "Conv2DTranspose valid": lambda: Conv2DTranspose(3, (2, 3), (2, 1)),
    "Conv2DTranspose, stride above kernel": lambda: Conv2DTranspose(3, (2, 1), (3, 2), "same"),
    "BatchNormalization": lambda: BatchNormalization(epsilon=0.1),
    "GroupNormalization": lambda: GroupNormalization(2, epsilon=0.1),
    "GroupNormalization, scale only": lambda: GroupNormalization(2, center=False),
    "InstanceNormalization": lambda: InstanceNormalization(),
    "LayerNormalization": lambda: LayerNormalization(),
    "PixelNormalization": lambda: PixelNormalization(epsilon=0.1),
    "SpectralNormalization of Conv2D": lambda: SpectralNormalization(Conv2D(5, 3, padding="same")),
    "SpectralNormalization of Conv2DTranspose": lambda: SpectralNormalization(Conv2DTranspose(3, 4, 2, "same")),
    "MaxPooling2D": lambda: MaxPooling2D(2),
    "MaxPooling2D same": lambda: MaxPooling2D(3, 2, "same"),
    "AveragePooling2D": lambda: AveragePooling2D((2, 3), 1),
    "AveragePooling2D same": lambda: AveragePooling2D(3, 2, "same"),
    "GlobalAveragePooling2D": lambda: GlobalAveragePooling2D(),
    "UpSampling2D": lambda: UpSampling2D((2, 3)),
    "UpSampling2D bilinear": lambda: UpSampling2D((2, 3), interpolation="bilinear"),
    "FilteredUpSampling2D": lambda: FilteredUpSampling2D(),
    "FilteredDownSampling2D": lambda: FilteredDownSampling2D(),
    "Rescaling": lambda: Rescaling(0.3),
    "GELU": lambda: GELU(),
    "GELU, approximate": lambda: GELU(approximate=True),
    "Flatten": lambda: Flatten(),
    "Reshape": lambda: Reshape((6, 4, 7)),
    "LeakyReLU": lambda: LeakyReLU(0.3),
    "ELU": lambda: ELU(0.7),
    **{name: lambda name=name: Activation(name) for name in ("relu", "tanh", "sigmoid", "silu", "softplus", "linear")},
}
OF_VECTORS = {
    "Dense": lambda: Dense(3),
    "Embedding": lambda: Embedding(5),
    "Dense, no bias": lambda: Dense(3, use_bias=False),
    "SpectralNormalization of Dense": lambda: SpectralNormalization(Dense(3)),
    "BatchNormalization of vectors": lambda: BatchNormalization(),
    "GroupNormalization of vectors": lambda: GroupNormalization(2),
    "LayerNormalization of vectors": lambda: LayerNormalization(center=False),
    "PixelNormalization of vectors": lambda: PixelNormalization(),
    "Reshape of vectors": lambda: Reshape((2, 1, 2)),
    "Dropout": lambda: Dropout(0.5),
}
OF_EVEN_IMAGES = {
    "tied Conv2D": lambda: Conv2D(5, 4, 2, "same", tied=True),
    "tied Conv2DTranspose": lambda: Conv2DTranspose(5, 4, 2, "same", tied=True),
    "SpectralNormalization, tied": lambda: SpectralNormalization(Conv2D(5, 4, 2, "same", tied=True)),
}


@pytest.fixture(scope="module")
def drawn(core):
    """Draws a network's weights and running statistics: these as two updates leave them."""

    def draw(model, seed=0):
        rng = np.random.default_rng(seed)
        shapes = model.get_weights_shape()
        if shapes:
            model.set_weights([rng.normal(0.2, 0.5, size=shape).astype(np.float32) for shape in shapes])
        x, dy = (rng.normal(size=(4, *shape[1:])).astype(np.float32) for shape in (
            model.get_input_shape(), model.get_output_shape()))  # fmt: skip
        state = core(model, x, dy, training=True, steps=2).state
        weights, _ = bridge.call("networkValues", model.value)
        bridge.call("storeValues", model.value, bytearray(weights), bridge.floats_to_jvm(state))
        return model, x, core(model, x, dy, training=False).output

    return draw


def by_onnxruntime(model, **inputs):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def differs(actual, expected):
    assert actual.size == expected.size
    return np.abs(actual.ravel() - expected).max() / np.abs(expected).max()


@pytest.mark.long
@pytest.mark.parametrize("shape, layers", [(IMAGE, OF_IMAGES), ((3, 6, 4), OF_EVEN_IMAGES), ((4,), OF_VECTORS)],
                         ids=["images", "even images", "vectors"])  # fmt: skip
def test_each_layer(drawn, shape, layers):
    """All layers beside each other, on the same input, in one network; the core's numbers are the expected ones."""
    given = Input(shape)
    outputs = [Flatten()(make()(given)) for make in layers.values()]
    model, x, expected = drawn(Model(given, Concatenate()(outputs)))
    found = by_onnxruntime(discriminator_model(lower(model, "network"), "float", {}), images=x)
    ends = np.cumsum([output.get_output_shape()[1] for output in outputs])
    parts = (np.split(values, ends[:-1], axis=1) for values in (found, expected.reshape(4, -1)))
    for name, ours, theirs in zip(layers, *parts):
        assert differs(ours, theirs.ravel()) < 1e-5, name


def test_merging_layers(drawn):
    image = Input((4, 5, 6))
    narrow, wide = Conv2D(4, 3, padding="same")(image), Conv2D(3, 1)(image)
    summed = Add()([narrow, image, Dropout(0.3)(narrow)])
    joined = Concatenate()([summed, wide])
    vector = Flatten()(wide)
    scaled = Multiply()([joined, Reshape((7, 1, 1))(Dense(7)(vector))])
    normal = ConditionalBatchNormalization(epsilon=0.1)([scaled, Dense(3)(vector)])
    first = Dense(4)(Flatten()(Concatenate(-1)([normal, Multiply()([joined, scaled])])))
    second = ConditionalBatchNormalization()([first, Dense(2)(vector)])
    model = Model(image, Concatenate()([second, Dot()([first, Dense(4)(vector)])]))
    model, x, expected = drawn(model)
    found = discriminator_model(lower(model, "network"), "float", {})
    assert differs(by_onnxruntime(found, images=x), expected) < 1e-5


def test_a_spectral_norm_without_singular_vectors(drawn, core):
    """An average of kernels comes without any: the core finds them, and so does the export."""
    model, x, _ = drawn(Sequential([Input(IMAGE), SpectralNormalization(Conv2D(5, 3))]))
    weights, state = bridge.call("networkValues", model.value)
    bridge.call("storeValues", model.value, bytearray(weights), bytearray(len(state)))
    assert not lower(model, "network").layers[0].state.any()
    expected = core(model, x, np.zeros((4, 5, 4, 5), np.float32), training=False).output
    found = discriminator_model(lower(model, "network"), "float", {})
    assert differs(by_onnxruntime(found, images=x), expected) < 1e-5


@pytest.mark.parametrize("channels, end", [(1, ClippedImages), (3, ClippedImages), (3, lambda: Activation("tanh"))])
def test_a_generators_pixels(drawn, channels, end):
    """Of values from -3 to 3: clipped, as levels, and in three channels. Half a level up: floor(x + 1/2)."""
    model, x, values = drawn(Sequential([Input((6,)), Dense(channels * 8), Reshape((channels, 2, 4)), end()]))
    network = lower(model, "generator")
    values = values.reshape(4, channels, 2, 4)
    images = by_onnxruntime(generator_model(network, "float", {}), latents=x)
    np.testing.assert_allclose(images, np.clip(values, -1, 1), atol=1e-5)
    levels = by_onnxruntime(generator_model(network, "uint8", {}), latents=x)
    assert levels.dtype == np.uint8 and len(np.unique(levels)) > 5
    expected = np.clip(np.floor((values + 1) * 127.5 + 0.5), 0, 255)
    assert np.abs(levels - expected).max() <= 1 and (levels != expected).mean() < 0.1
    rgb = by_onnxruntime(generator_model(network, "uint8_rgb", {}), latents=x)
    np.testing.assert_array_equal(rgb, np.broadcast_to(levels, (4, 3, 2, 4)))


def test_a_discriminators_pixels(drawn):
    model, _, _ = drawn(Sequential([Input((1, 2, 2)), Flatten(), Dense(1)]))
    network = lower(model, "discriminator")
    levels = np.array([[[[0, 255], [100, 1]]]], np.uint8)
    expected = by_onnxruntime(discriminator_model(network, "float", {}), images=levels.astype(np.float32) / 127.5 - 1)
    found = by_onnxruntime(discriminator_model(network, "uint8", {}), images=levels)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_files_form(drawn):
    """What old runtimes read, and what names there are."""
    model, _, _ = drawn(Sequential([Input((6,)), Dense(4), Reshape((1, 2, 2)), Activation("tanh")]))
    found = generator_model(lower(model, "generator"), "float", {"model": "gan_1"})
    assert found.ir_version == 8 and [(i.domain, i.version) for i in found.opset_import] == [("", 13)]
    shapes = {v.name: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]
              for v in [*found.graph.input, *found.graph.output]}  # fmt: skip
    assert shapes == {"latents": ["N", 6], "images": ["N", 1, 2, 2]}
    assert {p.key: p.value for p in found.metadata_props} == {"model": "gan_1"}
    assert {"1.dense.kernel", "1.dense.bias"} <= {constant.name for constant in found.graph.initializer}
    onnx.checker.check_model(found, full_check=True)


def test_a_layer_that_dllib_runs(drawn):
    model, _, _ = drawn(Sequential([Input((6,)), Dense(4), Activation("softsign")]))
    message = r"must be one that the export to ONNX knows.*Received: .*, which is Module\(module=SoftSign\)"
    with pytest.raises(ValueError, match=message):
        discriminator_model(lower(model, "network"), "float", {})


def test_a_later_form_of_a_layer(drawn):
    """A field that the nodes do not take into account is refused, not ignored."""
    model, _, _ = drawn(Sequential([Input((6,)), Dense(4)]))
    network = lower(model, "network")
    changed = network.layers[0]._replace(spec={**network.layers[0].spec, "groups": 2})
    with pytest.raises(ValueError, match=r"Received: .*, which is Dense\(bias=True, groups=2\)"):
        discriminator_model(network._replace(layers=(changed,)), "float", {})
