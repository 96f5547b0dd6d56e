"""Imports optional packages when they are first needed."""

import importlib
from types import ModuleType


def require(module: str, *, extra: str, use: str = "callback") -> ModuleType:
    """Import a module that one of our pip extras installs.

    Args:
        use: what needs it, for the message.
    Raises:
        RuntimeError: it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise RuntimeError(
            f"This {use} needs the package {module.split('.')[0]}, which cannot be imported: {error}. "
            f"Install it: pip install 'bigdl_gan[{extra}]'"
        ) from error
