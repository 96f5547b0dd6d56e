"""Imports the packages that write files for other programs, when they are first needed."""

import importlib
from typing import Any


def needed(module: str, *, extra: str) -> Any:
    """Import a module that one of our pip extras installs.

    Raises:
        RuntimeError: it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise RuntimeError(
            f"This export needs the package {module.split('.')[0]}, which cannot be imported: {error}. "
            f"Install it: pip install 'bigdl_gan[{extra}]'"
        ) from error
