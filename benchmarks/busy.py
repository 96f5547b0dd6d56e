"""Training's images/s on a host that others use too, beside PyTorch's textbook loop under the same disturbance.

python benchmarks/busy.py --width 24 --batch-size 64 --update-rule alternating --master 'local[2]' --json out.json

In each repeat both sides train on an idle host, then beside --loops processes that never wait, then, where the rights
allow it, within a quota of --quota processors, as Kubernetes sets it for a container's CPU limit (Linux's control
groups, version 1 or 2). "of idle" is the rate over that on the idle host. Executors with one core fewer, as `--master
'local[1]'` on two cores, leave the loop a core of its own: `--idle-rate` compares with the rate of another run.
"""

import argparse
import contextlib
import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Optional, Sequence

from pyspark.sql import SparkSession
from report import jvm_process, spread, table, with_quartiles, write
from throughput import Pair
from throughput import parser as throughput_parser

from bigdl_gan import configure

GROUP = "bigdl_gan_busy"
PERIOD = 100_000  # microseconds, as Kubernetes has it
SIDES = {"ours": "images/s", "textbook": "PyTorch textbook"}


@contextlib.contextmanager
def loops(n: int) -> Iterator[None]:
    """So many processes that never wait."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(n)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


class Quota:
    """A control group with a limit on processor time.

    Raises:
        OSError: this user may not make one."""

    def __init__(self, processors: float) -> None:
        root = Path("/sys/fs/cgroup/cpu")
        limits = {"cpu.cfs_period_us": str(PERIOD), "cpu.cfs_quota_us": str(round(PERIOD * processors))}
        if not root.exists():  # version 2
            root = Path("/sys/fs/cgroup")
            limits = {"cpu.max": f"{round(PERIOD * processors)} {PERIOD}"}
        self._root, self._group = root, root / GROUP
        self._group.mkdir(exist_ok=True)
        for name, value in limits.items():
            (self._group / name).write_text(value)

    @contextlib.contextmanager
    def __call__(self, processes: Sequence[int]) -> Iterator[None]:
        """Keeps processes within the limit."""
        self._move(processes, self._group)
        try:
            yield
        finally:
            self._move(processes, self._root)

    def _move(self, processes: Sequence[int], group: Path) -> None:
        for process in processes:
            (group / "cgroup.procs").write_text(str(process))

    def close(self) -> None:
        self._group.rmdir()


def parser() -> argparse.ArgumentParser:
    made = throughput_parser()
    made.description = __doc__
    made.set_defaults(width=[24], update_rule="alternating")
    made.add_argument("--loops", type=int, default=1, help="processes that never wait")
    made.add_argument("--quota", type=float, default=1.5, help="processors; 0 measures none")
    made.add_argument("--idle-rate", type=float, help="our images/s on an idle host, in place of this run's")
    return made


def main(argv: Optional[Sequence[str]] = None) -> None:
    args = parser().parse_args(argv)
    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    disturbances: Dict[str, Callable[[], ContextManager[Any]]] = {
        "idle": contextlib.nullcontext, f"{args.loops} busy loop(s)": functools.partial(loops, args.loops),
    }  # fmt: skip
    quota, processes = None, [os.getpid(), jvm_process(spark)]
    if args.quota > 0:
        try:
            quota = Quota(args.quota)
            disturbances[f"quota of {args.quota} processors"] = functools.partial(quota, processes)
        except OSError as error:
            print(f"No quota: {error}.")
    cores = spark.sparkContext.defaultParallelism
    pairs = {name: Pair(args, args.width[0], args.batch_size[0], cores, args.engine[0]) for name in disturbances}
    try:
        for number in range(args.repeats):
            for name, disturb in disturbances.items():
                with disturb():
                    pairs[name].repeat(spark, number)
    finally:
        if quota is not None:
            quota.close()
    rows = [{"what": name, **sides(pair, pairs["idle"], args.idle_rate)} for name, pair in pairs.items()]
    whole = {"rows": rows, "settings": vars(args)}
    write(args.json, whole, text(rows), lambda axes: draw(axes, rows))
    spark.stop()


def sides(pair: Pair, idle: Pair, idle_rate: Optional[float]) -> Dict[str, Any]:
    """Each side's images/s, and over those on the idle host."""
    found = {}
    for side in SIDES:
        if side not in pair.turns.chunks[0]:
            continue
        rates, idles = ([pair.batch / chunk[side] for chunk in one.turns.chunks] for one in (pair, idle))
        there = spread(idles)["median"]
        if side == "ours" and idle_rate:
            there = idle_rate
        found[side] = {"images_per_second": spread(rates), "of_idle": spread([rate / there for rate in rates])}
    return found


def text(rows: List[Dict[str, Any]]) -> str:
    there = [side for side in SIDES if side in rows[0]]
    header = ["host", *(column for side in there for column in (SIDES[side], "of idle (quartiles)"))]
    lines = []
    for row in rows:
        line = [row["what"]]
        for side in there:
            line += [f"{row[side]['images_per_second']['median']:.0f}", with_quartiles(row[side]["of_idle"])]
        lines.append(line)
    return table(header, lines)


def draw(axes: List[Any], rows: List[Dict[str, Any]]) -> None:
    there = [side for side in SIDES if side in rows[0]]
    for number, side in enumerate(there):
        places = [index + 0.4 * number for index in range(len(rows))]
        heights = [row[side]["of_idle"]["median"] for row in rows]
        axes[0].bar(places, heights, width=0.38, label="bigdl_gan" if side == "ours" else SIDES[side])
    axes[0].set_xticks([index + 0.2 * (len(there) - 1) for index in range(len(rows))], [row["what"] for row in rows])
    axes[0].tick_params(axis="x", labelsize=8)
    axes[0].set_ylabel("images/s over the idle host's")
    axes[0].legend(fontsize=8)


if __name__ == "__main__":
    main()
