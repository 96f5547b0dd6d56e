"""DiffAugment in PyTorch, by the authors' formulas, with the core's random numbers.

Source: github.com/mit-han-lab/data-efficient-gans, DiffAugment_pytorch.py (Zhao et al. 2020, arXiv:2006.10738)."""

import philox
import torch
import torch.nn.functional as F

AUGMENT = 11  # the core's purpose of random numbers
FOR_DISCRIMINATOR, FOR_GENERATOR = 0, 1  # passes
REAL, FAKE, BETWEEN = 0, 1, 2  # kinds of images


class DiffAugment:
    """T for one kind of images in one pass: a function of a batch (N, C, H, W), which may begin at another sample."""

    def __init__(self, policy, *, seed, draw, forward=FOR_DISCRIMINATOR, kind=REAL):
        self._policy, self._seed, self._draw, self._stream = policy, seed, draw, kind << 8 | forward << 16

    def __call__(self, x):
        for name in filter(None, self._policy.split(",")):
            x = getattr(self, name)(x)
        return x

    def _uniforms(self, x, transform):
        """(N, 4) numbers in (0, 1)."""
        counters = ((self._stream | transform, sample, self._draw, AUGMENT) for sample in range(len(x)))
        return torch.tensor([[philox.uniform(word) for word in philox.block(self._seed, c)] for c in counters]).to(x)

    def color(self, x):
        brightness, saturation, contrast = self._uniforms(x, 0)[:, :3].T.reshape(3, -1, 1, 1, 1)
        x = x + (brightness - 0.5)
        x_mean = x.mean(dim=1, keepdim=True)
        x = (x - x_mean) * (saturation * 2) + x_mean
        x_mean = x.mean(dim=[1, 2, 3], keepdim=True)
        return (x - x_mean) * (contrast + 0.5) + x_mean

    def translation(self, x, ratio=0.125):
        shift_x, shift_y = int(x.size(2) * ratio + 0.5), int(x.size(3) * ratio + 0.5)
        translation_x = self._integers(x, 1, 0, -shift_x, shift_x + 1)
        translation_y = self._integers(x, 1, 1, -shift_y, shift_y + 1)
        grid_batch, grid_x, grid_y = _grid(x.size(0), x.size(2), x.size(3))
        grid_x = torch.clamp(grid_x + translation_x + 1, 0, x.size(2) + 1)
        grid_y = torch.clamp(grid_y + translation_y + 1, 0, x.size(3) + 1)
        x_pad = F.pad(x, [1, 1, 1, 1, 0, 0, 0, 0])
        return x_pad.permute(0, 2, 3, 1)[grid_batch, grid_x, grid_y].permute(0, 3, 1, 2)

    def cutout(self, x, ratio=0.5):
        cutout_size = int(x.size(2) * ratio + 0.5), int(x.size(3) * ratio + 0.5)
        offset_x = self._integers(x, 2, 0, 0, x.size(2) + (1 - cutout_size[0] % 2))
        offset_y = self._integers(x, 2, 1, 0, x.size(3) + (1 - cutout_size[1] % 2))
        grid_batch, grid_x, grid_y = _grid(x.size(0), cutout_size[0], cutout_size[1])
        grid_x = torch.clamp(grid_x + offset_x - cutout_size[0] // 2, min=0, max=x.size(2) - 1)
        grid_y = torch.clamp(grid_y + offset_y - cutout_size[1] // 2, min=0, max=x.size(3) - 1)
        mask = torch.ones(x.size(0), x.size(2), x.size(3), dtype=x.dtype)
        mask[grid_batch, grid_x, grid_y] = 0
        return x * mask.unsqueeze(1)

    def _integers(self, x, transform, word, low, high):
        """As `torch.randint(low, high, (N, 1, 1))`."""
        numbers = self._uniforms(x.double(), transform)[:, word]
        return (low + (numbers * (high - low)).long()).reshape(-1, 1, 1)


def _grid(*sizes):
    return torch.meshgrid(*(torch.arange(size) for size in sizes), indexing="ij")
