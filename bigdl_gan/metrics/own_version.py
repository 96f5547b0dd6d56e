"""The version of this package, for results."""

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """The installed version; "0+unknown" of a copy of the sources on Python's path."""
    try:
        return version("bigdl_gan")
    except PackageNotFoundError:
        return "0+unknown"
