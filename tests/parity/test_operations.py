"""Every operation of every engine against plain loops, on the layouts that the core's own loops know.

Each engine runs in a JVM of its own; oneDNN also with fewer of the CPU's instructions, as a variable tells it to."""

import itertools
from functools import partial

import numpy as np
import pytest
from lone_jvm import lone_jvm

pytestmark = pytest.mark.long
TOLERANCE = 1e-5  # of the largest value; sums of up to 2,500 products
FORMATS = ("NCHW", "NCHW8c", "NCHW16c")
# kernel, stride (height, width each), padding (top, left, bottom, right), and the image's height and width
GEOMETRIES = (
    (2, 2, 1, 1, 0, 0, 0, 0, 2, 2), (1, 1, 1, 1, 0, 0, 0, 0, 5, 1), (4, 4, 1, 1, 0, 0, 0, 0, 4, 4),
    (3, 3, 1, 1, 1, 1, 1, 1, 7, 5), (4, 4, 2, 2, 1, 1, 1, 1, 8, 8), (5, 5, 2, 2, 2, 2, 2, 2, 7, 9),
    (1, 1, 2, 2, 0, 0, 0, 0, 8, 6), (3, 2, 2, 1, 0, 1, 1, 0, 9, 6), (4, 4, 2, 2, 1, 1, 1, 1, 4, 4),
)  # fmt: skip
CHANNELS = ((1, 1), (1, 8), (3, 16), (5, 19), (16, 1), (24, 3), (32, 48), (100, 33))
GROUPS = ((4, 6, 2), (32, 32, 2), (32, 64, 4), (48, 24, 3), (3, 3, 3), (16, 16, 16), (20, 20, 20), (8, 24, 8))
# more windows for these: MKL-DNN has code of its own for single channels, by strides and by the image's size
OF_CHANNELS = ((3, 3, 2, 2, 1, 1, 1, 1, 8, 8), (2, 2, 3, 3, 0, 0, 0, 0, 8, 8), (3, 3, 1, 1, 1, 1, 1, 1, 33, 40))


@pytest.fixture(
    scope="module", params=[("mkldnn", "default"), ("onednn", "default"), ("onednn", "AVX2")], ids="-".join
)
def run(request):
    """A function that runs an operation of the engine."""
    name, instructions = request.param
    with lone_jvm(environment=[("ONEDNN_MAX_CPU_ISA", instructions.upper()), ("OMP_NUM_THREADS", "2")]) as jvm:
        yield partial(jvm.engine, name)


def draw(*shape, seed):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def close(actual, expected):
    """Whether flat values are an array's; a value that is not finite is not close."""
    actual = actual.reshape(expected.shape)
    return bool(np.abs(actual - expected).max() <= TOLERANCE * max(np.abs(expected).max(), 1e-3))


