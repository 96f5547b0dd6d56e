"""Which sizes convolutional networks can have: an image halves to a start of a few pixels, and doubles from there."""

from typing import Any, List, NamedTuple, Tuple

from bigdl_gan.layers.construction import to_pair

LEAST, MOST = 16, 256  # pixels of a side
_STARTS = (4, 5, 6, 7)  # the smaller side's pixels, after all halvings
_SIDES = sorted(n * 2**i for n in _STARTS for i in range(8) if LEAST <= n * 2**i <= MOST)
_RULE = (
    f"from {LEAST} to {MOST} pixels, its smaller side 4, 5, 6 or 7 times a power of two, its larger one a multiple of "
    "that power"
)


class Start(NamedTuple):
    """The image's size in pixels, and how it halves.

    Args:
        n_halvings: how often both sides halve, until the smaller one has 4 to 7 pixels.
        rows, columns: height and width after that."""

    height: int
    width: int
    n_halvings: int

    @property
    def rows(self) -> int:
        return self.height >> self.n_halvings

    @property
    def columns(self) -> int:
        return self.width >> self.n_halvings

    @property
    def smaller(self) -> int:
        return min(self.height, self.width)


def to_start(image_size: Any) -> Start:
    """How an image of that size halves.

    Args:
        image_size: an integer for a square, or (height, width).
    Raises:
        TypeError, ValueError: not integers, or not one of the sizes; the message names the nearest that are."""
    height, width = to_pair("image_size", image_size)
    smaller, larger = sorted((height, width))
    if smaller not in _SIDES or larger > MOST or larger % _power(smaller):
        nearest = _nearest(smaller, larger)
        texts = [_text(pair if height <= width else pair[::-1], image_size) for pair in nearest]
        raise ValueError(
            f"`image_size` must be {_RULE}. Received: image_size={image_size!r}. Use {' or '.join(texts)}."
        )
    return Start(height, width, _power(smaller).bit_length() - 1)


def check_channels(channels: int) -> None:
    """Raises ValueError if an image does not have that many channels."""
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 (grey) or 3 (colour). Received: channels={channels!r}")


def _power(side: int) -> int:
    """By which power of two a side divides to leave 4 to 7."""
    return next(2**i for i in range(8) if side // 2**i in _STARTS)


def _nearest(smaller: int, larger: int) -> List[Tuple[int, int]]:
    """One or two sizes, (smaller, larger), that are nearest."""
    below = max((side for side in _SIDES if side <= smaller), default=LEAST)
    sides = {below, min((side for side in _SIDES if side >= smaller), default=MOST)}
    if smaller == larger:
        return [(side, side) for side in sorted(sides)]
    pairs = [(side, multiple) for side in sides for multiple in range(side, MOST + 1, _power(side))
             if multiple % _power(side) == 0]  # fmt: skip
    pairs.sort(key=lambda pair: (abs(pair[0] - smaller) + abs(pair[1] - larger), pair))
    return sorted(pairs[:2])


def _text(pair: Tuple[int, int], image_size: Any) -> str:
    is_square = pair[0] == pair[1] and not isinstance(image_size, (tuple, list))
    return str(pair[0] if is_square else pair)
