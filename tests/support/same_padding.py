"""Keras's padding for PyTorch."""


def same_padding(shape, kernel, strides):
    """Keras's "same", the smaller half first, in PyTorch's format: (left, right, top, bottom)."""
    padding = []
    for size, k, s in zip(shape[2:0:-1], kernel[::-1], strides[::-1]):
        total = max((-(-size // s) - 1) * s + k - size, 0)
        padding += [total // 2, total - total // 2]
    return tuple(padding)
