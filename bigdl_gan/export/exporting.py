"""Methods of `GANModel` that take its networks out of Spark, and back."""

import json
from typing import Any, Dict, Optional, Type, TypeVar

from bigdl_gan.exploration.model_networks import ModelNetworks
from bigdl_gan.export import weight_file
from bigdl_gan.jvm import bridge, driver_files
from bigdl_gan.metrics.own_version import own_version
from bigdl_gan.networks.lowered import lower
from bigdl_gan.params.extras import require
from bigdl_gan.params.labels import Labels
from bigdl_gan.params.values import check_one_of

_PIXELS = {"generator": ("float", "uint8", "uint8_rgb"), "discriminator": ("float", "uint8")}
_Self = TypeVar("_Self", bound="Exporting")


class Exporting(ModelNetworks):
    """A trained model's networks as files for other programs."""

    def export_onnx(self, path: str, network: str = "generator", *, pixels: str = "float") -> None:
        """Writes a network as an ONNX file (opset 13), which onnxruntime and others run without Spark and Java.

        It computes as in generation, with running statistics; the first axis of all tensors is the batch, N. The
        generator has the weights that the Param `generatorWeights` chooses. It maps `latents`, float32 (N, latent),
        normally distributed, to `images`. The discriminator maps `images` to `logits`, float32 (N, 1). Images are
        (N, C, H, W), and RGB if C is 3. A conditional network has a second input, `labels`, float32 (N, K).

        Args:
            path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
            network: "generator" or "discriminator".
            pixels: of the images. "float": float32 in [-1, 1], a generator's clipped to that. "uint8": levels 0 to
                255, those that `generate` gives. "uint8_rgb": the same, with three equal channels for grey images, as
                torch-fidelity takes a generator: `fidelity --input1 generator.onnx --input1-model-z-size 100 ...`.
        Raises:
            ValueError: an argument breaks its rule, a layer has no counterpart in ONNX, or there are 2 GB of weights.
            RuntimeError: the package onnx is not installed: pip install 'bigdl_gan[onnx]'.
            OSError: the file cannot be written."""
        check_one_of("network", network, tuple(_PIXELS))
        check_one_of("pixels", pixels, _PIXELS[network])
        require("onnx", extra="onnx", use="export")
        from bigdl_gan.export import onnx_model  # imports onnx

        about = {**self._about(), "pixels": pixels}
        if network == "generator":
            model = onnx_model.generator_model(lower(self._require_generator(), network), pixels, about)
        else:
            model = onnx_model.discriminator_model(lower(self._require_discriminator(), network), pixels, about)
        driver_files.write(path, model.SerializeToString())

    def export_safetensors(self, path: str) -> None:
        """Writes the weights and running statistics of both networks as one safetensors file, without their layers.

        Each tensor is named by its network, its layer's number and kind, and itself: generator.1.dense.kernel. Kernels
        have PyTorch's shapes: (units, features), (filters, channels, height, width), and if transposed (channels,
        filters, height, width). Vectors have Keras's names: bias, gamma, beta, moving_mean, moving_variance. If the
        model holds an average of the generator's weights, that is `generator`, and the last update's weights are
        `raw_generator`. `from_weights` reads the file.

        Args:
            path: a local file, or a URI of any file system Hadoop reaches. A file of that name is replaced.
        Raises:
            ValueError: a network is missing.
            RuntimeError: the package safetensors is not installed: pip install 'bigdl_gan[safetensors]'.
            OSError: the file cannot be written."""
        self._require_generator()
        networks = {"generator": self.getOrDefault("generator"), "discriminator": self._require_discriminator()}
        if self.raw_generator is not None:
            networks["raw_generator"] = self.raw_generator
        driver_files.write(path, weight_file.packed(networks, self._about()))

    @classmethod
    def from_weights(cls: Type[_Self], path: str, *, generator: Any, discriminator: Any) -> _Self:
        """A model with the weights of a file from `export_safetensors`. Nothing in the file is run.

        Args:
            path: a local file, or a URI of any file system Hadoop reaches.
            generator, discriminator: networks of the same layers as the exported ones. The model has copies of them.
        Returns:
            A model without history, whose Params have their defaults.
        Raises:
            TypeError: `generator` or `discriminator` is no network.
            ValueError: the file is no safetensors file, or its tensors belong to other layers.
            RuntimeError: the package safetensors is not installed: pip install 'bigdl_gan[safetensors]'.
            OSError: the file cannot be read."""
        given = {"generator": generator, "discriminator": discriminator}
        for role, network in given.items():
            if not hasattr(network, "value") or not bridge.is_java_object(network.value):
                raise TypeError(f"`{role}` must be a model of bigdl_gan.layers. Received: {type(network).__name__}.")
        data = driver_files.read(path)
        tensors = weight_file.unpacked(data, path)
        model = cls()
        model.labels = weight_file.labels_of(data, path)
        _check_labels(generator, model.labels, path)
        model._set(**{role: weight_file.filled(network, role, tensors, path) for role, network in given.items()})
        if weight_file.has_role(tensors, "raw_generator"):
            model.raw_generator = weight_file.filled(generator, "raw_generator", tensors, path)
        return model

    def _about(self) -> Dict[str, str]:
        """What made a file, and what its labels mean, for its header."""
        about = {"bigdl_gan": own_version(), "model": self.uid, "iteration": str(self.iteration)}
        return about if self.labels is None else {**about, "labels": json.dumps(self.labels.as_json())}


def _check_labels(generator: Any, labels: Optional[Labels], path: str) -> None:
    """Raises ValueError if a file's labels are not as many as a generator takes."""
    taken = bridge.call_json("describeNetwork", generator.value, "generator")["labels"]
    there = len(labels.names) if labels is not None else 0
    if taken != there:
        raise ValueError(
            "`generator` must take the labels that the exported model has. Received: a generator that takes "
            f"{taken or 'none'}, path={path} with {there or 'none'}."
        )
