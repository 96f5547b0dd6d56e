"""What one training has for itself while it runs, its callbacks and its `checkpointDir`."""

import threading
from contextlib import contextmanager
from typing import Any, Iterator, List, Set, Tuple

from bigdl_gan.callbacks import Callback
from bigdl_gan.params.gan_params import GANParams

_lock = threading.Lock()
_held: Set[Any] = set()


@contextmanager
def claimed(params: GANParams) -> Iterator[None]:
    """Within, no other training of this process gets the same: two would mix up what they keep, or write.

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
    """What is claimed, and what to say where it is taken."""
    claims: List[Tuple[Any, str]] = []
    if params.isDefined("checkpointDir"):
        folder = params.getCheckpointDir()
        claims.append((
            folder.rstrip("/"), f"`checkpointDir` must be this training's own. Received: checkpointDir={folder}, "
            "which a training of this process is using. Choose another folder."
        ))  # fmt: skip
    for callback in params.getCallbacks() if params.isDefined("callbacks") else []:
        if isinstance(callback, Callback):
            claims.append((
                id(callback), "A callback must watch one training at a time. Received: "
                f"{type(callback).__name__}, which watches another one now. Give each its own, or none: "
                "callbacks=[]."
            ))  # fmt: skip
    return claims
