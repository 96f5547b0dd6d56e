"""`python -m benchmarks`: the throughput benchmark at both sizes, in a few minutes."""

import subprocess
import sys
from pathlib import Path

SIZES = (
    ("--image-size", "64", "--channels", "3", "--batch-size", "64", "--iterations", "40"),
    ("--image-size", "28", "--channels", "1", "--batch-size", "128", "--iterations", "150"),
)

if __name__ == "__main__":
    script = Path(__file__).parent / "throughput.py"
    for size in SIZES:
        subprocess.run([sys.executable, str(script), *size], check=True)
