"""Features of which golden.json has other libraries' figures: made by exact arithmetic, the same on any machine."""

import numpy as np

CASES = {  # fakes, reals, features, rank
    "more rows than features": (240, 240, 16, 16),
    "fewer rows than features": (40, 48, 64, 64),
    "few directions": (200, 260, 24, 8),
}


def features(case):
    """Fakes and reals, float64 (N, F), multiples of 1/64, so that float32 holds them."""
    n, m, width, rank = CASES[case]
    rng = np.random.RandomState(width)
    mix = rng.randint(-1, 2, (rank, width)) if rank < width else np.eye(width)
    scales = 1 + np.arange(rank) % 4
    fakes = np.round(64 * rng.standard_normal((n, rank))) * scales @ mix / 64
    reals = np.round(64 * rng.standard_normal((m, rank))) * scales[::-1] @ mix / 64
    return fakes + 0.5, reals


def probabilities():
    """Float64 (300, 5), multiples of 1/64 that add up to 1."""
    rng = np.random.RandomState(1)
    counts = np.stack([1 + rng.multinomial(59, share) for share in rng.dirichlet(np.ones(5), 300)])
    return counts / 64
