"""Sizes of memory, as Spark's settings and messages write them."""

MEGABYTE = 2**20
RESERVED = 300 * MEGABYTE  # the part of every heap that Spark keeps for itself


def to_bytes(text: str, unit: int = 1) -> int:
    """Parse a size in Spark's notation, such as 512m; without a suffix, it is in `unit`."""
    suffixes = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}
    digits = text.strip().lower().rstrip("b")
    if digits and digits[-1] in suffixes:
        return int(float(digits[:-1]) * suffixes[digits[-1]])
    return int(digits or 0) * unit


def megabytes(n: float) -> str:
    """A size in a message."""
    return f"{n / MEGABYTE:,.0f} MB"


def round_up(n: int) -> str:
    """A size for a setting, rounded up to a multiple of 256 MB."""
    step = 256 * MEGABYTE
    return f"{-(-n // step) * 256}m"
