"""All that a bigdl_gan training draws, in NumPy: its latents, the order of its images, and which of them are flipped.

This second implementation, beside `bigdl_gan/scala/random` and `bigdl_gan/scala/data/ImageBatcher.scala`, lets another
library train on the same numbers. Everything is a function of the seed and a position.
"""

from typing import Dict, Tuple, Union

import numpy as np

LATENT, SHUFFLE, GENERATE, FLIP = 1, 2, 4, 6  # the purposes: streams that never meet
Words = Union[int, np.ndarray]


def philox(seed: int, *counter: Words) -> np.ndarray:
    """Philox4x32-10: four random words for each counter.

    Args:
        seed: the key, 64 bits.
        counter: four 32-bit words; numbers, or arrays that broadcast against each other.
    Returns:
        uint64 (..., 4), each below 2^32.
    Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011."""
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    words = np.broadcast_arrays(*(np.asarray(word, np.int64).astype(np.uint64) & mask for word in counter))
    x0, x1, x2, x3 = words
    k0, k1 = seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    for _ in range(10):
        product0, product1 = np.uint64(0xD2511F53) * x0, np.uint64(0xCD9E8D57) * x2
        x0, x1, x2, x3 = (
            (product1 >> shift) ^ x1 ^ np.uint64(k0), product1 & mask,
            (product0 >> shift) ^ x3 ^ np.uint64(k1), product0 & mask,
        )  # fmt: skip
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([x0, x1, x2, x3], axis=-1)


def uniform(bits: np.ndarray) -> np.ndarray:
    """32-bit words as numbers in the open interval (0, 1)."""
    return (bits + 0.5) / 2.0**32


def normals(seed: int, purpose: int, a: int, b: np.ndarray, size: int) -> np.ndarray:
    """Standard normal numbers, float32 (len(b), size), by the Box-Muller transform.

    Args:
        a: the number of the draw, which separates the streams of one purpose.
        b: the samples' numbers."""
    b = np.asarray(b, np.int64)[:, None]
    block = np.arange((size + 3) // 4)[None]
    u = uniform(philox(seed, block, b, (b >> 32) ^ a, purpose))  # (N, blocks, 4)
    radius, angle = np.sqrt(-2 * np.log(u[..., ::2])), 2 * np.pi * u[..., 1::2]
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return pairs.reshape(len(b), -1)[:, :size].astype(np.float32)


def flips(seed: int, rank: int, draws: np.ndarray) -> np.ndarray:
    """Whether each drawn image of a share is flipped, bool; `draws` count from the training's first image."""
    draws = np.asarray(draws, np.int64)
    return philox(seed, rank, draws, draws >> 32, FLIP)[..., 0] & np.uint64(1) != 0


def permutation(seed: int, epoch: int, rank: int, n: int) -> np.ndarray:
    """The order of a share's n images in an epoch: a Fisher-Yates shuffle."""
    steps = np.arange(n - 1, 0, -1)
    others = (uniform(philox(seed, steps, epoch, rank, SHUFFLE)[..., 0]) * (steps + 1)).astype(np.int64)
    order = np.arange(n)
    for i, j in zip(steps.tolist(), others.tolist()):
        order[i], order[j] = order[j], order[i]
    return order


def share(pixels: np.ndarray) -> np.ndarray:
    """The images ordered by their hashes, as the single replica in `local[N]` holds them."""
    data = np.ascontiguousarray(pixels[..., ::-1]).reshape(len(pixels), -1)  # as in the image struct: blue first
    return pixels[np.argsort(xxh64(data).view(np.int64), kind="stable")]


_PRIMES = [np.uint64(prime) for prime in (
    0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
)]  # fmt: skip


def xxh64(data: np.ndarray, seed: int = 42) -> np.ndarray:
    """XXH64 of each row of bytes, uint64 (N,); Spark's `xxhash64` uses the seed 42.

    Args:
        data: uint8 (N, bytes).
    Source: Yann Collet's specification of XXH64."""
    n, length = data.shape
    p1, p2, p3, p4, p5 = _PRIMES
    with np.errstate(over="ignore"):
        hashed = np.full(n, np.uint64(seed) + p5)
        at = 0
        if length >= 32:
            start = np.uint64(seed)
            lanes = [np.full(n, lane) for lane in (start + p1 + p2, start + p2, start, start - p1)]
            for at in range(0, length - 31, 32):
                words = np.ascontiguousarray(data[:, at:at + 32]).view("<u8")
                lanes = [_rotated(lane + words[:, i] * p2, 31) * p1 for i, lane in enumerate(lanes)]
            at += 32
            hashed = sum((_rotated(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18))), np.zeros(n, np.uint64))
            for lane in lanes:
                hashed = (hashed ^ (_rotated(lane * p2, 31) * p1)) * p1 + p4
        hashed = hashed + np.uint64(length)
        for at in range(at, length - 7, 8):
            word = np.ascontiguousarray(data[:, at:at + 8]).view("<u8")[:, 0]
            hashed = _rotated(hashed ^ (_rotated(word * p2, 31) * p1), 27) * p1 + p4
        at = length - length % 8
        if length - at >= 4:
            word = np.ascontiguousarray(data[:, at:at + 4]).view("<u4")[:, 0].astype(np.uint64)
            hashed, at = _rotated(hashed ^ (word * p1), 23) * p2 + p3, at + 4
        for at in range(at, length):
            hashed = _rotated(hashed ^ (data[:, at].astype(np.uint64) * p5), 11) * p1
        hashed = (hashed ^ (hashed >> np.uint64(33))) * p2
        hashed = (hashed ^ (hashed >> np.uint64(29))) * p3
    return hashed ^ (hashed >> np.uint64(32))


