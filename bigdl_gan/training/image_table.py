"""One training's images: computed once, counted, hashed, checked, and released at its end."""

from contextlib import contextmanager
from typing import Any, Iterator, NamedTuple

from bigdl_gan.jvm import bridge
from bigdl_gan.training.checks import check_images
from bigdl_gan.training.labelling import labelled
from bigdl_gan.training.request import Request


class Images(NamedTuple):
    """Images that are ready for the executors.

    Attributes:
        table: the core's handle on them.
        n: the number of images.
        hash: the sum of their hashes and their labels', in decimal digits."""

    table: Any
    n: int
    hash: str


@contextmanager
def opened(request: Request) -> Iterator[Images]:
    """The images of a request; they are released when the block ends.

    Raises:
        ValueError: the images are not fit for training."""
    params, frame, labels = request.params, bridge.java_frame(labelled(request)), request.labels
    size, is_one_hot = (0, True) if labels is None else (len(labels.names), labels.is_one_hot)
    table = bridge.call("openTable", frame, params.getStorageLevel(), size, is_one_hot)
    try:
        census = bridge.call_json("describeTable", table)
        shape = request.described["discriminator"]["inputShape"]
        check_images(census, params.getImageCol(), shape, params.getBatchSize())
        yield Images(table, sum(kind["count"] for kind in census["kinds"]), census["hash"])
    finally:
        table.close()
