"""A training's draws: the generator's known answers, and tests that order, flips and latents are random enough.

tests/parity/test_fit.py shows that the core draws the same numbers. Everything is a function of its seed: no test here
can fail by chance."""

import numpy as np
import pytest

from benchmarks import draws
from benchmarks.draws import FLIP, GENERATE, LATENT, SHUFFLE, Batches

N = 2000


@pytest.mark.parametrize(
    "seed, counter, expected",
    [
        (0, (0, 0, 0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        (2**64 - 1, (2**32 - 1,) * 4, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (0x299F31D0A4093822, (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_known_answers(seed, counter, expected):
    """The test vectors of Random123, its authors' library (tests/kat_vectors, philox4x32-10)."""
    assert " ".join(f"{word:08x}" for word in draws.philox(seed, *counter).tolist()) == expected


def correlation(a, b):
    return abs(np.corrcoef(np.ravel(a), np.ravel(b))[0, 1])


def test_latents_are_standard_normal():
    """Mean, variance, skewness and kurtosis lie within five standard errors for this many numbers."""
    z = np.stack([draws.normals(3, LATENT, draw, np.arange(64), 100) for draw in range(30)])  # (draws, samples, size)
    n = z.size
    assert abs(z.mean()) < 5 / n**0.5 and abs(z.var() - 1) < 5 * (2 / n) ** 0.5
    assert abs((z**3).mean()) < 5 * (15 / n) ** 0.5 and abs((z**4).mean() - 3) < 5 * (96 / n) ** 0.5
    assert 4 < np.abs(z).max() < 6
    by_number = z.reshape(-1, 100)
    assert np.abs(by_number.mean(0)).max() < 5 / len(by_number) ** 0.5
    off_diagonal = np.corrcoef(by_number, rowvar=False)[~np.eye(100, dtype=bool)]
    assert np.abs(off_diagonal).max() < 5 / len(by_number) ** 0.5


def test_latents_do_not_repeat():
    """Neither between updates, samples, seeds and purposes, nor between the 64 bits of an id."""
    z = draws.normals(0, LATENT, 0, np.arange(64), 100)
    ids = [2**32, 2**32 + 1, 2**40]
    others = [
        draws.normals(0, LATENT, 1, np.arange(64), 100), draws.normals(1, LATENT, 0, np.arange(64), 100),
        draws.normals(2**32, LATENT, 0, np.arange(64), 100), draws.normals(0, GENERATE, 0, np.arange(64), 100),
        np.roll(z, 1, axis=0), np.roll(z, 1, axis=1), np.roll(z, 2, axis=1), np.roll(z, 4, axis=1),
    ]  # fmt: skip
    assert max(correlation(z, other) for other in others) < 5 / z.size**0.5
    assert len(np.unique(np.concatenate([z[:3], draws.normals(0, GENERATE, 0, np.array(ids), 100)]))) == 600


def test_every_image_once_an_epoch():
    """Also if the batch size does not divide the number of images: an epoch then ends within a batch."""
    batches = Batches(np.zeros((N, 1, 1, 1), np.uint8), seed=5, batch_size=48, latent_dim=1, flip=True)
    drawn = np.concatenate([batches.indices(draw)[0] for draw in range(3 * N // 48)])
    for epoch in range(3):
        assert sorted(drawn[epoch * N : (epoch + 1) * N]) == list(range(N))
    assert (drawn[:N] != drawn[N : 2 * N]).mean() > 0.99


def test_orders_are_uniform():
    """An image's position does not predict its own, or its neighbour's, in the next epoch."""
    orders = np.stack([draws.permutation(7, epoch, 0, N) for epoch in range(40)])
    places = np.argsort(orders, axis=1)  # (epochs, images)
    error = N / 12**0.5 / 40**0.5
    assert np.abs(places.mean(0) - (N - 1) / 2).max() < 5 * error
    pairs = [(places[:-1], places[1:]), (places[:, :-1], places[:, 1:]), (places[0], np.arange(N)),
             (places[0], np.argsort(draws.permutation(8, 0, 0, N))),
             (places[0], np.argsort(draws.permutation(7, 0, 1, N)))]  # fmt: skip
    for a, b in pairs:
        assert correlation(a, b) < 5 / a.size**0.5


def test_flips_are_fair_and_independent():
    """Independent of the previous flip, the same image's flip in the previous epoch, the replica, and the position."""
    flips = np.stack([draws.flips(2, 0, np.arange(epoch * N, (epoch + 1) * N)) for epoch in range(20)])
    assert abs(flips.mean() - 0.5) < 5 * 0.5 / flips.size**0.5
    places = [np.argsort(draws.permutation(2, epoch, 0, N)) for epoch in range(20)]
    of_images = np.stack([flip[place] for flip, place in zip(flips, places)])
    assert np.abs(of_images.mean(0) - 0.5).max() < 5 * 0.5 / 20**0.5
    pairs = [(flips[:, :-1], flips[:, 1:]), (of_images[:-1], of_images[1:]), (of_images, np.stack(places)),
             (flips[0], draws.flips(2, 1, np.arange(N))), (flips[0], draws.flips(3, 0, np.arange(N))),
             (flips[0], draws.flips(2, 0, np.arange(N) + 2**32))]  # fmt: skip
    for a, b in pairs:
        assert correlation(a, b) < 5 / a.size**0.5


def test_purposes_are_streams_of_their_own():
    counters = [draws.philox(0, 1, 2, 3, purpose).tolist() for purpose in (LATENT, SHUFFLE, GENERATE, FLIP)]
    assert len({tuple(words) for words in counters}) == 4


def test_batches_hold_the_images_that_they_name():
    """Red first, from 0 and 255 to -1 and 1, flipped from left to right."""
    pixels = np.random.default_rng(0).integers(0, 256, size=(9, 4, 5, 3), dtype=np.uint8)
    batches = Batches(pixels, seed=1, batch_size=6, latent_dim=2, flip=True)
    held = draws.share(pixels)
    assert sorted(map(bytes, held)) == sorted(map(bytes, pixels))
    images, mirrored = batches.indices(1)
    assert 0 < mirrored.sum() < 6
    for image, flip, real in zip(images, mirrored, batches.reals(1)):
        expected = held[image, :, ::-1] if flip else held[image]
        np.testing.assert_allclose(real, expected.transpose(2, 0, 1) / 127.5 - 1, atol=1e-6)
    np.testing.assert_array_equal(draws.to_levels(draws.to_floats(pixels)), pixels)
    edges = np.array([-2, -1, -0.9999, 0.9999, 1, 2], np.float32).reshape(1, 1, 1, 6)
    assert draws.to_levels(edges).ravel().tolist() == [0, 0, 0, 255, 255, 255]


def test_known_hashes():
    """XXH64's own test vector for no bytes; Spark's `xxhash64` of the bytes 0 to 44, which takes every branch."""
    assert draws.xxh64(np.zeros((1, 0), np.uint8), seed=0).tolist() == [0xEF46DB3751D8E999]
    assert draws.xxh64(np.arange(45, dtype=np.uint8)[None]).tolist() == [0xD37922BA7DD114B4]
