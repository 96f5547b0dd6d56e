"""Measures how similar generated faces are to real ones, for sets of images, uint8 (N, H, W, 3)."""

from typing import Callable, Dict

import numpy as np
import torch
from draws import to_floats
from torch import nn

Features = Callable[[np.ndarray], np.ndarray]


def attribute_classifier(pixels: np.ndarray, attributes: np.ndarray, *, epochs: int = 6) -> nn.Sequential:
    """A small convolutional classifier of faces' attributes, trained on these faces and their flipped copies.

    Args:
        attributes: bool (N, A)."""
    torch.manual_seed(0)
    size = pixels.shape[1] // 8
    net = nn.Sequential(
        nn.Conv2d(3, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(64, 128, 3, 2, 1), nn.ReLU(), nn.Flatten(),
        nn.Linear(128 * size * size, 128), nn.ReLU(), nn.Linear(128, attributes.shape[1]),
    )  # fmt: skip
    step, targets = torch.optim.Adam(net.parameters(), 1e-3), torch.from_numpy(attributes.astype(np.float32))
    for _ in range(epochs):
        for index in torch.randperm(len(pixels)).split(64):
            x = torch.from_numpy(to_floats(pixels[index.numpy()]))
            x = torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)
            step.zero_grad()
            nn.functional.binary_cross_entropy_with_logits(net(x), targets[index]).backward()
            step.step()
    return net.eval()


def features_of(net: nn.Sequential, faces: np.ndarray) -> Features:
    """The last hidden layer, each feature scaled to mean 0 and deviation 1 over some faces: float64 (N, 128)."""

    @torch.no_grad()
    def hidden(pixels: np.ndarray) -> np.ndarray:
        parts = np.array_split(pixels, max(1, len(pixels) // 500))
        return torch.cat([net[:-1](torch.from_numpy(to_floats(part))) for part in parts]).double().numpy()

    known = hidden(faces)
    mean, deviation = known.mean(0), known.std(0) + 1e-6
    return lambda pixels: (hidden(pixels) - mean) / deviation


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Kernel inception distance between two sets of features: the unbiased estimate, kernel (x.y / F + 1)^3.

    Source: Binkowski et al. 2018, arXiv:1801.01401."""

    def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (x @ y.T / x.shape[1] + 1) ** 3

    def within(x: np.ndarray) -> float:
        values = kernel(x, x)
        return float((values.sum() - np.trace(values)) / (len(x) * (len(x) - 1)))

    return within(a) + within(b) - 2 * float(kernel(a, b).mean())


def spread_of(vectors: np.ndarray) -> float:
    """The mean distance between two of the vectors (N, F)."""
    squares = (vectors**2).sum(1)
    squared = squares[:, None] + squares[None] - 2 * vectors @ vectors.T
    return float(np.sqrt(squared.clip(min=0)).sum() / (len(vectors) * (len(vectors) - 1)))


def nyquist_power(pixels: np.ndarray) -> float:
    """The mean power of brightness at the highest frequency, across or down: that of a 2-pixel weave."""
    spectrum = np.abs(np.fft.fft2(pixels.astype(np.float64).mean(3))) ** 2
    half = pixels.shape[1] // 2
    return float(spectrum[:, half, :].mean() + spectrum[:, :, half].mean()) / 2


def likeness(fakes: np.ndarray, faces: np.ndarray, features: Features) -> Dict[str, float]:
    """`kid` x 1000 (0: same distribution), and, relative to the faces' own values, `diversity` (mean distance between
    two images, in pixels), `feature_diversity` (in features) and `weave` (power at the highest frequency)."""
    a, b = features(fakes), features(faces)
    flat = [pixels.reshape(len(pixels), -1).astype(np.float64) / 255 for pixels in (fakes, faces)]
    return {
        "kid": 1000 * kernel_distance(a, b), "diversity": spread_of(flat[0]) / spread_of(flat[1]),
        "feature_diversity": spread_of(a) / spread_of(b), "weave": nyquist_power(fakes) / nyquist_power(faces),
    }  # fmt: skip
