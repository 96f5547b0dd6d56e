"""Images per second over executors x cores x batch, on a standalone cluster that this script starts on 127.0.0.1.

python benchmarks/scaling.py --cores 2 --batches 32 64 --rounds 8 --json scaling.json

The script trains every combination of executors and cores that fits --cores, or those of --combinations, and
local[cores] for comparison, each in its own process. The trainings take turns, one chunk of updates each: a round
measures all of them within a minute, so changes in the machine's speed affect all alike. Ratios compare measurements
from one round. Each batch size has its own rounds; one training takes part in all rounds, and its speed brings the
times of all batch sizes to the same scale.

If the clusters' measurements determine it, a model of an update's time is fitted to them (forecast.py). It is tested by
leaving out each measurement in turn and predicting it from the others, and then predicts the speed of more executors on
a real network. benchmarks/README.md lists its assumptions.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from forecast import Point, model
from peer import dcgan
from report import spread, table, with_quartiles, write
from standalone import cluster
from turns import Relay

EXECUTOR_GB = 2  # each executor's heap


class Case(NamedTuple):
    """One measured training; 0 executors stands for local mode."""

    executors: int
    cores: int
    batch: int

    def __str__(self) -> str:
        where = f"{self.executors}x{self.cores}" if self.executors else f"local[{self.cores}]"
        return f"{where}, batch {self.batch}"


class Player:
    """One case's training, in a process that waits for its turn. A context manager.

    Raises:
        RuntimeError: the process ended by itself."""

    def __init__(self, case: Case, args: argparse.Namespace, url: str) -> None:
        self.case, self._args, self._url, self._stack = case, args, url, ExitStack()

    def __enter__(self) -> "Player":
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _start(self) -> None:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._json, self._log = folder / "out.json", folder / "log"
        script = str(Path(__file__).with_name("throughput.py"))
        command = [sys.executable, script, "--peer", "none", "--repeats", "1", "--relay", "--iterations", str(10**6)]
        for name in ("image_size", "channels", "width", "warm_up", "seed"):
            command += [f"--{name.replace('_', '-')}", str(getattr(self._args, name))]
        command += ["--batch-size", str(self.case.batch), "--json", str(self._json), *self._master()]
        log = self._stack.enter_context(self._log.open("wb"))
        self._process = self._stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        )
        self._stack.callback(self._process.terminate)  # does nothing if it has ended

    def _master(self) -> List[str]:
        executors, cores, _ = self.case
        if executors == 0:
            return ["--master", f"local[{cores}]"]
        settings = {"spark.executor.cores": cores, "spark.cores.max": executors * cores,
                    "spark.executor.memory": f"{EXECUTOR_GB}g", "spark.driver.host": "127.0.0.1"}  # fmt: skip
        return ["--master", self._url, *(f"--conf={key}={value}" for key, value in settings.items())]

    def wait(self) -> None:
        """Wait until it is ready for its first turn."""
        self._answer()

    def turn(self) -> Dict[str, Any]:
        """Run the next chunk; return its first update and the seconds an update."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        """End the turns."""
        self._process.stdin.close()

    def result(self) -> Dict[str, Any]:
        """The result that throughput.py prints at the end."""
        self._process.wait()
        return json.loads(self._json.read_text())

    def _answer(self) -> Dict[str, Any]:
        for line in self._process.stdout:
            if line.startswith(Relay.MARK):
                return json.loads(line[len(Relay.MARK):])
        raise RuntimeError(f"{self.case} ended:\n{self._log.read_text()[-3000:]}")

    def __exit__(self, *failure: Any) -> None:
        self._stack.close()


def measure(cases: Sequence[Case], args: argparse.Namespace) -> Tuple[List[Dict[Case, float]], Dict[Case, Any]]:
    """The seconds an update of all cases, round by round, and how each case's updates spend them."""
    rounds: List[Dict[Case, float]] = []
    with ExitStack() as stack:
        executors, cores = sum(case.executors for case in cases), sum(case.executors * case.cores for case in cases)
        url = stack.enter_context(cluster(1, cores, f"{EXECUTOR_GB * executors + executors}g"))
        players = [stack.enter_context(Player(case, args, url)) for case in cases]
        for player in players:
            player.wait()
        while len(rounds) < args.rounds:
            turns = {player.case: player.turn() for player in players}
            if all(turn["iteration"] > args.warm_up for turn in turns.values()):
                rounds.append({case: turn["seconds"] for case, turn in turns.items()})
        for player in players:
            player.end()
        results = {player.case: player.result() for player in players}
    return rounds, results


def combinations(cores: int) -> List[Tuple[int, int]]:
    """(executors, cores of each) that fit `cores`."""
    return [(n, k) for n in range(1, cores + 1) for k in range(1, cores + 1) if n * k <= cores]


def combination(text: str) -> Tuple[int, int]:
    """"2x1" as (2, 1)."""
    executors, cores = map(int, text.split("x"))
    return executors, cores


def summarize(
    cases: Sequence[Case], rounds: List[Dict[Case, float]], results: Dict[Case, Any], *, scale: float
) -> List[Point]:
    """One line for each case, its seconds multiplied by `scale`."""
    lines = []
    for case in cases:
        seconds = spread([scale * turn[case] for turn in rounds])
        parts = {part: scale * value for part, value in results[case]["seconds_per_update"].items()}
        speed, total = case.batch / seconds["median"], sum(parts.values())
        lines.append({
            **case._asdict(), "images_per_second": speed,
            "images_per_second_per_executor": speed / max(case.executors, 1), "seconds": seconds, "parts": parts,
            "exchange_share": parts["exchange"] / total, "not_compute_share": 1 - parts["compute"] / total,
        })  # fmt: skip
    return lines


