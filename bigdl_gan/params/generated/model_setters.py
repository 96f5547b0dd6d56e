# Written by `make generate` from params/gan_table.py: change that.
"""The setters of `GANModel`: they decide which images it makes, and where they go."""

from typing import TypeVar

from bigdl_gan.params.gan_params import GANParams

_Self = TypeVar("_Self", bound="ModelSetters")


class ModelSetters(GANParams):
    def setOutputCol(self: _Self, value: str) -> _Self:
        """Column for generated images."""
        return self._set(outputCol=value)

    def setIdCol(self: _Self, value: str) -> _Self:
        """Column of integers. Together with `seed`, a row's id decides its latent."""
        return self._set(idCol=value)

    def setLatentCol(self: _Self, value: str) -> _Self:
        """Column of latents, as arrays or vectors. If unset, latents follow from `idCol`."""
        return self._set(latentCol=value)

    def setSeed(self: _Self, value: int) -> _Self:
        """Decides every random number."""
        return self._set(seed=value)

    def setGeneratorWeights(self: _Self, value: str) -> _Self:
        """Which weights a model generates with. "average": their moving average, if the training kept one (see
        `emaHalfLife`). "raw": those of the last update. In training, callbacks see the same."""
        return self._set(generatorWeights=value)

    def setEngine(self: _Self, value: str) -> _Self:
        """Native library that networks run on: "mkldnn" (MKL-DNN 0.19, from dllib) or "onednn" (oneDNN 3.2, from this
        package). They round differently. "auto" takes mkldnn, which is a little faster in float32, or what loads. A
        training takes one engine for all executors; checkpoints keep its name, and "auto" resumes on it."""
        return self._set(engine=value)

    def setTruncation(self: _Self, value: float) -> _Self:
        """Redraw the components of a latent until |z| is at most this: less variety, better images. If unset, no
        truncation."""
        return self._set(truncation=value)
