"""Train GANs on images in Spark DataFrames, on CPU executors; get generated images back as a DataFrame."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, List

from bigdl_gan import datasets, images
from bigdl_gan.estimator import GANEstimator
from bigdl_gan.jvm import configure, jar_paths
from bigdl_gan.model import GANModel
from bigdl_gan.preparer import ImagePreparer

if TYPE_CHECKING:
    from bigdl_gan import callbacks, charts, history, latents, layers, losses, metrics, networks, optimizers, schedules

__all__ = [
    "GANEstimator", "GANModel", "ImagePreparer", "callbacks", "charts", "configure", "datasets", "history", "images",
    "jar_paths", "latents", "layers", "losses", "metrics", "networks", "optimizers", "schedules",
]  # fmt: skip

try:
    __version__ = version("bigdl_gan")
except PackageNotFoundError:  # a copy of the sources on Python's path
    __version__ = "0+unknown"


def __getattr__(name: str) -> Any:
    """Imports a submodule when it is first named: `layers` and `networks` load dllib, and `charts` loads matplotlib."""
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})
