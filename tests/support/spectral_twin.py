"""Spectral normalisation in PyTorch, with one power iteration for each new kernel, not for each pass."""

import torch
from torch import nn


class Spectral(nn.Module):
    """The layer with W / s, written out: one power iteration for each new kernel; 15, from its largest row, for the
    first."""

    def __init__(self, layer):
        super().__init__()
        self.layer, self.seen = layer, None

    def matrix(self, weight):
        by_output = weight.transpose(0, 1) if isinstance(self.layer, nn.ConvTranspose2d) else weight
        return by_output.flatten(1)

    def iterate(self, times):
        w = self.matrix(self.seen).double()
        for _ in range(times):
            u = nn.functional.normalize(w @ self.v.double(), dim=0)
            self.u, self.v = u.float(), nn.functional.normalize(w.T @ u, dim=0).float()

    def forward(self, x):
        weight = self.layer.weight
        if self.seen is None or not torch.equal(self.seen, weight):
            is_first, self.seen = self.seen is None, weight.detach().clone()
            if is_first:
                w = self.matrix(self.seen)
                self.v = nn.functional.normalize(w[w.norm(dim=1).argmax()], dim=0)
            self.iterate(15 if is_first else 1)
        s = self.u.to(weight.dtype) @ self.matrix(weight) @ self.v.to(weight.dtype)
        return torch.func.functional_call(self.layer, {"weight": weight / s}, x)