def _rotated(words: np.ndarray, by: int) -> np.ndarray:
    return (words << np.uint64(by)) | (words >> np.uint64(64 - by))


class Batches:
    """The images and latents of each update, as the single replica in `local[N]` draws them.

    Args:
        pixels: uint8 (N, H, W, C), C = 1 grey or C = 3 in the order red, green, blue; in the order of the rows.
        flip: the Param `randomFlip`.
    """

    def __init__(self, pixels: np.ndarray, *, seed: int, batch_size: int, latent_dim: int, flip: bool) -> None:
        self._pixels, self._seed, self._latent_dim, self._flip = share(pixels), seed, latent_dim, flip
        self._batch_size = batch_size
        self._orders: Dict[int, np.ndarray] = {}

    def indices(self, draw: int) -> Tuple[np.ndarray, np.ndarray]:
        """The images of the share that draw number `draw` takes, and which of them it flips."""
        n = len(self._pixels)
        positions = draw * self._batch_size + np.arange(self._batch_size)
        for epoch in set((positions // n).tolist()) - set(self._orders):
            self._orders[epoch] = permutation(self._seed, epoch, 0, n)
        images = np.array([self._orders[position // n][position % n] for position in positions.tolist()])
        return images, flips(self._seed, 0, positions) & self._flip

    def reals(self, draw: int) -> np.ndarray:
        """float32 (batch, C, H, W), RGB, in [-1, 1]."""
        images, mirrored = self.indices(draw)
        pixels = self._pixels[images]
        pixels[mirrored] = pixels[mirrored, :, ::-1]
        return to_floats(pixels)

    def latents(self, draw: int) -> np.ndarray:
        """float32 (batch, latent)."""
        return normals(self._seed, LATENT, draw, np.arange(self._batch_size), self._latent_dim)


def to_floats(pixels: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W, C) in the networks' format: float32 (N, C, H, W) in [-1, 1]."""
    planes = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)).astype(np.float32)
    return planes / np.float32(127.5) - np.float32(1)


def to_levels(images: np.ndarray) -> np.ndarray:
    """The reverse of `to_floats`, each value rounded to the nearest level."""
    levels = np.floor((images + np.float32(1)) * np.float32(127.5) + np.float32(0.5))
    return np.clip(levels, 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
