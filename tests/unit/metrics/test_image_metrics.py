"""Diversity and weave by hand."""

import numpy as np
import pyarrow as pa
import pytest
from local_side import LocalSide, local_sides

from bigdl_gan.metrics import Diversity
from bigdl_gan.metrics.diversity import drawn, ratio, spread_of
from bigdl_gan.metrics.tasks.brightness import as_features, images_of, nyquist_power, weave_sums

RNG = np.random.RandomState(0)
ROWS = RNG.standard_normal((60, 4)).astype(np.float32)


def by_pairs(rows):
    apart = np.sqrt(((rows[:, None].astype(float) - rows) ** 2).sum(2))
    return apart.sum() / (len(rows) * (len(rows) - 1))


def test_spread():
    found = spread_of(LocalSide("fakes", ROWS))
    assert found.mean == pytest.approx(by_pairs(ROWS), rel=1e-9)
    left = [by_pairs(np.delete(ROWS, row, 0)) for row in range(60)]
    assert found.error == pytest.approx(np.sqrt(59 / 60 * ((np.array(left) - np.mean(left)) ** 2).sum()), rel=1e-6)


def test_fewer_modes_less_diversity():
    values = [
        Diversity(metricName="feature_diversity").figure(local_sides(ROWS[RNG.randint(0, n, 60)], ROWS)).value
        for n in (60, 8, 3, 1)
    ]  # fmt: skip
    assert values == sorted(values, reverse=True) and values[-1] == 0


def test_a_part_is_drawn():
    side = LocalSide("fakes", ROWS)
    assert drawn(side, 60, 1) is side and drawn(side, 20, 1).n == 20
    first, again, other = ([drawn(side, 20, seed).ids for seed in (1, 1, 2)])
    assert first == again != other


def test_ratio():
    one, other = spread_of(LocalSide("fakes", ROWS)), spread_of(LocalSide("fakes", ROWS * 2))
    assert ratio(one, other).mean == pytest.approx(0.5)
    nothing = spread_of(LocalSide("fakes", np.ones((5, 2)), partitions=1))
    assert ratio(one, nothing).mean == np.inf and np.isnan(ratio(nothing, nothing).mean)


@pytest.mark.parametrize("shape", [(8, 8, 3), (6, 10, 1)])
def test_power_is_the_transforms(shape):
    image = RNG.randint(0, 256, shape).astype(np.uint8)
    spectrum = np.abs(np.fft.fft2(image.astype(float).mean(2))) ** 2
    expected = (spectrum[shape[0] // 2].mean() + spectrum[:, shape[1] // 2].mean()) / 2
    assert nyquist_power(image) == pytest.approx(expected, rel=1e-9)


def test_an_odd_side_loses_a_row():
    image = RNG.randint(0, 256, (7, 9, 1)).astype(np.uint8)
    assert nyquist_power(image) == nyquist_power(image[:6, :8])


def batch(images, **others):
    columns = {"data": [image.tobytes() for image in images]}
    for axis, name in enumerate(("height", "width", "nChannels")):
        columns[name] = [image.shape[axis] for image in images]
    return pa.RecordBatch.from_pydict({**columns, **others})


def test_blur_lowers_and_weaving_raises_it():
    images = RNG.randint(60, 190, (20, 8, 8, 1)).astype(np.uint8)
    blurred = ((images + np.roll(images, 1, 1).astype(int)) // 2).astype(np.uint8)
    woven = (images + 30 * (np.indices((8, 8)).sum(0) % 2)[..., None]).astype(np.uint8)
    power = [next(weave_sums([batch(some)])).column(2)[0].as_py() for some in (blurred, images, woven)]
    assert power == sorted(power)


def test_pixels_as_features():
    images = RNG.randint(0, 256, (3, 2, 2, 3)).astype(np.uint8)
    found = next(as_features([batch(images, id=[1, 2, 3], label=[None] * 3)])).to_pydict()
    np.testing.assert_allclose(found["features"], images.reshape(3, -1) / 255, rtol=1e-6)
    assert found["id"] == [1, 2, 3]


def test_null_images():
    broken = pa.RecordBatch.from_pydict({"data": [None], "height": [2], "width": [2], "nChannels": [1]})
    with pytest.raises(ValueError, match="must have height x width x nChannels bytes. Drop null ones"):
        list(images_of([broken]))
