"""Resampling with the filter [1, 3, 3, 1] in PyTorch."""

import torch
from torch import nn


class Filtered(nn.Module):
    """R3GAN's reference resamplers (brownvc/R3GAN, R3GAN/Resamplers.py), with the filter [1, 2, 1] there."""

    def __init__(self, up):
        super().__init__()
        taps = torch.tensor([1.0, 3, 3, 1])
        kernel = torch.outer(taps, taps)
        self.up, self.kernel = up, kernel / kernel.sum()

    def forward(self, x):
        channels = x.flatten(0, 1)[:, None]
        kernel = self.kernel[None, None].to(x.dtype)
        if self.up:
            y = nn.functional.conv_transpose2d(channels, 4 * kernel, stride=2, padding=1)
        else:
            y = nn.functional.conv2d(channels, kernel, stride=2, padding=1)
        return y.reshape(*x.shape[:2], *y.shape[2:])
