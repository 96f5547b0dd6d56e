# Written by `make generate` from params/gan_table.py: change that.
"""The setters of `GANModel`: they decide which images it makes, and where they go."""

from typing import Sequence, TypeVar

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

    def setLabelCol(self: _Self, value: str) -> _Self:
        """Column of the images' labels, integers or strings, each a class. It needs networks that take labels, as
        `dcgan.generator(28, 1, n_labels=10)`. The model keeps the classes' names; in `transform`, the column has the
        labels to generate for. If unset, images have no labels."""
        return self._set(labelCol=value)

    def setLabelCols(self: _Self, value: Sequence[str]) -> _Self:
        """Columns of attributes, of which an image may have several: True or False, 1 or 0, 1 or -1. They take
        `labelCol`'s place, and the networks take a number for each column."""
        return self._set(labelCols=value)

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
