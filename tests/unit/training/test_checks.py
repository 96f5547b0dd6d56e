"""The checks that need no JVM: plain descriptions in, messages out."""

import pytest

from bigdl_gan.training.checks import check_images, check_networks


def network(inputs, outputs, end="tanh", *, clips=False, momentum=None):
    layer = {"name": "Dense 'x'", "kind": "Dense(true)", **({} if momentum is None else {"momentum": momentum})}
    layers = [layer, {"name": "Reshape 'y'", "kind": "Reshape of 1"}]
    return {
        "inputShape": inputs, "outputShape": outputs, "end": end, "clips": clips, "layers": layers,
        "written": ["Dense 'x'", "Reshape 'y'"],
    }  # fmt: skip


def table(*kinds, nulls=0, short=""):
    names = ("height", "width", "channels", "mode", "count", "origin")
    return {"nulls": nulls, "short": short, "kinds": [dict(zip(names, kind)) for kind in kinds]}


GREY = (4, 6, 1, 0, 10, "a.png")
COLOUR = (4, 6, 3, 16, 5, "b.png")


@pytest.mark.parametrize("shape", [[1, 4, 6], [3, 4, 6]])
def test_networks_that_fit(shape):
    check_networks(network([2], shape), network(shape, [1]))


@pytest.mark.parametrize(
    "generator, discriminator, message",
    [
        (network([2], [1, 4, 6]), network([1, 4, 6], [2]), r"one logit, shape \(1,\). Received: shape \(2,\)"),
        (network([2], [1, 4, 6]), network([1, 4, 6], [1], "sigmoid"), "a sigmoid. Received: Dense 'x' at its end"),
        (network([2], [2, 4, 6]), network([2, 4, 6], [1]), r"1 or 3 channels. Received: input shape \(2, 4, 6\)"),
        (network([2], [4, 6]), network([4, 6], [1]), r"1 or 3 channels. Received: input shape \(4, 6\)"),
        (network([2], [1, 6, 4]), network([1, 4, 6], [1]), r"output \(1, 6, 4\), discriminator input \(1, 4, 6\)\.$"),
        (network([2], [1, 4, 6]), network([4, 6, 1], [1]), r"shape \(4, 6, 1\). Write input_shape=\(1, 4, 6\)"),
        (network([2], [1, 4, 6]), network([24], [1]), r"shape \(24,\). Write input_shape=\(1, height, width\)"),
        (network([2], [24]), network([1, 4, 6], [1]), r"output \(24,\), .* Add Reshape\(\(1, 4, 6\)\)"),
        (network([2], [4, 6, 3]), network([3, 4, 6], [1]), r"output \(4, 6, 3\), .* shapes channels first"),
        (network([1, 4, 6], [1]), network([2], [1, 4, 6]), r"Received: shape \(1, 4, 6\). Are .* swapped\?"),
        (network([1, 4, 6], [1]), network([2], [1, 4, 7]), r"Received: shape \(1, 4, 7\). End it in Flatten"),
    ],
)
def test_networks_that_do_not(generator, discriminator, message):
    with pytest.raises(ValueError, match=message):
        check_networks(generator, discriminator)


@pytest.mark.parametrize("end", ["sigmoid", "relu", "softplus", "softmax"])
def test_generators_whose_images_are_never_dark(end):
    """Black is -1: these ends give nothing below 0."""
    message = rf"images in \[-1, 1\], black being -1. Received: one that ends in {end} \(Dense 'x'\).*End it in tanh"
    with pytest.raises(ValueError, match=message):
        check_networks(network([2], [1, 4, 6], end), network([1, 4, 6], [1], "linear"))


@pytest.mark.parametrize("end", ["linear", "leaky_relu", "elu"])
def test_generators_whose_images_leave_the_range(end):
    with pytest.warns(RuntimeWarning, match=rf"should end in tanh: .* one that ends in {end} .*ClippedImages"):
        check_networks(network([2], [1, 4, 6], end), network([1, 4, 6], [1], "linear"))
    check_networks(network([2], [1, 4, 6], end, clips=True), network([1, 4, 6], [1], "linear"))


def test_momentum_in_kerass_sense():
    good = network([2], [1, 4, 6], momentum=0.1)
    check_networks(good, network([1, 4, 6], [1], momentum=0.5))
    with pytest.warns(RuntimeWarning, match="in the generator.*momentum=0.99 in 1 layers.*is momentum=0.01 here"):
        check_networks(network([2], [1, 4, 6], momentum=0.99), network([1, 4, 6], [1]))
    with pytest.warns(RuntimeWarning, match="in the discriminator.*momentum=0.9 in 1 layers.*is momentum=0.1 here"):
        check_networks(good, network([1, 4, 6], [1], momentum=0.9))


def test_images_that_fit():
    check_images(table(GREY), "image", [1, 4, 6], 10)
    check_images(table(COLOUR), "image", [3, 4, 6], 1)


