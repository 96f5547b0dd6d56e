"""dllib's Keras models as files on the driver's disk, in dllib's own protocol buffers."""

import gzip
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from bigdl_gan import _jvm


@contextmanager
def temporary_file() -> Iterator[str]:
    """A path of the driver's disk, gone afterwards: dllib itself knows few schemes, and not the session's settings."""
    folder = tempfile.mkdtemp(prefix="bigdl_gan-")
    try:
        yield str(Path(folder) / "network")
    finally:
        shutil.rmtree(folder)


def write(network: Any, path: str) -> None:
    """Write a model, weights and running statistics included, over what is there."""
    _jvm.run(network.value.saveModule, path, None, True)


def read(path: str) -> Any:
    """The model in a file that `write` made."""
    from bigdl.dllib.net import Net  # importing dllib changes the environment: not before it is needed

    _jvm.attach()
    with _jvm.quiet_dllib():
        return Net.load(path)


def structure(network: Any) -> bytes:
    """A model without its weights: gzip of the file of a copy in which they are zero."""
    empty = _jvm.clone_network(network)
    _jvm.call("clearNetwork", empty.value)
    with temporary_file() as path:
        write(empty, path)
        return gzip.compress(Path(path).read_bytes(), mtime=0)


def from_structure(data: bytes) -> Any:
    """The reverse of `structure`: a model whose weights are zero."""
    with temporary_file() as path:
        Path(path).write_bytes(gzip.decompress(data))
        return read(path)
