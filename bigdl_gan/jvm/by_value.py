"""Pickles that carry the code of a folder of this package: executors need not have the package."""

import threading
from types import ModuleType
from typing import Any

from pyspark import cloudpickle

_REGISTRATION = threading.Lock()  # the whole process shares cloudpickle's set of modules to pickle by value


def by_value(value: Any, folder: ModuleType) -> bytes:
    """A pickle of `value` that carries the code of `folder`, which imports nothing else from this package."""
    with _REGISTRATION:
        if folder.__name__ in cloudpickle.list_registry_pickle_by_value():  # the user has registered it
            return cloudpickle.dumps(value)
        cloudpickle.register_pickle_by_value(folder)
        try:
            return cloudpickle.dumps(value)
        finally:
            cloudpickle.unregister_pickle_by_value(folder)
