"""A model of an update's seconds, fitted to measurements; it predicts the speed of more executors on a real network.

    seconds = a * images per core + b + c * bytes that an executor sends

c comes from the exchange's measured share; a single executor sends nothing. A measurement is a line from scaling.py:
executors, cores of each, batch, seconds, exchange_share.
"""

from typing import Any, Dict, List

import numpy as np

NETWORK = 10e9 / 8  # bytes per second of each executor's link, both ways at once
LATENCY = 50e-6  # seconds from one executor to the next
PREDICTED = (4, 8, 16, 32, 64, 128, 256)

Point = Dict[str, Any]


def features(line: Point, gradient_bytes: float) -> List[float]:
    n = line["executors"]
    return [line["batch"] / n / line["cores"], 1.0, 2 * (n - 1) / n * gradient_bytes]


def is_determined(lines: List[Point]) -> bool:
    """Whether the measurements determine a, b and c: at least two numbers of images per core, and an exchange."""
    return len({line["batch"] / line["executors"] / line["cores"] for line in lines}) > 1 and any(
        line["executors"] > 1 for line in lines
    )


def fit(lines: List[Point], gradient_bytes: float) -> np.ndarray:
    """Coefficients a, b, c: c from the exchange's own share, the others by least squares on relative errors."""
    matrix = np.array([features(line, gradient_bytes) for line in lines])
    exchange = np.array([line["exchange_share"] * line["seconds"]["median"] for line in lines])
    sends = matrix[:, 2] > 0
    c = float(np.median(exchange[sends] / matrix[sends, 2]))
    rest = np.array([line["seconds"]["median"] for line in lines]) - exchange
    a, b = np.linalg.lstsq(matrix[:, :2] / rest[:, None], np.ones(len(rest)), rcond=None)[0]
    return np.array([a, b, c])


def leave_one_out(lines: List[Point], gradient_bytes: float) -> List[Dict[str, Any]]:
    """Each measurement beside the prediction from the others, if they determine the model."""
    tests = []
    for index, line in enumerate(lines):
        others = lines[:index] + lines[index + 1:]
        if not is_determined(others):
            continue
        predicted = float(np.dot(fit(others, gradient_bytes), features(line, gradient_bytes)))
        actual = line["seconds"]["median"]
        tests.append({**{k: line[k] for k in ("executors", "cores", "batch")}, "predicted": predicted,
                      "measured": actual, "error": predicted / actual - 1})  # fmt: skip
    return tests


def predict(coefficients: np.ndarray, executors: int, cores: int, per_executor: float, gradient_bytes: float) -> float:
    """An update's seconds on a network: its time on loopback plus the time on the wire."""
    line = {"executors": executors, "cores": cores, "batch": per_executor * executors}
    found = features(line, gradient_bytes)
    return float(np.dot(coefficients, found)) + found[2] / NETWORK + 2 * (executors - 1) * LATENCY


def model(lines: List[Point], gradient_bytes: float) -> Dict[str, Any]:
    """The model's coefficients, tests and predictions; empty if the measurements do not determine it."""
    if not is_determined(lines):
        return {}
    coefficients = fit(lines, gradient_bytes)
    per_executor = max(line["batch"] for line in lines)
    base = per_executor / predict(coefficients, 1, 1, per_executor, gradient_bytes)
    weak = {n: per_executor * n / predict(coefficients, n, 1, per_executor, gradient_bytes) for n in PREDICTED}
    strong_batch = per_executor * PREDICTED[0]
    strong = {
        n: strong_batch / predict(coefficients, n, 1, strong_batch / n, gradient_bytes)
        for n in PREDICTED if strong_batch % n == 0
    }  # fmt: skip
    return {
        "coefficients": dict(zip("abc", coefficients.tolist())), "leave_one_out": leave_one_out(lines, gradient_bytes),
        "predicted": {"cores": 1, "weak_images_per_executor": per_executor, "weak": weak, "one_executor": base,
                      "weak_efficiency": {n: speed / base / n for n, speed in weak.items()},
                      "strong_batch": strong_batch, "strong": strong},
    }  # fmt: skip