def padded(x, window, value=0.0):
    top, left, bottom, right = window[4:8]
    return np.pad(x.astype(np.float64), ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def taps(window, output):
    """For each value under the window, its row and column and the slices of a padded image that it meets."""
    height, width, down, right = window[:4]
    for row, column in itertools.product(range(height), range(width)):
        rows = slice(row, row + down * output[0], down)
        yield row, column, (slice(None), slice(None), rows, slice(column, column + right * output[1], right))


def output_of(window):
    height, width, down, right, top, left, bottom, end, rows, columns = window
    return (rows + top + bottom - height) // down + 1, (columns + left + end - width) // right + 1


def unpadded(x, window):
    top, left, _, _, rows, columns = window[4:]
    return x[:, :, top:top + rows, left:left + columns]


def convolved(x, w, dy, bias, window):
    """Output, and the gradients of source, weights and bias, in float64."""
    image = padded(x, window)
    y = np.zeros(dy.shape) + (0.0 if bias is None else bias[None, :, None, None])
    back, dw = np.zeros_like(image), np.zeros(w.shape)
    for row, column, part in taps(window, dy.shape[2:]):
        y += np.einsum("nchw,oc->nohw", image[part], w[:, :, row, column])
        back[part] += np.einsum("nohw,oc->nchw", dy, w[:, :, row, column])
        dw[:, :, row, column] = np.einsum("nchw,nohw->oc", image[part], dy)
    return [y, unpadded(back, window), dw] + ([] if bias is None else [dy.astype(np.float64).sum((0, 2, 3))])


@pytest.mark.slow
@pytest.mark.parametrize("samples, has_bias", [(1, True), (3, False)])
def test_convolutions(run, samples, has_bias):
    """The windows that skip pixels too: their gradients must be zero, not what the memory held."""
    wrong = []
    for (ins, outs), window in itertools.product(CHANNELS, GEOMETRIES):
        source, output = (ins, *window[8:]), (outs, *output_of(window))
        x, w = draw(samples, *source, seed=1), draw(outs, ins, *window[:2], seed=2)
        dy, bias = draw(samples, *output, seed=3), draw(outs, seed=4) if has_bias else None
        found = run("convolution", samples, source, output, window[:8], 1, [x, w, dy] + ([bias] if has_bias else []))
        expected = convolved(x, w, dy, bias, window)
        assert len(found) == len(expected)
        names = [name for name, a, b in zip(("y", "dx", "dw", "db"), found, expected) if not close(a, b)]
        wrong += [(ins, outs, window, names)] if names else []
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("samples, has_bias", [(1, True), (3, False)])
def test_convolutions_in_groups(run, samples, has_bias):
    """Of channels that fill blocks or do not, and of one channel each; each group is a convolution of its own."""
    wrong = []
    for (ins, outs, groups), window in itertools.product(GROUPS, GEOMETRIES + OF_CHANNELS):
        source, output = (ins, *window[8:]), (outs, *output_of(window))
        x, w = draw(samples, *source, seed=1), draw(groups, outs // groups, ins // groups, *window[:2], seed=2)
        dy, bias = draw(samples, *output, seed=3), draw(outs, seed=4) if has_bias else None
        tensors = [x, w, dy] + ([bias] if has_bias else [])
        found = run("convolution", samples, source, output, window[:8], groups, tensors)
        parts = [
            convolved(*part, None if bias is None else bias.reshape(groups, -1)[number], window)
            for number, part in enumerate(zip(np.split(x, groups, 1), w, np.split(dy, groups, 1)))
        ]
        expected = [np.concatenate(part, axis) for part, axis in zip(zip(*parts), (1, 1, 0, 0))]
        assert len(found) == len(expected)
        names = [name for name, a, b in zip(("y", "dx", "dw", "db"), found, expected) if not close(a, b)]
        wrong += [(ins, outs, groups, window, names)] if names else []
    assert wrong == []


def test_inner_products(run):
    for samples, ins, outs in ((1, 1, 1), (5, 7, 3), (16, 100, 33), (64, 128, 1), (3, 10, 256)):
        x, w, dy, bias = (draw(samples, ins, seed=1), draw(outs, ins, seed=2), draw(samples, outs, seed=3),
                          draw(outs, seed=4))  # fmt: skip
        found = run("innerProduct", samples, ins, outs, [x, w, dy, bias])
        wide = [part.astype(np.float64) for part in (x, w, dy)]
        expected = [wide[0] @ wide[1].T + bias, wide[2] @ wide[1], wide[2].T @ wide[0], wide[2].sum(0)]
        assert len(found) == 4 and all(map(close, found, expected)), (samples, ins, outs)


@pytest.mark.parametrize("inputs", [5, 64, 101])
def test_a_pointwise_convolution_rounds_equal_samples_alike(run, inputs):
    """Dense layers in generation: an image must not depend on where its row lies, so equal pixels give equal bits."""
    pixels = 13
    x = np.repeat(draw(1, inputs, 1, 1, seed=1), pixels, axis=2)
    w, dy = draw(24, inputs, 1, 1, seed=2), draw(1, 24, pixels, 1, seed=3)
    window = (1, 1, 1, 1, 0, 0, 0, 0)
    y = run("convolution", 1, (inputs, pixels, 1), (24, pixels, 1), window, 1, [x, w, dy])[0].reshape(24, pixels)
    assert np.array_equal(y, np.repeat(y[:, :1], pixels, axis=1)) and np.ptp(y[:, 0]) > 0


FUNCTIONS = {
    ("Relu", 0.2): (lambda x: np.where(x > 0, x, 0.2 * x), lambda x: np.where(x > 0, 1.0, 0.2)),
    ("Relu", 0.0): (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    ("Elu", 0.7): (lambda x: np.where(x > 0, x, 0.7 * np.expm1(x)), lambda x: np.where(x > 0, 1.0, 0.7 * np.exp(x))),
    ("Times", 2.5): (lambda x: 2.5 * x, lambda x: np.full_like(x, 2.5)),
    ("Tanh", 0.0): (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    ("Sigmoid", 0.0): (lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    ("Softplus", 0.0): (lambda x: np.logaddexp(0, x), lambda x: 1 / (1 + np.exp(-x))),
}


@pytest.mark.parametrize("layout", FORMATS)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: f"{function[0]}-{function[1]}")
def test_functions_of_each_value(run, function, layout):
    """Also of channels that do not fill their blocks."""
    of, derivative = FUNCTIONS[function]
    for dims in ((2, 5, 3, 4), (3, 32, 2, 3)):
        x, dy = 4 * draw(*dims, seed=1), draw(*dims, seed=2)
        y, dx = run("elementwise", *function, layout, dims, x, dy)
        wide = x.astype(np.float64)
        assert close(y, of(wide)) and close(dx, dy * derivative(wide)), dims


def pooled(x, dy, window, pool):
    """Output and the source's gradient; among equal values the first takes the gradient."""
    image = padded(x, window, -np.inf if pool == "Max" else 0.0)
    parts = [(image[part], part) for _, _, part in taps(window, dy.shape[2:])]
    stack, back = np.stack([values for values, _ in parts]), np.zeros_like(image)
    inside = padded(np.ones_like(x), window)
    counts = sum(inside[part] for _, part in parts) if pool == "MeanWithoutPadding" else len(parts)
    winners = stack.argmax(0)
    for number, (_, part) in enumerate(parts):
        back[part] += dy * (winners == number) if pool == "Max" else dy / counts
    return stack.max(0) if pool == "Max" else stack.sum(0) / counts, unpadded(back, window)


@pytest.mark.parametrize("layout", FORMATS)
@pytest.mark.parametrize("pool", ["Max", "MeanWithPadding", "MeanWithoutPadding"])
def test_pooling(run, pool, layout):
    """Of values of which many are equal."""
    for channels, window in itertools.product(
        (5, 32), ((2, 2, 2, 2, 0, 0, 0, 0, 6, 8), (3, 3, 2, 2, 1, 1, 1, 1, 7, 5), (3, 2, 1, 1, 0, 1, 1, 0, 5, 4))
    ):
        source, output = (2, channels, *window[8:]), (2, channels, *output_of(window))
        x, dy = np.round(draw(*source, seed=1)), draw(*output, seed=2)
        found = run("pooling", pool, window[:8], layout, source, output, x, dy)
        assert all(map(close, found, pooled(x, dy, window, pool))), (channels, window)


@pytest.mark.parametrize("layout", FORMATS)
@pytest.mark.parametrize("fixed", [False, True])
def test_batch_norms(run, fixed, layout):
    epsilon = 1e-3
    for dims in ((3, 5, 4, 3), (2, 32, 3, 3), (4, 24, 1, 1)):
        channels, axes = dims[1], (0, 2, 3)
        x, dy = 2 * draw(*dims, seed=1) + 1, draw(*dims, seed=2)
        scale, shift, mean = (draw(channels, seed=seed) for seed in (3, 4, 5))
        variance = np.abs(draw(channels, seed=6)) + 0.1
        found = run("batchNorm", epsilon, fixed, layout, dims,
                    [x, dy, np.concatenate([scale, shift]), mean, variance])  # fmt: skip
        wide, top = x.astype(np.float64), dy.astype(np.float64)
        if not fixed:
            mean, variance = wide.mean(axes), wide.var(axes)
        maps = [part[None, :, None, None] for part in (scale, shift, mean, 1 / np.sqrt(variance + epsilon))]
        normal = (wide - maps[2]) * maps[3]
        dscale, dshift = (top * normal).sum(axes), top.sum(axes)
        dx = top if fixed else top - top.mean(axes, keepdims=True) - normal * (top * normal).mean(axes, keepdims=True)
        expected = [maps[0] * normal + maps[1], mean, variance, maps[0] * maps[3] * dx, dscale, dshift]
        assert len(found) == 6 and [close(a, b) for a, b in zip(found, expected)] == [True] * 6, dims


@pytest.mark.parametrize("layout", FORMATS)
def test_sums(run, layout):
    dims = (2, 5, 3, 4)
    terms = [draw(*dims, seed=seed) for seed in range(3)]
    (total,) = run("sum", [layout] * 3, dims, terms)
    assert close(total, np.sum(terms, axis=0, dtype=np.float64))
