"""Finds where a training starts: the newest checkpoint or none, depending on the Param `resume`."""

import warnings
from typing import Any, Dict, List, Optional

from bigdl_gan import checkpoints
from bigdl_gan.checkpoints import Checkpoint
from bigdl_gan.jvm import hadoop
from bigdl_gan.params import plan
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.schedule import n_updates
from bigdl_gan.training.image_table import Images
from bigdl_gan.training.request import Request

_FIRST_ENGINE = "mkldnn"  # of checkpoints that name none


def engine_of(metadata: Dict[str, Any]) -> str:
    """The engine that a checkpoint's training ran on."""
    return str(metadata.get("engine", _FIRST_ENGINE))


def find_start(request: Request) -> Optional[Checkpoint]:
    """The checkpoint that training resumes from, or None to start afresh. Creates the folder if it is missing.

    Raises:
        ValueError: the newest checkpoint belongs to another training.
        FileExistsError: there is a checkpoint, but `resume` is "never".
        FileNotFoundError: there is no complete checkpoint, but `resume` is "must".
        OSError: the folder cannot be used."""
    spark, params = request.spark, request.params
    if not params.isDefined("checkpointDir"):
        return None
    folder = params.getCheckpointDir()
    hadoop.make_folder(spark, folder)
    there = checkpoints.find(spark, folder)
    if params.getResume() == "never":
        if there:
            raise FileExistsError(
                f"`checkpointDir` must hold no checkpoint with resume='never'. Received: checkpointDir={folder} with "
                f"{there[-1][1]}. Choose another folder, delete this one, or set resume='auto' to resume from it."
            )
        return None
    found = checkpoints.newest_of(spark, there)
    if found is None and params.getResume() == "must":
        raise FileNotFoundError(
            f"`checkpointDir` must hold a complete checkpoint with resume='must'. Received: checkpointDir={folder} "
            f"with {len(there)} damaged ones. Set resume='auto' to start afresh if there is none."
        )
    if found is not None:
        _check_same(folder, found.metadata, request.about)
    return found


def _check_same(folder: str, saved: Dict[str, Any], present: Dict[str, Any]) -> None:
    found = _differences(saved, present)
    if found:
        raise ValueError(
            f"`checkpointDir` must hold checkpoints of this training. Received: checkpointDir={folder}, written with "
            f"{'; '.join(found)}. Choose another folder, or change these back."
        )


def _differences(saved: Dict[str, Any], present: Dict[str, Any]) -> List[str]:
    then, now = (plan.as_params(about["plan"]) for about in (saved, present))
    found = [
        f"{name}={_text(name, then, saved)} (now {_text(name, now, present)})"
        for name in sorted({*then, *now}, key=lambda name: (name in present["optimizers"], name))
        if then.get(name) != now.get(name)
    ]
    for role, layers in present["networks"].items():
        found.extend(_network_difference(role, saved["networks"][role], layers))
    return found


def _text(name: str, params: Dict[str, Any], about: Dict[str, Any]) -> str:
    """A Param's value, as a user would write it."""
    if name not in about["optimizers"]:
        return repr(params.get(name))
    optimizer = about["optimizers"][name]
    arguments = ", ".join(f"{argument}={value}" for argument, value in optimizer["arguments"].items())
    return f"{optimizer['class']}({arguments})"


def _network_difference(role: str, then: List[str], now: List[str]) -> List[str]:
    """The first layer that differs; number 0 is the input."""
    for number, (old, new) in enumerate(zip(then, now)):
        if old != new:
            return [f"{role} with layer {number} {old} (now {new})"]
    return [] if len(then) == len(now) else [f"{role} of {len(then) - 1} layers (now {len(now) - 1})"]


def is_finished(found: Checkpoint, params: GANParams) -> bool:
    """Whether the checkpoint has all the updates asked for.

    Raises:
        ValueError: it has more."""
    total = n_updates(params, found.metadata["images"])
    if found.iteration > total:
        raise ValueError(
            f"`maxIter` and `maxEpochs` must ask for at least the {found.iteration} updates in the checkpoint. "
            f"Received: {total} updates, and {found.path}. Raise them, or use GANModel.load."
        )
    return found.iteration == total


def _check_labels(path: str, then: Optional[Dict[str, Any]], now: Optional[Dict[str, Any]]) -> None:
    """The labels' names must be the same. How often each comes is in the images' hash."""
    names, others = ((about or {}).get("names", []) for about in (then, now))
    if names != others:
        raise ValueError(
            f"A training must be resumed with the labels it began with. Received: {others}, but {path} was written "
            f"with {names}. Choose another checkpointDir."
        )


def check_data(found: Checkpoint, images: Images, about: Dict[str, Any]) -> None:
    """Check that training resumes on the same images; warn if executors or engine have changed.

    Args:
        about: the training's entries for a checkpoint's metadata.
    Raises:
        ValueError: the images are different."""
    saved = found.metadata
    if saved["images"] != images.n:
        raise ValueError(
            f"A training must be resumed on the images it began with. Received: {images.n} images, but {found.path} "
            f"was written with {saved['images']}."
        )
    if "imageHash" not in saved:
        warnings.warn(
            f"{found.path} was written by an earlier version, which took the images in another order: the result "
            "will not equal an uninterrupted training's bit for bit, and nothing checks that the images are the same.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip
    elif saved["imageHash"] != images.hash:
        raise ValueError(
            f"A training must be resumed on the images it began with. Received: {images.n} images, as many as then, "
            f"but different: the sum of their hashes is {images.hash}, not {saved['imageHash']} as in {found.path}. "
            "Choose another checkpointDir."
        )
    _check_labels(found.path, saved.get("labels"), about.get("labels"))
    engine = engine_of(saved)
    if engine != about["engine"]:
        warnings.warn(
            f"Training resumes on the engine {about['engine']}, but began on {engine}: the result will not equal an "
            f"uninterrupted training's bit for bit. Set engine='{engine}' if it must.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip
    if saved["executors"] != about["executors"]:
        warnings.warn(
            f"Training resumes on executors with {about['executors']} cores, but began on {saved['executors']}: the "
            "result will not equal an uninterrupted training's bit for bit.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip
