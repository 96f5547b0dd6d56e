"""Where a training begins: at its newest checkpoint, or at none, as the Param `resume` says."""

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


def find_start(request: Request) -> Optional[Checkpoint]:
    """The checkpoint that the training goes on from; none for its beginning. Makes the folder where there is none.

    Raises:
        ValueError: the newest checkpoint is another training's.
        FileExistsError: there is one, and there must be none.
        FileNotFoundError: there is none, and there must be one.
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
                f"{there[-1][1]}. Choose another folder, delete it, or set resume='auto' to go on from there."
            )
        return None
    found = checkpoints.newest_of(spark, there)
    if found is None and params.getResume() == "must":
        raise FileNotFoundError(
            f"`checkpointDir` must hold a complete checkpoint with resume='must'. Received: checkpointDir={folder} "
            f"with {len(there)} broken ones. Set resume='auto' to begin where there is none."
        )
    if found is not None:
        _check_same(folder, found.metadata, request.about)
    return found


def _check_same(folder: str, saved: Dict[str, Any], present: Dict[str, Any]) -> None:
    found = _differences(saved, present)
    if found:
        raise ValueError(
            f"`checkpointDir` must hold checkpoints of this training. Received: checkpointDir={folder}, written with "
            f"{'; '.join(found)}. Choose another folder, or set these as they were."
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
    """A Param's value as its user would write it."""
    if name not in about["optimizers"]:
        return repr(params.get(name))
    optimizer = about["optimizers"][name]
    arguments = ", ".join(f"{argument}={value}" for argument, value in optimizer["arguments"].items())
    return f"{optimizer['class']}({arguments})"


def _network_difference(role: str, then: List[str], now: List[str]) -> List[str]:
    """The first layer that differs, the input being number 0."""
    for number, (old, new) in enumerate(zip(then, now)):
        if old != new:
            return [f"{role} with layer {number} {old} (now {new})"]
    return [] if len(then) == len(now) else [f"{role} of {len(then) - 1} layers (now {len(now) - 1})"]


def is_finished(found: Checkpoint, params: GANParams) -> bool:
    """Whether nothing is left to do.

    Raises:
        ValueError: more was done than is asked for."""
    total = n_updates(params, found.metadata["images"])
    if found.iteration > total:
        raise ValueError(
            "`maxIter` and `maxEpochs` must ask for no fewer updates than the checkpoint has done "
            f"({found.iteration}). Received: {total} updates, and {found.path}. Raise them, or use GANModel.load."
        )
    return found.iteration == total


def check_data(found: Checkpoint, images: Images, executors: List[int]) -> None:
    """Check that the training goes on where it was; a warning where the executors are not as they were.

    Args:
        executors: the cores of each.
    Raises:
        ValueError: the images are others."""
    saved = found.metadata
    if saved["images"] != images.n:
        raise ValueError(
            f"A training must be resumed on the images it began with. Received: {images.n} images, and {found.path} "
            f"written with {saved['images']}."
        )
    if "imageHash" not in saved:
        warnings.warn(
            f"{found.path} was written by an earlier version, which took the images in another order: the result is "
            "not bit for bit that of an uninterrupted training, and whether the images are the same is not checked.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip
    elif saved["imageHash"] != images.hash:
        raise ValueError(
            f"A training must be resumed on the images it began with. Received: {images.n} images, as many as then, "
            f"but others: the sum of their hashes is {images.hash}, and in {found.path} {saved['imageHash']}. Choose "
            "another checkpointDir."
        )
    if saved["executors"] != executors:
        warnings.warn(
            f"The training goes on on executors of {executors} cores, and began on {saved['executors']}: the result is "
            "not bit for bit that of an uninterrupted one.",
            RuntimeWarning, stacklevel=2,
        )  # fmt: skip
