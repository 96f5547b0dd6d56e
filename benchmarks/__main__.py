"""`python -m benchmarks`: runs the main benchmarks in a short form and compares their ratios with the committed ones.

Exits with status 1 if a ratio is lower than the committed one by more than --tolerance. Beside each ratio it prints the
share of processor time that the hypervisor stole: unless that is small, the ratio measures the machine. --full runs the
long form, whose results replace those in benchmarks/results.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

HERE = Path(__file__).parent
RESULTS = HERE / "results"


class Run(NamedTuple):
    """A benchmark: the script, its options in each form, and the ratios in its result to compare."""

    script: str
    common: List[str]
    short: List[str]
    full: List[str]
    ratios: List[str]


def repeats(n: int, *more: str) -> List[str]:
    return ["--repeats", str(n), *more]


RUNS = {
    "throughput_64": Run(
        "throughput.py", ["--image-size", "64", "--channels", "3", "--batch-size", "64"],
        repeats(1, "--iterations", "26"), repeats(3, "--iterations", "30"), ["ratio", "ratio_tuned"],
    ),
    "throughput_28": Run(
        "throughput.py", ["--image-size", "28", "--channels", "1", "--batch-size", "128"],
        repeats(1, "--iterations", "60"), repeats(3, "--iterations", "120"), ["ratio", "ratio_tuned"],
    ),
    "generation": Run("generation.py", [], repeats(3), repeats(7), ["ratio"]),
    "pipeline": Run("pipeline.py", [], repeats(2), repeats(5), ["ratio"]),
    "scaling": Run(
        "scaling.py", [],
        ["--combinations", "2x1", "--batches", "64", "--rounds", "3", "--warm-up", "7"], ["--rounds", "8"],
        ["ratios/2x1 over local[2], batch 64/median"],
    ),
}  # fmt: skip


def look_up(result: Dict[str, Any], key: str) -> float:
    for part in key.split("/"):
        result = result[part]
    return float(result)  # type: ignore[arg-type]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="run the long form, some 40 minutes")
    parser.add_argument("--only", nargs="+", choices=sorted(RUNS), default=list(RUNS))
    parser.add_argument("--out", help="folder for the results; benchmarks/results with --full, else out/bench")
    parser.add_argument("--tolerance", type=float, default=0.25, help="how much lower a ratio may be, as a share")
    args = parser.parse_args()

    out = Path(args.out or (RESULTS if args.full else "out/bench"))
    lines, slower = [], False
    for name in args.only:
        run, file = RUNS[name], out / f"{name}.json"
        committed = json.loads((RESULTS / f"{name}.json").read_text()) if (RESULTS / f"{name}.json").exists() else None
        options = run.common + (run.full if args.full else run.short)
        begin = time.monotonic()
        subprocess.run([sys.executable, str(HERE / run.script), *options, "--json", str(file)], check=True)
        found = json.loads(file.read_text())
        state = f"{time.monotonic() - begin:.0f} s, {found['machine']['stolen_share']:.0%} stolen"
        for key in run.ratios:
            now = look_up(found, key)
            before = None if committed is None else look_up(committed, key)
            is_slower = before is not None and now < before * (1 - args.tolerance)
            slower |= is_slower
            known = "none committed" if before is None else f"committed {before:.2f}"
            lines.append(f"{name:14} {key:36} {now:6.2f}  ({known}; {state}){'  SLOWER' if is_slower else ''}")
    print("\n".join(["Ratios, higher is better:", *lines]))
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
