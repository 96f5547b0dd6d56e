"""Layers of several inputs, and networks of them, in PyTorch."""

import torch
from torch import nn


class ConditionalNorm(nn.Module):
    """Batch norm without weights, then (1 + y G) z + y B; both tables are vectors, a row for each label."""

    def __init__(self, channels, labels, *, epsilon=1e-3, momentum=0.01, images=True):
        super().__init__()
        kind = nn.BatchNorm2d if images else nn.BatchNorm1d
        self.norm, self.labels = kind(channels, epsilon, momentum, affine=False), labels
        self.scales, self.shifts = (nn.Parameter(torch.zeros(labels * channels)) for _ in range(2))

    def forward(self, x, y):
        scales, shifts = (
            (y @ table.reshape(self.labels, -1)).reshape(*x.shape[:2], *[1] * (x.dim() - 2))
            for table in (self.scales, self.shifts)
        )  # fmt: skip
        return (1 + scales) * self.norm(x) + shifts


class Graph(nn.Module):
    """A function of the inputs and of modules, which are in the order of dllib's weights."""

    def __init__(self, function, *parts):
        super().__init__()
        self.function, self.parts = function, nn.ModuleList(parts)

    def forward(self, *inputs):
        return self.function(*inputs, *self.parts)
