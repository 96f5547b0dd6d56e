"""Philox4x32-10 in plain Python, after Salmon et al., SC 2011: the oracle for random numbers that tests must know."""

_MASK = 0xFFFFFFFF


def block(seed, counter):
    """Four words of 32 random bits for a 64-bit seed and a counter of four words."""
    x0, x1, x2, x3 = (word & _MASK for word in counter)
    k0, k1 = seed & _MASK, (seed >> 32) & _MASK
    for _ in range(10):
        product0, product1 = 0xD2511F53 * x0, 0xCD9E8D57 * x2
        x0, x1, x2, x3 = (product1 >> 32) ^ x1 ^ k0, product1 & _MASK, (product0 >> 32) ^ x3 ^ k1, product0 & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return x0, x1, x2, x3


def uniform(bits):
    """32 bits as a number in (0, 1)."""
    return (bits + 0.5) / 2**32
