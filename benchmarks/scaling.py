"""Images per second over executors x cores x batch, on a standalone cluster that this script starts on 127.0.0.1.

python benchmarks/scaling.py --cores 2 --batches 32 64 --repeats 3 --json scaling.json

Every combination of executors and cores that fits --cores is measured, and local[cores] beside it, in turn, --repeats
times. On these measurements a model of the time of an update is fitted,

    seconds = a * images per core + b + c * bytes that an executor sends, + d in local mode

where c is the measured share of the exchange, and nothing is sent by one executor. It is tested by leaving each
measurement out in turn and predicting it from the others, and then asked for more executors on a real network. Its
assumptions are in benchmarks/README.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from peer import dcgan
from report import spread, table, write
from standalone import cluster

NETWORK = 10e9 / 8  # bytes per second of each executor's link, both ways at once
LATENCY = 50e-6  # seconds from one executor to the next
PREDICTED = (4, 8, 16, 32, 64, 128, 256)

Point = Dict[str, Any]


def measure(args: argparse.Namespace, executors: int, cores: int, batch: int) -> Point:
    """One training, as throughput.py measures it; executors 0 stands for local mode."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [sys.executable, str(Path(__file__).with_name("throughput.py")), "--peer", "none", "--repeats", "1"]
        for name in ("image_size", "channels", "width", "iterations", "warm_up"):
            command += [f"--{name.replace('_', '-')}", str(getattr(args, name))]
        command += ["--batch-size", str(batch), "--json", str(out)]
        if executors == 0:
            run(command + ["--master", f"local[{cores}]"])
        else:
            with cluster(executors, cores) as url:
                settings = {"spark.executor.cores": cores, "spark.cores.max": executors * cores,
                            "spark.executor.memory": "2g", "spark.driver.host": "127.0.0.1"}  # fmt: skip
                run(command + ["--master", url] + [f"--conf={key}={value}" for key, value in settings.items()])
        found = json.loads(out.read_text())
    parts = found["seconds_per_update"]
    total = batch / found["images_per_second"]
    return {"executors": executors, "cores": cores, "batch": batch, "seconds": total, "parts": parts}


def run(command: Sequence[str]) -> None:
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {answer.returncode}:\n{answer.stderr[-3000:]}")


def combinations(cores: int) -> List[Tuple[int, int]]:
    """(executors, cores of each), local mode first, as 0 executors."""
    inside = [(n, k) for n in range(1, cores + 1) for k in range(1, cores + 1) if n * k <= cores]
    return [(0, cores), *inside]


def summarize(points: List[Point]) -> List[Point]:
    """One line for each combination, with medians over the repeats."""
    keys = sorted({(p["executors"], p["cores"], p["batch"]) for p in points})
    lines = []
    for key in keys:
        same = [p for p in points if (p["executors"], p["cores"], p["batch"]) == key]
        seconds = spread([p["seconds"] for p in same])
        parts = {part: float(np.median([p["parts"][part] for p in same])) for part in same[0]["parts"]}
        executors, cores, batch = key
        total = sum(parts.values())
        lines.append({
            "executors": executors, "cores": cores, "batch": batch, "images_per_second": batch / seconds["median"],
            "images_per_second_per_executor": batch / seconds["median"] / max(executors, 1),
            "seconds": seconds, "parts": parts, "exchange_share": parts["exchange"] / total,
            "not_compute_share": 1 - parts["compute"] / total,
        })  # fmt: skip
    return lines


def features(line: Point, gradient_bytes: float) -> List[float]:
    n = max(line["executors"], 1)
    per_core = line["batch"] / n / line["cores"]
    return [per_core, 1.0, 2 * (n - 1) / n * gradient_bytes, float(line["executors"] == 0)]


def fit(lines: List[Point], gradient_bytes: float) -> np.ndarray:
    """Coefficients a, b, c, d: c from the exchange's own share, the others by least squares of relative errors."""
    matrix = np.array([features(line, gradient_bytes) for line in lines])
    exchange = np.array([line["exchange_share"] * line["seconds"]["median"] for line in lines])
    sends = matrix[:, 2] > 0
    c = float(np.median(exchange[sends] / matrix[sends, 2])) if sends.any() else 0.0
    rest = np.array([line["seconds"]["median"] for line in lines]) - exchange
    a, b, d = np.linalg.lstsq(matrix[:, [0, 1, 3]] / rest[:, None], np.ones(len(rest)), rcond=None)[0]
    return np.array([a, b, c, d])


def leave_one_out(lines: List[Point], gradient_bytes: float) -> List[Dict[str, Any]]:
    tests = []
    for index, line in enumerate(lines):
        coefficients = fit(lines[:index] + lines[index + 1:], gradient_bytes)
        predicted = float(np.dot(coefficients, features(line, gradient_bytes)))
        actual = line["seconds"]["median"]
        tests.append({**{k: line[k] for k in ("executors", "cores", "batch")}, "predicted": predicted,
                      "measured": actual, "error": predicted / actual - 1})  # fmt: skip
    return tests


