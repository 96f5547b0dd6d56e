"""Reserves a training's callbacks and `checkpointDir` for it while it runs."""

import threading
from contextlib import contextmanager
from typing import Any, Iterator, List, Set, Tuple

from bigdl_gan.callbacks import Callback
from bigdl_gan.params.gan_params import GANParams

_lock = threading.Lock()
_held: Set[Any] = set()


@contextmanager
def claimed(params: GANParams) -> Iterator[None]:
    """Within the block, no other training in this process can use them: two would mix up their state or their files.

    Raises:
        RuntimeError: another training holds one of them."""
    claims = _claims(params)
    keys = [key for key, _ in claims]
    with _lock:
        for key, message in claims:
            if key in _held:
                raise RuntimeError(message)
        _held.update(keys)
    try:
        yield
    finally:
        with _lock:
            _held.difference_update(keys)


def _claims(params: GANParams) -> List[Tuple[Any, str]]:
    """A key for each object that the training claims, and the message if it is taken."""
    claims: List[Tuple[Any, str]] = []
    if params.isDefined("checkpointDir"):
        folder = params.getCheckpointDir()
        claims.append((
            folder.rstrip("/"), f"`checkpointDir` must be this training's own. Received: checkpointDir={folder}, "
            "which another training in this process is using. Choose another folder."
        ))  # fmt: skip
    for callback in params.getCallbacks() if params.isDefined("callbacks") else []:
        if isinstance(callback, Callback):
            claims.append((
                id(callback), "A callback must watch one training at a time. Received: "
                f"{type(callback).__name__}, which is watching another one. Give each training its own, or none: "
                "callbacks=[]."
            ))  # fmt: skip
    return claims
