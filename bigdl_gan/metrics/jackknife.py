"""The jackknife: a standard error from what an estimate would be without each row."""

import numpy as np


def jackknife_variance(left: np.ndarray) -> float:
    """The variance of an estimate from N rows.

    Args:
        left: the estimate without each of the rows, float64 (N,).
    Source: Efron & Stein 1981, who show that it tends to be too large rather than too small."""
    n = len(left)
    return (n - 1) / n * float(((left - left.mean()) ** 2).sum())
