"""Ready-made generators and discriminators; each is also an example of how to write your own."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from bigdl_gan.networks import dcgan, mlp, r3gan, resnet

__all__ = ["dcgan", "mlp", "r3gan", "resnet"]


def __getattr__(name: str) -> Any:
    """Imports a submodule when it is first named: it loads dllib."""
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})
