"""Imports optional packages when they are first needed."""

import importlib
from types import ModuleType


def require(module: str, *, extra: str) -> ModuleType:
    """Import a module that one of our pip extras installs.

    Raises:
        RuntimeError: it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise RuntimeError(
            f"This callback needs the package {module.split('.')[0]}, which cannot be imported: {error}. "
            f"Install it: pip install 'bigdl_gan[{extra}]'"
        ) from error
