"""The same networks in PyTorch: the textbook DCGAN loop, and a callback that runs it in turn with ours.

Source of the loop: Radford et al. 2016, as in PyTorch's own DCGAN tutorial: the discriminator on real images, on
detached fakes, a step; then the generator through the new discriminator, a step.
"""

import os
import platform
import statistics
import time
from typing import Any, Callable, Dict, List, Tuple

import pyspark
import torch
from torch import nn

from bigdl_gan.callbacks import Callback, Training


def dcgan(image_size: int, channels: int, width: int, latent_dim: int = 100) -> Tuple[nn.Sequential, nn.Sequential]:
    """Generator and discriminator of `bigdl_gan.networks.dcgan`, weights from N(0, 0.02)."""
    n_layers = {28: 2, 32: 3, 64: 4, 128: 5}[image_size]
    widths = [width * 2**i for i in range(n_layers)]
    size = image_size // 2**n_layers
    inner = widths[::-1]
    g: List[nn.Module] = [nn.Linear(latent_dim, inner[0] * size * size, bias=False)]
    g += [nn.Unflatten(1, (inner[0], size, size)), nn.BatchNorm2d(inner[0]), nn.ReLU(True)]
    for before, after in zip(inner, inner[1:]):
        g += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(True)]
    g += [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
    d: List[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for before, after in zip(widths, widths[1:]):
        d += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.LeakyReLU(0.2, True)]
    d += [nn.Flatten(), nn.Linear(widths[-1] * size * size, 1)]
    networks = nn.Sequential(*g), nn.Sequential(*d)
    for module in (layer for network in networks for layer in network):
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return networks


class Textbook:
    """The textbook loop with Adam(2e-4, 0.5), one update a call."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, latent_dim: int = 100) -> None:
        self.generator, self.discriminator, self.latent_dim = generator, discriminator, latent_dim
        self._loss = nn.BCEWithLogitsLoss()
        self._g_step = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999))
        self._d_step = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999))

    def update(self, reals: torch.Tensor) -> None:
        ones, zeros = torch.ones(len(reals), 1), torch.zeros(len(reals), 1)
        self._d_step.zero_grad()
        self._loss(self.discriminator(reals), ones).backward()
        fakes = self.generator(torch.randn(len(reals), self.latent_dim))
        self._loss(self.discriminator(fakes.detach()), zeros).backward()
        self._d_step.step()
        self._g_step.zero_grad()
        self._loss(self.discriminator(fakes), ones).backward()
        self._g_step.step()


class Tuned(Textbook):
    """The same updates as an expert would write them for a CPU.

    Channels-last layout, fused Adam, no gradients that nobody uses, and one pass of the generator (as the textbook
    loop has it already). `torch.compile` is left out: it needs a C++ compiler on every machine."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, latent_dim: int = 100) -> None:
        layout = {"memory_format": torch.channels_last}
        super().__init__(generator.to(**layout), discriminator.to(**layout), latent_dim)
        self._g_step = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999), fused=True)
        self._d_step = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999), fused=True)

    def update(self, reals: torch.Tensor) -> None:
        reals = reals.contiguous(memory_format=torch.channels_last)
        ones, zeros = torch.ones(len(reals), 1), torch.zeros(len(reals), 1)
        self._d_step.zero_grad(set_to_none=True)
        self._loss(self.discriminator(reals), ones).backward()
        fakes = self.generator(torch.randn(len(reals), self.latent_dim))
        self._loss(self.discriminator(fakes.detach()), zeros).backward()
        self._d_step.step()
        self._g_step.zero_grad(set_to_none=True)
        self.discriminator.requires_grad_(False)
        self._loss(self.discriminator(fakes), ones).backward()
        self.discriminator.requires_grad_(True)
        self._g_step.step()


class InTurn(Callback):
    """After every chunk of our updates, as many of the peer's on the same cores.

    Attributes:
        chunks: (updates, our seconds, the peer's seconds) of each chunk.
    """

    def __init__(self, peer: Textbook, batches: Callable[[], torch.Tensor]) -> None:
        self._peer, self._batches = peer, batches
        self.chunks: List[Tuple[int, float, float]] = []

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        begin = time.perf_counter()
        for _ in rows:
            self._peer.update(self._batches())
        peer = time.perf_counter() - begin
        self.chunks.append((len(rows), sum(row["seconds/update"] for row in rows), peer))

    def summary(self, batch_size: int, *, warm_up: int = 3) -> Dict[str, Any]:
        """Medians over the chunks after the first few, in images per second, and the ratio pair by pair."""
        chunks = self.chunks[min(warm_up, len(self.chunks) - 1):]
        ratios = sorted(peer / ours for _, ours, peer in chunks)
        return {
            "images_per_second": statistics.median(n * batch_size / ours for n, ours, _ in chunks),
            "peer_images_per_second": statistics.median(n * batch_size / peer for n, _, peer in chunks),
            "ratio": statistics.median(ratios),
            "ratio_quartiles": [ratios[len(ratios) // 4], ratios[3 * len(ratios) // 4]],
            "chunks": len(chunks),
        }


def machine() -> Dict[str, Any]:
    """What the numbers were measured on."""
    model = ""
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    return {
        "cpu": model, "cores": os.cpu_count(), "python": platform.python_version(), "pyspark": pyspark.__version__,
        "torch": torch.__version__,
    }  # fmt: skip
