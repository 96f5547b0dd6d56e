"""SNGAN's residual networks in PyTorch, as mimicry has them (torch_mimicry/modules/resblocks.py, nets/sngan).

Written from the descriptions; with the shortcuts, the order of convolution and resampling, and the hidden channels of
mimicry. Up-sampling repeats pixels, as in the authors' program.
"""

import torch
from torch import nn
from torch.nn import functional


class UpBlock(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.b1, self.c1 = nn.BatchNorm2d(before), nn.Conv2d(before, after, 3, padding=1)
        self.b2, self.c2 = nn.BatchNorm2d(after), nn.Conv2d(after, after, 3, padding=1)
        self.c_sc = nn.Conv2d(before, after, 1)

    def forward(self, x):
        h = self.c1(functional.interpolate(torch.relu(self.b1(x)), scale_factor=2.0))
        return self.c2(torch.relu(self.b2(h))) + self.c_sc(functional.interpolate(x, scale_factor=2.0))


class DownBlock(nn.Module):
    def __init__(self, before, after, halves, is_first=False):
        super().__init__()
        hidden = after if is_first else before
        self.c1, self.c2 = nn.Conv2d(before, hidden, 3, padding=1), nn.Conv2d(hidden, after, 3, padding=1)
        self.c_sc = nn.Conv2d(before, after, 1) if halves or before != after else nn.Identity()
        self.halves, self.is_first = halves, is_first

    def forward(self, x):
        h = self.c2(torch.relu(self.c1(x if self.is_first else torch.relu(x))))
        out = h + self.c_sc(x)
        return functional.avg_pool2d(out, 2) if self.halves else out


class Generator(nn.Module):
    def __init__(self, latent_dim, widths, channels, start):
        super().__init__()
        self.start = (widths[0], *start)
        self.l1 = nn.Linear(latent_dim, widths[0] * start[0] * start[1])
        self.blocks = nn.Sequential(*(UpBlock(before, after) for before, after in zip(widths, widths[1:])))
        self.b, self.c = nn.BatchNorm2d(widths[-1]), nn.Conv2d(widths[-1], channels, 3, padding=1)

    def forward(self, z):
        x = self.blocks(self.l1(z).view(len(z), *self.start))
        return torch.tanh(self.c(torch.relu(self.b(x))))


class Discriminator(nn.Module):
    """Without spectral normalisation, which has no parameters; with the mean over pixels in place of the sum."""

    def __init__(self, channels, blocks):
        super().__init__()
        befores = [channels, *(width for width, _ in blocks)]
        self.blocks = nn.Sequential(*(
            DownBlock(before, after, halves, i == 0) for i, (before, (after, halves)) in enumerate(zip(befores, blocks))
        ))  # fmt: skip
        self.l = nn.Linear(befores[-1], 1)

    def forward(self, x):
        return self.l(torch.relu(self.blocks(x)).mean((2, 3)))


def generator(size, unit, latent_dim=128):
    """mimicry's SNGANGenerator32 with ngf = unit, or 48, 64 and 128 with ngf = 8, 16 and 16 times unit."""
    shares = {32: [1, 1, 1, 1], 48: [8, 4, 2, 1], 64: [16, 8, 4, 2, 1], 128: [16, 16, 8, 4, 2, 1]}[size]
    start = (6, 6) if size == 48 else (4, 4)
    return Generator(latent_dim, [unit * share for share in shares], 3, start)


def discriminator(size, unit):
    """mimicry's SNGANDiscriminator32 with ndf = unit, or 48, 64 and 128 with ndf = 16 times unit."""
    blocks = {
        32: [(1, True), (1, True), (1, False), (1, False)],
        48: [(1, True), (2, True), (4, True), (8, True), (16, False)],
        64: [(1, True), (2, True), (4, True), (8, True), (16, True)],
        128: [(1, True), (2, True), (4, True), (8, True), (16, True), (16, False)],
    }[size]
    return Discriminator(3, [(unit * share, halves) for share, halves in blocks])