def predict(coefficients: np.ndarray, executors: int, cores: int, per_executor: float, gradient_bytes: float) -> float:
    """Seconds of an update on a network: what it takes on loopback, and the time on the wire."""
    line = {"executors": executors, "cores": cores, "batch": per_executor * executors}
    steps = 2 * (executors - 1)
    wire = steps / executors * gradient_bytes / NETWORK + steps * LATENCY
    return float(np.dot(coefficients, features(line, gradient_bytes))) + wire


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", type=int, default=2, help="of this machine")
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 64], help="global batch sizes")
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--iterations", type=int, default=33)
    parser.add_argument("--warm-up", type=int, default=15, help="updates that do not count; chunks grow at first")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    points = []
    for _ in range(args.repeats):
        for batch in args.batches:
            for executors, cores in combinations(args.cores):
                points.append(measure(args, executors, cores, batch))
    lines = summarize(points)
    networks = dcgan(args.image_size, args.channels, args.width)
    gradient_bytes = 4.0 * sum(w.numel() for network in networks for w in network.parameters())
    coefficients = fit(lines, gradient_bytes)
    per_executor = max(args.batches)
    base = per_executor / predict(coefficients, 1, 1, per_executor, gradient_bytes)
    weak = {n: per_executor * n / predict(coefficients, n, 1, per_executor, gradient_bytes) for n in PREDICTED}
    strong_batch = per_executor * PREDICTED[0]
    strong = {
        n: strong_batch / predict(coefficients, n, 1, strong_batch / n, gradient_bytes)
        for n in PREDICTED if strong_batch % n == 0
    }  # fmt: skip
    result = {
        "measured": lines, "coefficients": dict(zip("abcd", coefficients.tolist())),
        "leave_one_out": leave_one_out(lines, gradient_bytes),
        "predicted": {"cores": 1, "weak_images_per_executor": per_executor, "weak": weak, "one_executor": base,
                      "weak_efficiency": {n: speed / base / n for n, speed in weak.items()},
                      "strong_batch": strong_batch, "strong": strong},
        "ratios": ratios(lines), "gradient_bytes": gradient_bytes, "settings": vars(args),
    }  # fmt: skip
    write(args.json, result, markdown(result), lambda axes: draw(axes, result), charts=2)


def ratios(lines: List[Point]) -> Dict[str, float]:
    """Every multi-executor speed over local mode on as many cores, at the same batch."""
    local = {(line["cores"], line["batch"]): line["images_per_second"] for line in lines if line["executors"] == 0}
    found = {}
    for line in lines:
        cores = line["executors"] * line["cores"]
        if line["executors"] > 1 and (cores, line["batch"]) in local:
            name = f"{line['executors']}x{line['cores']} over local[{cores}], batch {line['batch']}"
            found[name] = line["images_per_second"] / local[(cores, line["batch"])]
    return found


def markdown(result: Dict[str, Any]) -> str:
    rows = []
    for line in result["measured"]:
        where = f"{line['executors']} x {line['cores']}" if line["executors"] else f"local[{line['cores']}]"
        rows.append((where, line["batch"], f"{line['images_per_second']:.1f}",
                     f"{line['images_per_second_per_executor']:.1f}", f"{line['exchange_share']:.1%}",
                     f"{line['not_compute_share']:.1%}"))  # fmt: skip
    header = ("executors x cores", "batch", "images/s", "per executor", "exchange", "not compute")
    worst = max(abs(test["error"]) for test in result["leave_one_out"])
    weak = result["predicted"]["weak_efficiency"]
    return (
        table(header, rows) + "\n" + table(("ratio", ""), [(k, f"{v:.2f}") for k, v in result["ratios"].items()])
        + f"\nModel: largest error of a measurement left out {worst:.0%}.\n\n"
        + table(("executors of one core, 10 Gb/s", "images/s", "efficiency"),
                [(n, f"{speed:.0f}", f"{weak[n]:.0%}") for n, speed in result["predicted"]["weak"].items()])
    )  # fmt: skip


def draw(axes, result: Dict[str, Any]) -> None:
    predicted = result["predicted"]
    for batch in sorted({line["batch"] for line in result["measured"]}):
        same = [line for line in result["measured"] if line["batch"] == batch and line["cores"] == 1]
        axes[0].plot([line["executors"] for line in same], [line["images_per_second"] for line in same], "o-",
                     label=f"batch {batch}, measured")  # fmt: skip
    axes[0].set_xlabel("executors of one core")
    axes[0].set_xticks([1, 2])
    axes[0].set_ylabel("images/s, the batch fixed (strong scaling)")
    axes[0].set_ylim(bottom=0)
    axes[0].legend(fontsize=8)
    base = predicted["one_executor"]
    by_share = {}
    for line in result["measured"]:
        if line["cores"] == 1 and line["executors"]:
            by_share.setdefault(line["batch"] / line["executors"], []).append(line)
    for share, same in sorted(by_share.items()):
        if len(same) > 1:
            one = next(line for line in same if line["executors"] == 1)["images_per_second"]
            axes[1].plot([line["executors"] for line in same],
                         [line["images_per_second"] / one / line["executors"] for line in same], "o-",
                         label=f"measured, {share:.0f} images an executor")  # fmt: skip
    n = list(predicted["weak"])
    axes[1].plot(n, [predicted["weak"][k] / base / k for k in n], "s--",
                 label=f"model, {predicted['weak_images_per_executor']} an executor, 10 Gb/s")  # fmt: skip
    axes[1].set_xscale("log", base=2)
    axes[1].set_ylim(0, 1.1)
    axes[1].set_xlabel("executors of one core")
    axes[1].set_ylabel("efficiency (weak scaling)")
    axes[1].legend(fontsize=8)


if __name__ == "__main__":
    main()