def ratios(cases: Sequence[Case], rounds: List[Dict[Case, float]]) -> Dict[str, Dict[str, float]]:
    """The speed on several executors relative to local mode on as many cores, in each round."""
    found = {}
    for case in cases:
        local = Case(0, case.executors * case.cores, case.batch)
        if case.executors > 1 and local in cases:
            name = f"{case.executors}x{case.cores} over local[{local.cores}], batch {case.batch}"
            found[name] = spread([turn[local] / turn[case] for turn in rounds])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", type=int, default=2, help="this machine's cores")
    parser.add_argument("--combinations", type=combination, nargs="+", metavar="EXECUTORSxCORES",
                        help="the clusters to measure; by default all that fit --cores")  # fmt: skip
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 64], help="global batch sizes")
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=8, help="counted chunks of each training, up to 10 s each")
    parser.add_argument("--warm-up", type=int, default=15, help="first updates, not counted: chunks still grow")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    clusters = args.combinations or combinations(args.cores)
    clock = Case(0, args.cores, max(args.batches))  # takes part in all rounds
    lines, found, machine = [], {}, {}
    reference: Optional[float] = None
    for batch in sorted(args.batches, reverse=True):
        cases = [Case(executors, cores, batch) for executors, cores in [(0, args.cores), *clusters]]
        rounds, results = measure([*cases, *({clock} - {*cases})], args)
        seconds = statistics.median(turn[clock] for turn in rounds)
        reference = reference or seconds
        lines += summarize(cases, rounds, results, scale=reference / seconds)
        found.update(ratios(cases, rounds))
        machine = results[clock]["machine"]
    networks = dcgan(args.image_size, args.channels, args.width)
    gradient_bytes = 4.0 * sum(w.numel() for network in networks for w in network.parameters())
    result = {
        "measured": lines, **model([line for line in lines if line["executors"]], gradient_bytes),
        "ratios": found, "gradient_bytes": gradient_bytes, "settings": vars(args), "machine": machine,
    }  # fmt: skip
    write(args.json, result, markdown(result), lambda axes: draw(axes, result), charts=2)


def markdown(result: Dict[str, Any]) -> str:
    rows = []
    for line in result["measured"]:
        where = f"{line['executors']} x {line['cores']}" if line["executors"] else f"`local[{line['cores']}]`"
        rows.append((where, line["batch"], f"{line['images_per_second']:.1f}",
                     f"{line['images_per_second_per_executor']:.1f}", f"{line['exchange_share']:.1%}",
                     f"{line['not_compute_share']:.1%}"))  # fmt: skip
    header = ("executors x cores", "batch", "images/s", "per executor", "exchange", "not compute")
    measured = table(header, rows) + "\n" + table(
        ("ratio", "median (quartiles) of the rounds"),
        [(name, with_quartiles(ratio)) for name, ratio in result["ratios"].items()],
    )  # fmt: skip
    if "predicted" not in result:
        return measured
    errors = [abs(test["error"]) for test in result["leave_one_out"]]
    worst = f"{max(errors):.0%}" if errors else "unknown, of too few measurements"
    weak = result["predicted"]["weak_efficiency"]
    return (
        f"{measured}\nModel: largest error of a measurement left out {worst}.\n\n"
        + table(("executors of one core, 10 Gb/s", "images/s", "efficiency"),
                [(n, f"{speed:.0f}", f"{weak[n]:.0%}") for n, speed in result["predicted"]["weak"].items()])
    )  # fmt: skip


def draw(axes, result: Dict[str, Any]) -> None:
    predicted = result.get("predicted")
    for batch in sorted({line["batch"] for line in result["measured"]}):
        same = [line for line in result["measured"] if line["batch"] == batch and line["cores"] == 1]
        axes[0].plot([line["executors"] for line in same], [line["images_per_second"] for line in same], "o-",
                     label=f"batch {batch}, measured")  # fmt: skip
    if predicted:
        axes[0].plot(list(predicted["strong"]), list(predicted["strong"].values()), "s--",
                     label=f"batch {predicted['strong_batch']}, model, 10 Gb/s")  # fmt: skip
    axes[0].set_xlabel("executors of one core")
    axes[0].set_xscale("log", base=2)
    axes[0].set_yscale("log", base=2)
    axes[0].set_ylabel("images/s, the batch fixed (strong scaling)")
    axes[0].legend(fontsize=8)
    by_share: Dict[float, Dict[int, float]] = {}  # images/s of each number of executors, by images an executor
    for line in result["measured"]:
        if line["cores"] == 1 and line["executors"]:
            speeds = by_share.setdefault(line["batch"] / line["executors"], {})
            speeds[line["executors"]] = line["images_per_second"]
    for share, speeds in sorted(by_share.items()):
        if len(speeds) > 1 and 1 in speeds:
            axes[1].plot(list(speeds), [speed / speeds[1] / n for n, speed in speeds.items()], "o-",
                         label=f"measured, {share:.0f} images an executor")  # fmt: skip
    if predicted:
        axes[1].plot(list(predicted["weak_efficiency"]), list(predicted["weak_efficiency"].values()), "s--",
                     label=f"model, {predicted['weak_images_per_executor']} an executor, 10 Gb/s")  # fmt: skip
    axes[1].set_xscale("log", base=2)
    axes[1].set_ylim(0, 1.1)
    axes[1].set_xlabel("executors of one core")
    axes[1].set_ylabel("efficiency (weak scaling)")
    if axes[1].lines:
        axes[1].legend(fontsize=8)


if __name__ == "__main__":
    main()