@pytest.mark.parametrize(
    "census, message",
    [
        (table(), "The DataFrame must hold images in `picture`. Received: an empty DataFrame"),
        (table(GREY, nulls=2), r"no null images. Received: 2 of 12. Drop them: df.dropna\(subset=\['picture'\]\)"),
        (table(nulls=2), "no null images. Received: 2 of 2"),
        (table(GREY, short="x with 3 bytes"), "height x width x nChannels bytes. Received: x with 3 bytes"),
        (table(COLOUR), "nChannels=1, mode=0. Received: 5 of 5 with height=4, width=6, nChannels=3, mode=16"),
        (table(GREY, COLOUR), "Received: 5 of 15 with .*nChannels=3, mode=16, the first from 'b.png'"),
        (table((6, 4, 1, 0, 10, "c.png")), "height=4, width=6, .* Received: 10 of 10 with height=6, width=4"),
        (table((4, 6, 1, 5, 10, "c.png")), "mode=0. Received: 10 of 10 with .*mode=5.* to 8 bits, or drop them"),
        (table((4, 6, 1, 0, 7, "c.png")), r"must not exceed the number of images \(7\). Received: batchSize=8"),
    ],
)
def test_images_that_do_not(census, message):
    with pytest.raises(ValueError, match=message):
        check_images(census, "picture", [1, 4, 6], 8)


@pytest.mark.parametrize("shape, kind, column, call", [
    ([1, 28, 28], (28, 28, 3, 16, 5, "b"), "image", "images.prepare(df, 28, channels=1)"),
    ([3, 64, 32], (16, 99, 3, 16, 5, "b"), "image", "images.prepare(df, (64, 32), channels=3)"),
    ([3, 8, 8], (20, 8, 3, 16, 5, "b"), "image", "images.prepare(df, 8, channels=3, min_side=8)"),
    ([1, 28, 28], (99, 99, 4, 24, 5, "b"), "a", "images.prepare(df, 28, channels=1, input_col='a', output_col='a')"),
])  # fmt: skip
def test_other_images_name_the_call_that_makes_them_fit(shape, kind, column, call):
    with pytest.raises(ValueError) as caught:
        check_images(table(kind), column, shape, 1)
    assert str(caught.value).endswith(f"Convert and resize them: {call}, or build the networks for their size.")


def test_an_activation_is_named_as_the_user_wrote_it():
    """dllib makes two layers of it, with names of its own."""
    layers = [
        {"name": "Dense 'first'", "kind": "Dense(true) of 0"},
        {"name": "KerasLayerWrapper 'KerasLayerWrapper1'", "kind": "Dense(true) of 1"},
        {"name": "KerasIdentityWrapper 'KerasIdentityWrapper2'", "kind": "Elementwise(175,0.0) of 2"},
        {"name": "Reshape 'end'", "kind": "Reshape of 3"},
    ]
    made = {"end": "sigmoid", "layers": layers, "written": ["Dense 'first'", "Dense 'dense_1'", "Reshape 'end'"]}
    with pytest.raises(ValueError, match="Received: activation='sigmoid' of Dense 'dense_1' at its end. Remove it"):
        check_networks(network([2], [1, 4, 6]), {**network([1, 4, 6], [1]), **made})
    with pytest.raises(ValueError, match=r"ends in sigmoid \(activation='sigmoid' of Dense 'dense_1'\)"):
        check_networks({**network([2], [1, 4, 6]), **made}, network([1, 4, 6], [1], "linear"))


@pytest.mark.parametrize("written, received", [
    (["Dense 'first'", "KerasLayerWrapper 'last'"], "activation='sigmoid' of the layer 'last'"),
    (["Dense 'last'", "Activation 'last_activation'"], "Activation 'last_activation'"),  # two layers with these names
    (["Sequential 'model'"], "Activation 'last_activation'"),
])  # fmt: skip
def test_an_activation_of_our_own_layers(written, received):
    """`bigdl_gan.layers` makes two layers of it: `last_linear` and `last_activation`."""
    layers = [{"name": "Dense 'last_linear'", "kind": "Dense(true) of 0"},
              {"name": "Activation 'last_activation'", "kind": "Elementwise(175,0.0) of 1"}]  # fmt: skip
    made = {"end": "sigmoid", "layers": layers, "written": written}
    with pytest.raises(ValueError, match=f"without a sigmoid. Received: {received} at its end. Remove it"):
        check_networks(network([2], [1, 4, 6]), {**network([1, 4, 6], [1]), **made})


@pytest.mark.parametrize("part", ["linear", "cropping2d"])
def test_a_layer_of_two_parts_at_the_end(part):
    """The core fuses a convolution and its relu; a transposed convolution may crop after its linear part."""
    layers = [{"name": f"Convolution2D 'last_{part}'", "kind": "Convolution of 0"}]
    made = {**network([2], [1, 4, 6], "relu"), "layers": layers, "written": ["KerasLayerWrapper 'last'"]}
    with pytest.raises(ValueError, match=r"ends in relu \(activation='relu' of the layer 'last'\), whose values"):
        check_networks(made, network([1, 4, 6], [1], "linear"))
    with pytest.warns(RuntimeWarning, match=r"ends in linear \(the layer 'last'\)\. Values beyond are clipped"):
        check_networks({**made, "end": "linear"}, network([1, 4, 6], [1], "linear"))
