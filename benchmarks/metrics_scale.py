"""What metrics cost for many images: seconds, the share of the extraction, and memory.

python benchmarks/metrics_scale.py --data MNIST --n 50000 --work out/scale --json out.json

MNIST is a folder with its four files. Its first n images are the reals; the fakes are n images of a generator that has
trained on them for a few seconds. Both are written to --work as Parquet, as in a data lake. Each row of the table is a
call of `metrics.evaluate` of its own, and extracts the features again; the first one is the extraction alone. Memory is
the peak of what the driver's JVM (in local mode also the executor) and all Python processes hold together.
"""

import argparse
import os
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Set

from pyspark.sql import SparkSession
from report import table, write

from bigdl_gan import GANEstimator, configure, datasets, metrics
from bigdl_gan.metrics.features import digits
from bigdl_gan.networks import dcgan as ours

CALLS = {
    "FID": ["fid"],
    "KID": ["kid"],
    "precision, recall, density, coverage": ["precision", "recall", "density", "coverage"],
    "all of these": ["fid", "kid", "precision", "recall", "density", "coverage"],
}
UPDATES = 200  # a few seconds: the fakes need not be good, but not all the same


class PeakMemory:
    """The peak, in MB, of what this process and all that it started hold, sampled while the block runs."""

    def __init__(self, every: float = 0.5) -> None:
        self.total = self.python = 0.0
        self._every, self._done = every, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(self._every):
            found = [resident(process) for process in descendants(os.getpid())]
            self.total = max(self.total, sum(mb for _, mb in found))
            self.python = max(self.python, sum(mb for name, mb in found if name != "java"))


def descendants(root: int) -> Set[int]:
    """A process and all that descend from it."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path("/proc", entry, "stat").read_text()
            except OSError:  # it has ended
                continue
            parents[int(entry)] = int(stat.rsplit(")", 1)[1].split()[1])
    found = {root}
    while True:
        more = {process for process, parent in parents.items() if parent in found} | found
        if more == found:
            return found
        found = more


def resident(process: int) -> Any:
    """(name, MB held by this process; what it shares with others counts by its part)."""
    try:
        name = Path("/proc", str(process), "comm").read_text().strip()
        lines = Path("/proc", str(process), "smaps_rollup").read_text().splitlines()
    except OSError:
        return "", 0.0
    return name, next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--data", required=True, help="folder with MNIST's four files")
    made.add_argument("--n", type=int, default=50000, help="images on each side")
    made.add_argument("--master", default="local[2]")
    made.add_argument("--driver-memory", default="2g", help="the JVM's heap")
    made.add_argument("--work", required=True, help="folder for both sides' images")
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    return made


def main(argv: Optional[Sequence[str]] = None) -> None:
    args = parser().parse_args(argv)
    builder = SparkSession.builder.master(args.master).config("spark.driver.memory", args.driver_memory)
    spark = configure(builder).getOrCreate()
    sides = [spark.read.parquet(path) for path in written(spark, args)]
    rows: List[Dict[str, Any]] = []
    with PeakMemory() as peak:
        began = time.perf_counter()
        for df in sides:
            digits().extract(df).write.format("noop").mode("overwrite").save()
        rows.append({"what": "extraction alone", "seconds": time.perf_counter() - began, "values": {}})
    rows[0].update(memory_mb=peak.total, python_mb=peak.python)
    for what, names in CALLS.items():
        with PeakMemory() as peak:
            began = time.perf_counter()
            found = metrics.evaluate(*sides, names, features=digits())
            seconds = time.perf_counter() - began
        values = {name: result.value for name, result in found.items()}
        rows.append({"what": what, "seconds": seconds, "values": values, "memory_mb": peak.total,
                     "python_mb": peak.python})  # fmt: skip
        print(rows[-1], flush=True)
    write(args.json, {"settings": vars(args), "rows": rows}, text(rows), lambda axes: draw(axes, rows), charts=2)
    spark.stop()


def written(spark: SparkSession, args: argparse.Namespace) -> List[str]:
    """The folders of the fakes and the reals."""
    paths = [str(Path(args.work, side)) for side in ("fakes", "reals")]
    reals = datasets.mnist(spark, path=args.data).limit(args.n).select("image")
    reals.write.mode("overwrite").parquet(paths[1])
    reals = spark.read.parquet(paths[1])
    if reals.count() < args.n:
        raise SystemExit(f"--n must be at most the number of images in --data. Received: {args.n}, {reals.count()}.")
    gan = GANEstimator(
        generator=ours.generator(28, 1, width=16), discriminator=ours.discriminator(28, 1, width=16), maxIter=UPDATES,
    )  # fmt: skip
    gan.fit(reals).generate(args.n, seed=0).select("id", "image").write.mode("overwrite").parquet(paths[0])
    return paths


def text(rows: List[Dict[str, Any]]) -> str:
    alone = rows[0]["seconds"]
    return table(
        ("call", "seconds", "of these extraction", "peak memory, MB", "of it Python"),
        [(row["what"], f"{row['seconds']:.0f}", f"{min(1.0, alone / row['seconds']):.0%}", f"{row['memory_mb']:.0f}",
          f"{row['python_mb']:.0f}") for row in rows],
    )  # fmt: skip


def draw(axes: Any, rows: List[Dict[str, Any]]) -> None:
    names = [row["what"].replace(", density", ",\ndensity") for row in rows]
    for axis, key, label in zip(axes, ("seconds", "memory_mb"), ("seconds", "peak memory, MB")):
        axis.barh(names[::-1], [row[key] for row in rows][::-1])
        axis.set_xlabel(label)


if __name__ == "__main__":
    main()
