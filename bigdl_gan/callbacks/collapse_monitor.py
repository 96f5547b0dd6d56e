"""Watches for the two ways in which GANs fail: samples that all look alike, and a discriminator that has won."""

import warnings
from typing import Any, Dict, List

import numpy as np

from bigdl_gan.callbacks.base import Callback
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.values import to_integer, to_number, to_seed


class CollapseWarning(UserWarning):
    """Training makes no progress, by the signs that `CollapseMonitor` watches."""


def variety(images: np.ndarray) -> float:
    """How much images differ: each image's distance to the most similar other one, averaged over the images.

    The distance between two images is the root mean square of their pixels' differences: 0 for equal images, 1 for
    black and white. A mean over all pairs would miss a generator that knows just a few pictures: some pairs are still
    far apart, but each image has a near twin.

    Args:
        images: uint8 (N, H, W, C), N at least 2.
    Source: the idea of twins is the birthday paradox test's, Arora & Zhang 2017, arXiv:1706.08224."""
    if len(images) < 2:
        raise ValueError(f"`images` must be at least 2. Received: {len(images)}.")
    flat = images.reshape(len(images), -1) / 255.0
    squares = (flat**2).sum(1)
    distances = squares[:, None] + squares[None, :] - 2 * flat @ flat.T  # (N, N)
    np.fill_diagonal(distances, np.inf)
    return float(np.sqrt(distances.min(1).clip(min=0) / flat.shape[1]).mean())


class CollapseMonitor(Callback):
    """Warns (`CollapseWarning`) once when a problem persists for `patience` updates; re-arms when it clears.

    - The generator has collapsed: samples from fixed latents have a variety below `min_variety`, or below `min_share`
      of the greatest variety so far.
    - The discriminator has won: in every update its accuracy was 1 on real and on generated images, and the norm of
      the generator's gradient was at most `min_gradient_norm`, so the generator no longer learns.

    Args:
        every: generator updates between samples.
        patience: generator updates for which the problem must persist.
        n_samples: the number of latents, at least 2.
        seed: the latents' seed.
        min_variety: in the unit of `variety`; the default is 2.5 of 255 grey levels, less than the eye sees.
        min_share: from 0 to 1.
        min_gradient_norm: the norm of the whole gradient, over all of the generator's weights. In a DCGAN of width 16
            on digits it was 14 to 35 while the generator learnt, and fell from 0.016 to 0.001 within 300 updates of a
            minimax training that the discriminator had won; its accuracy was 1 in both.
    """

    def __init__(
        self, every: int = 200, patience: int = 600, *, n_samples: int = 64, seed: int = 0, min_variety: float = 0.01,
        min_share: float = 0.2, min_gradient_norm: float = 1e-2,
    ) -> None:  # fmt: skip
        self.every = to_integer("every", every, least=1)
        self._patience = to_integer("patience", patience, least=1)
        self._n_samples, self._seed = to_integer("n_samples", n_samples, least=2), to_seed(seed)
        self._min_variety = to_number("min_variety", min_variety, least=0)
        self._min_share = to_number("min_share", min_share, least=0, most=1)
        self._min_gradient_norm = to_number("min_gradient_norm", min_gradient_norm, least=0)
        self._reset()

    def _reset(self) -> None:
        self._greatest = 0.0
        self._since: Dict[str, int] = {}  # the problem -> the update at which it began
        self._warned: List[str] = []

    def on_begin(self, training: Training) -> None:
        self._reset()

    def on_rollback(self, training: Training) -> None:
        self._since = {who: since for who, since in self._since.items() if since <= training.iteration}

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        for row in rows:
            won = row["accuracy/real"] == row["accuracy/fake"] == 1
            self._note(
                "discriminator", won and row["gradient_norm/generator"] <= self._min_gradient_norm, row["iteration"],
                "The discriminator has won: it separates real from generated images without error, and the generator's "
                f"gradient has norm {row['gradient_norm/generator']:.2g}. Lower the discriminator's learning rate, or "
                "use the non-saturating loss.",
            )  # fmt: skip
        if training.iteration % self.every == 0:
            found = variety(training.images(self._n_samples, self._seed))
            self._greatest = max(self._greatest, found)
            self._note(
                "generator", found < max(self._min_variety, self._min_share * self._greatest), training.iteration,
                f"The generator has collapsed: its samples' variety is {found:.4f}; the maximum was "
                f"{self._greatest:.4f}. Return to an earlier model, and change the learning rates or the seed.",
            )  # fmt: skip

    def _note(self, who: str, is_wrong: bool, iteration: int, message: str) -> None:
        if not is_wrong:
            self._since.pop(who, None)
            if who in self._warned:
                self._warned.remove(who)
            return
        since = self._since.setdefault(who, iteration)
        if iteration - since >= self._patience and who not in self._warned:
            self._warned.append(who)
            warnings.warn(f"After {iteration} updates: {message}", CollapseWarning, stacklevel=2)
