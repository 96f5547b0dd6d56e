"""The same networks in PyTorch, with two training loops: the textbook's, and one tuned by hand.

Source of the loop: Radford et al. 2016, as in PyTorch's own DCGAN tutorial: the discriminator on real images, on
detached fakes, a step; then the generator through the updated discriminator, a step.
"""

import statistics
import time
from typing import List, Tuple

import torch
from torch import nn


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
        self.step(reals, torch.randn(len(reals), self.latent_dim))

    def step(self, reals: torch.Tensor, latents: torch.Tensor) -> Tuple[float, float]:
        """One update on the given latents; returns the generator's and the discriminator's loss."""
        ones, zeros = torch.ones(len(reals), 1), torch.zeros(len(reals), 1)
        self._d_step.zero_grad()
        on_reals = self._loss(self.discriminator(reals), ones)
        on_reals.backward()
        fakes = self.generator(latents)
        on_fakes = self._loss(self.discriminator(fakes.detach()), zeros)
        on_fakes.backward()
        self._d_step.step()
        self._g_step.zero_grad()
        deceit = self._loss(self.discriminator(fakes), ones)
        deceit.backward()
        self._g_step.step()
        return deceit.item(), on_reals.item() + on_fakes.item()


class Tuned(Textbook):
    """The same updates, written as an expert would for a CPU.

    It uses the layout that is faster here, fused Adam, no unused gradients, and one pass of the generator (which the
    textbook loop has too). It does without `torch.compile`, which needs a C++ compiler on every machine."""

    def __init__(
        self, generator: nn.Module, discriminator: nn.Module, layout: torch.memory_format = torch.channels_last,
        latent_dim: int = 100,
    ) -> None:  # fmt: skip
        super().__init__(generator.to(memory_format=layout), discriminator.to(memory_format=layout), latent_dim)
        self.layout = layout
        self._g_step = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999), fused=True)
        self._d_step = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999), fused=True)

    def update(self, reals: torch.Tensor) -> None:
        reals = reals.contiguous(memory_format=self.layout)
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


def best_tuned(image_size: int, channels: int, width: int, reals: torch.Tensor) -> Tuned:
    """The faster of both layouts, by the median of three updates each, after two to warm up."""
    found = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        loop, seconds = Tuned(*dcgan(image_size, channels, width), layout=layout), []
        for _ in range(5):
            begin = time.perf_counter()
            loop.update(reals)
            seconds.append(time.perf_counter() - begin)
        found[statistics.median(seconds[2:])] = loop
    return found[min(found)]


def arithmetic(generator: nn.Module, discriminator: nn.Module, image: torch.Tensor, latent_dim: int = 100) -> int:
    """Floating-point operations for one image's share of a simultaneous update; convolutions count as direct ones.

    The generator runs forward and back (gradients of data and of weights). The discriminator sees a real and a
    generated image, and runs back once more for the generator; only then are its first layer's data gradients needed.
    A multiplication and an addition are two operations."""
    g, d = layer_products(generator, torch.randn(1, latent_dim)), layer_products(discriminator, image[:1])
    return 2 * (3 * sum(g) - g[0] + 2 * (3 * sum(d) - d[0]) + sum(d))


def layer_products(network: nn.Module, sample: torch.Tensor) -> List[int]:
    """Multiplications in one sample's forward pass, for each layer with weights."""
    products = []

    def count(layer: nn.Module, inputs: Tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        if isinstance(layer, nn.Linear):
            products.append(layer.weight.numel())
        else:
            small = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
            products.append(layer.weight.numel() * small.shape[2] * small.shape[3])

    kinds = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    weighted = [layer for layer in network.children() if isinstance(layer, kinds)]
    hooks = [layer.register_forward_hook(count) for layer in weighted]
    network.eval()
    with torch.inference_mode():
        network(sample)
    network.train()
    for hook in hooks:
        hook.remove()
    return products
