"""The images of one training: computed once, counted, hashed and checked, and let go at its end."""

from contextlib import contextmanager
from typing import Any, Iterator, NamedTuple

from bigdl_gan.jvm import bridge
from bigdl_gan.training.checks import check_images
from bigdl_gan.training.request import Request


class Images(NamedTuple):
    """Images that executors can take.

    Attributes:
        table: the core's.
        n: images in it.
        hash: the sum of their hashes, decimal digits."""

    table: Any
    n: int
    hash: str


@contextmanager
def opened(request: Request) -> Iterator[Images]:
    """The images that a training asks for, until the block ends.

    Raises:
        ValueError: they cannot be trained on."""
    params, frame = request.params, bridge.java_frame(request.images)
    table = bridge.call("openTable", frame, params.getStorageLevel())
    try:
        census = bridge.call_json("describeTable", table)
        shape = request.described["discriminator"]["inputShape"]
        check_images(census, params.getImageCol(), shape, params.getBatchSize())
        yield Images(table, sum(kind["count"] for kind in census["kinds"]), census["hash"])
    finally:
        table.close()
