"""Checks a user's arguments before training starts. Each error: name, rule, received, remedy."""

import math
import re
import warnings
from typing import Any, Dict, List, Tuple

from bigdl_gan.images.preparation import LEAST_SIDE
from bigdl_gan.images.schema import CV_MODES
from bigdl_gan.params import LABELLED
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import GAN_TABLE

_ONE_SIDED = ("sigmoid", "relu", "softplus", "softmax", "hardsigmoid", "relu6")  # never below 0
_MOST_MOMENTUM = 0.5
_MOVERS = ("Reshape", "UpSampling", "Pooling")  # kinds of layers that only move values
_FROM_ARGUMENT = "KerasIdentityWrapper "  # dllib makes such a layer of another one's activation=...
# What bigdl_gan.layers makes of one layer with an activation; the core may fuse the two
_PART = re.compile(r"\w+ '(.+)_(?:linear|cropping2d|activation|elu|leakyrelu)'")
_PREPARED = (0, 16, 24)  # OpenCV's modes that `prepare` reads: grey, BGR, BGRA


def check_params(params: GANParams) -> None:
    """Check each Param by its own rule, then the Params that depend on each other, without a Spark job.

    Raises:
        ValueError, TypeError: a Param breaks its rule."""
    for name in ("generator", "discriminator"):
        if not params.isDefined(name) and not params.isDefined("initialModel"):
            raise ValueError(f"`{name}` must be set. Received: nothing. Pass a dllib Keras model (see networks.dcgan).")
    GAN_TABLE.check(params)
    for name, value, other in (("resume", "must", "auto"), ("onDivergence", "rollback", "stop")):
        if params.getOrDefault(name) == value and not params.isDefined("checkpointDir"):
            raise ValueError(
                f"`checkpointDir` must be set with {name}={value!r}. Received: nothing. Set it, or {name}={other!r}."
            )
    if not params.isDefined("maxIter") and not params.isDefined("maxEpochs"):
        raise ValueError("`maxIter` or `maxEpochs` must be set. Received: neither. Set maxEpochs=5, for example.")
    if params.getNCritic() > 1 and params.getUpdateRule() != "alternating":
        raise ValueError(
            "`nCritic` must be 1 with the simultaneous rule. "
            f"Received: nCritic={params.getNCritic()}. Set updateRule='alternating'."
        )
    if params.isDefined("clipNorm") and params.isDefined("clipValue"):
        raise ValueError(
            "`clipNorm` and `clipValue` must not both be set. Received: "
            f"clipNorm={params.getClipNorm()}, clipValue={params.getClipValue()}. Clear one: gan.clear(gan.clipValue)."
        )
    if params.getInitialMoments() and not params.isDefined("initialModel"):
        raise ValueError(
            "`initialModel` must be set with initialMoments=True. Received: nothing. Set it, or initialMoments=False."
        )
    if any(params.getLabelSmoothing()) and params.getLoss() not in LABELLED:
        raise ValueError(
            f"`labelSmoothing` must be 0 with loss={params.getLoss()!r}, which has no labels. "
            f"Received: labelSmoothing={params.getLabelSmoothing()}. Set it to 0, or loss to one of "
            f"{', '.join(LABELLED)}."
        )


def check_networks(generator: Dict[str, Any], discriminator: Dict[str, Any]) -> None:
    """Check that the networks fit each other; no Spark job.

    Args:
        generator, discriminator: descriptions by the core, with the user's layers as `written`.
    Warns (RuntimeWarning) where they train, but hardly as is meant.

    Raises:
        ValueError: they do not."""
    problem = _problem(generator, discriminator)
    if problem:
        are_swapped = not _problem(discriminator, generator)
        remedy = "Are generator and discriminator swapped?" if are_swapped else problem[1]
        raise ValueError(f"{problem[0]} {remedy}".rstrip())
    _check_range(generator)
    for role, network in (("generator", generator), ("discriminator", discriminator)):
        _check_momentum(role, network["layers"])


def _problem(generator: Dict[str, Any], discriminator: Dict[str, Any]) -> Tuple[str, ...]:
    """Why the networks do not fit, and the remedy; nothing if they do."""
    shape, made = tuple(discriminator["inputShape"]), tuple(generator["outputShape"])
    if discriminator["outputShape"] != [1]:
        return (
            "`discriminator` must end in one logit, shape (1,). "
            f"Received: shape {tuple(discriminator['outputShape'])}.", "End it in Flatten() and Dense(1).",
        )  # fmt: skip
    if discriminator["end"] == "sigmoid":
        return (
            f"`discriminator` must end in a logit, without a sigmoid. Received: {_ending(discriminator)} at its end.",
            "Remove it: the losses apply it themselves, without its loss of precision.",
        )
    if len(shape) != 3 or shape[0] not in CV_MODES:
        is_turned = len(shape) == 3 and shape[2] in CV_MODES
        right = (shape[2], *shape[:2]) if is_turned else "(1, height, width)"
        return (
            "`discriminator` must take images (channels, height, width) with 1 or 3 channels. "
            f"Received: input shape {shape}.", f"Write input_shape={right}, and dim_ordering='th' in dllib's layers.",
        )  # fmt: skip
    if made != shape:
        remedy = f"Add Reshape({shape}) to the generator." if made == (math.prod(shape),) else ""
        remedy = "Write the generator's shapes channels first." if made == (*shape[1:], shape[0]) else remedy
        return (
            "`generator` must give what the discriminator takes. "
            f"Received: generator output {made}, discriminator input {shape}.", remedy,
        )  # fmt: skip
    return ()


def _ending(network: Dict[str, Any]) -> str:
    """The layer that decides a network's outputs, as the user wrote it."""
    deciding = [layer for layer in network["layers"] if not layer["kind"].startswith(_MOVERS)]
    name = (deciding or network["layers"])[-1]["name"]
    part = _PART.fullmatch(name)
    if part and name not in network["written"] and any(w.endswith(f" '{part[1]}'") for w in network["written"]):
        layer = f"the layer '{part[1]}'"
        return layer if network["end"] == "linear" else f"activation={network['end']!r} of {layer}"
    if not name.startswith(_FROM_ARGUMENT):
        return name
    plain = {layer["name"] for layer in network["layers"]}
    written = [layer for layer in network["written"] if layer not in plain]
    return f"activation={network['end']!r} of {written[-1]}" if written else name


def _check_range(generator: Dict[str, Any]) -> None:
    """Whether the generator can make every image: from -1, black, to 1."""
    end = generator["end"]
    if end in _ONE_SIDED:
        raise ValueError(
            "`generator` must make images in [-1, 1], black being -1. Received: one that ends in "
            f"{end} ({_ending(generator)}), whose values are never negative. End it in tanh."
        )
    if end != "tanh" and not generator["clips"]:
        warnings.warn(
            f"`generator` should end in tanh: its images are in [-1, 1]. Received: one that ends in {end} "
            f"({_ending(generator)}). Values beyond are clipped when images are written, but not in "
            "training. Add Activation('tanh'), or bigdl_gan.layers.ClippedImages() where that is meant.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip


def _check_momentum(role: str, layers: List[Dict[str, Any]]) -> None:
    """Whether running statistics run: dllib's momentum is one minus Keras's."""
    fast = [layer for layer in layers if layer.get("momentum", 0.0) > _MOST_MOMENTUM]
    if fast:
        momentum = fast[0]["momentum"]
        warnings.warn(
            f"Batch normalisation's `momentum` should be small in the {role}: in dllib it is the weight of the new "
            f"batch, in Keras that of the old statistics. Received: momentum={momentum:g} in {len(fast)} layers, the "
            f"first {fast[0]['name']}, so that generated images follow the last batches alone. Keras's "
            f"momentum={momentum:g} is momentum={1 - momentum:.3g} here.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip


def check_images(table: Dict[str, Any], image_col: str, shape: List[int], batch_size: int) -> None:
    """Check the images themselves.

    Args:
        table: the core's census of the images.
        shape: the discriminator's input shape, (C, H, W).
    Raises:
        ValueError: there are no images, fewer than a batch, nulls, damaged ones, or ones of another size or type."""
    kinds = table["kinds"]
    count = sum(kind["count"] for kind in kinds)
    if table["nulls"]:
        raise ValueError(
            f"`{image_col}` must hold no null images. Received: {table['nulls']} of "
            f"{count + table['nulls']}. Drop them: df.dropna(subset=['{image_col}'])."
        )
    if count == 0:
        raise ValueError(f"The DataFrame must hold images in `{image_col}`. Received: an empty DataFrame.")
    if table["short"]:
        raise ValueError(
            f"`{image_col}` must hold images of height x width x nChannels bytes. Received: {table['short']}."
        )
    channels, height, width = shape
    wanted = {"height": height, "width": width, "channels": channels, "mode": CV_MODES[channels]}
    for kind in kinds:
        if any(kind[key] != value for key, value in wanted.items()):
            raise ValueError(
                f"`{image_col}` must hold images of the discriminator's size: height={height}, width={width}, "
                f"nChannels={channels}, mode={wanted['mode']}. Received: {kind['count']} of {count} with "
                f"height={kind['height']}, width={kind['width']}, nChannels={kind['channels']}, mode={kind['mode']}, "
                f"the first from '{kind['origin']}'. {_preparation(image_col, shape, kind)}, or build the networks for "
                "their size."
            )
    if batch_size > count:
        raise ValueError(
            f"`batchSize` must not exceed the number of images ({count}). Received: batchSize={batch_size}."
        )


def _preparation(image_col: str, shape: List[int], kind: Dict[str, Any]) -> str:
    """How to make images of the discriminator's shape, (C, H, W), of these."""
    if kind["mode"] not in _PREPARED:
        return "Convert them to 8 bits, or drop them"
    channels, height, width = shape
    size = str(height) if height == width else str((height, width))
    column = "" if image_col == "image" else f", input_col={image_col!r}, output_col={image_col!r}"
    least = min(kind["height"], kind["width"], LEAST_SIDE)
    small = f", min_side={least}" if least < LEAST_SIDE else ""
    return f"Convert and resize them: images.prepare(df, {size}, channels={channels}{column}{small})"
