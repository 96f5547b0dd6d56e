"""Training throughput, taking turns with PyTorch on the same cores: its textbook loop, and one tuned by hand.

python benchmarks/throughput.py --image-size 64 --channels 3 --width 64 --batch-size 64 --master 'local[2]' \\
    --iterations 30 --repeats 3 --peer torch --json out.json

Writes out.json, and next to it a row for a Markdown table (out.md) and a chart (out.png). benchmarks/README.md explains
the numbers.

Several engines, widths and batch sizes, as in `--engine onednn mkldnn --width 24 64 --batch-size 8 16 32 64
--update-rule alternating`, give a row each. In each repeat all of them run once, with as many images, so that the
machine's changes affect all alike.
"""

import argparse
import functools
import statistics
from typing import Any, Callable, Dict, List, Optional, Sequence

import torch
from peer import Textbook, arithmetic, best_tuned, dcgan
from pyspark.sql import SparkSession
from report import jvm_memory, spread, table, with_quartiles, write
from turns import PARTS, InTurn, Relay

from bigdl_gan import GANEstimator, configure
from bigdl_gan.images import image_column
from bigdl_gan.jvm import bridge
from bigdl_gan.networks import dcgan as ours
from bigdl_gan.params import UPDATE_RULES
from bigdl_gan.params.gan_table import ENGINES


def noise(spark: SparkSession, *, n: int, size: int, channels: int):
    """A DataFrame of n images of uniform noise, Spark's image struct."""
    count = size * size * channels
    return spark.range(n).selectExpr(
        "'' AS origin", f"{size} AS height", f"{size} AS width", f"{channels} AS nChannels",
        f"{0 if channels == 1 else 16} AS mode",
        f"unhex(substring(repeat(sha2(cast(id AS string), 512), {count // 64 + 1}), 1, {2 * count})) AS data",
    ).select(image_column())  # fmt: skip


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    made.add_argument("--channels", type=int, default=3, choices=(1, 3))
    made.add_argument("--width", type=int, nargs="+", default=[64])
    made.add_argument("--batch-size", type=int, nargs="+", default=[64])
    made.add_argument("--engine", nargs="+", default=["auto"], choices=ENGINES)
    made.add_argument("--update-rule", default="simultaneous", choices=UPDATE_RULES)
    made.add_argument("--master", default="local[2]")
    made.add_argument("--conf", action="append", default=[], metavar="KEY=VALUE", help="a Spark setting; repeatable")
    made.add_argument(
        "--iterations", type=int, default=30,
        help="updates by each side in each repeat; of several batch sizes, the smaller ones get more",
    )  # fmt: skip
    made.add_argument("--warm-up", type=int, default=5, help="of --iterations, those that do not count")
    made.add_argument("--repeats", type=int, default=3)
    made.add_argument("--peer", default="torch", choices=("torch", "none"), help="torch needs local cores")
    made.add_argument("--images", type=int, help="images in the DataFrame; by default 8 batches")
    made.add_argument("--storage-level", default="MEMORY_AND_DISK", help="the estimator's storageLevel")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--relay", action="store_true", help="train one chunk for each line of input, for scaling.py")
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    return made


def parts_of(rows: List[Dict[str, Any]]) -> Dict[str, float]:
    """The medians of an update's seconds; scheduling is the time that no executor spent."""
    return {part: statistics.median(row[f"seconds/{part}"] for row in rows) for part in PARTS}


class Pair:
    """Our training and PyTorch's loops on networks and batches of one size, which take turns.

    Args:
        args: the program's.
        cores: on which both sides run.
    """

    def __init__(self, args: argparse.Namespace, width: int, batch: int, cores: int, engine: str = "auto") -> None:
        self.width, self.batch, self.engine, self._args = width, batch, engine, args
        self.what = f"{args.image_size}x{args.image_size}, width {width}, batch {batch}, `{args.master}`"
        self.what += "" if engine == "auto" else f", {engine}"
        self._size = (args.image_size, args.channels, width)
        self._more = max(args.batch_size) // batch  # updates for each of the largest batch
        torch.manual_seed(args.seed)
        torch.set_num_threads(cores)
        self._reals = torch.rand(batch, args.channels, args.image_size, args.image_size) * 2 - 1
        loops: Dict[str, Textbook] = {}
        if args.peer == "torch":
            loops = {"textbook": Textbook(*dcgan(*self._size)), "tuned": best_tuned(*self._size, self._reals)}
        self._layout = str(loops["tuned"].layout).split(".")[1] if loops else ""
        self.turns = InTurn(
            {name: functools.partial(loop.update, self._reals) for name, loop in loops.items()},
            warm_up=args.warm_up * self._more,
        )
        self.speeds: List[float] = []  # our images/s in each repeat

    def repeat(self, spark: SparkSession, number: int) -> None:
        """Train once, with as many images for every batch size."""
        args, before = self._args, len(self.turns.chunks)
        df = noise(spark, n=args.images or 8 * self.batch, size=args.image_size, channels=args.channels)
        GANEstimator(
            generator=ours.generator(args.image_size, args.channels, width=self.width),
            discriminator=ours.discriminator(*self._size), batchSize=self.batch,
            maxIter=args.iterations * self._more, seed=args.seed + number,
            updateRule=args.update_rule, callbacks=[self.turns, Relay()] if args.relay else [self.turns],
            storageLevel=args.storage_level, engine=self.engine,
        ).fit(df)  # fmt: skip
        new = self.turns.chunks[before:]
        self.speeds.append(self.batch / statistics.median(chunk["ours"] for chunk in new))
        print(f"{self.what}: {self.speeds[-1]:.0f} images/s in repeat {number + 1}", flush=True)

    def result(self, executors: int, cores: int, peak: float) -> Dict[str, Any]:
        """All numbers; `peak` is in GFLOP/s."""
        turns, batch = self.turns, self.batch
        speed, parts = turns.images_per_second("ours", batch), parts_of(turns.rows)
        rate = speed["median"] * arithmetic(*dcgan(*self._size), self._reals) / 1e9
        result: Dict[str, Any] = {
            "what": self.what, "images_per_second": speed["median"],
            "images_per_second_per_executor": speed["median"] / executors,
            "images_per_second_per_core": speed["median"] / cores, "executors": executors, "cores": cores,
            "seconds_per_update": parts, "not_computing": 1 - parts["compute"] / sum(parts.values()),
            "gflops_per_second": rate, "peak_gflops_per_second": peak, "fraction_of_peak": rate / peak,
            "spread": {"images_per_second": speed}, "chunks": turns.chunks,
        }  # fmt: skip
        if not self._layout:
            return result
        for name, suffix in (("textbook", ""), ("tuned", "_tuned")):
            there, ratio = turns.images_per_second(name, batch), turns.ratio(name)
            result[f"peer{suffix}_images_per_second"] = there["median"]
            result[f"ratio{suffix}"] = ratio["median"]
            result["spread"].update({f"peer{suffix}_images_per_second": there, f"ratio{suffix}": ratio})
        result["peer_tuned_layout"] = self._layout
        return result


def main(argv: Optional[Sequence[str]] = None) -> None:
    args = parser().parse_args(argv)
    if not 0 <= args.warm_up < args.iterations:
        raise SystemExit(f"--warm-up must be less than --iterations. Received: {args.warm_up} and {args.iterations}.")
    is_given = SparkSession.getActiveSession() is not None  # a notebook's session is not ours to stop
    builder = SparkSession.builder.master(args.master)
    for setting in args.conf:
        builder = builder.config(*setting.split("=", 1))
    spark = configure(builder).getOrCreate()
    spark.range(1).count()  # after this job the executors have registered
    executors = bridge.call_json("listExecutors", bridge.java_session(spark))
    cores = sum(executor["cores"] for executor in executors)
    pairs = [
        Pair(args, width, batch, cores, engine)
        for width in args.width for batch in args.batch_size for engine in args.engine
    ]  # fmt: skip
    peaks = []
    for number in range(args.repeats):
        peaks.append(bridge.call("probePeak", bridge.java_session(spark)) / 1e9)
        for pair in pairs:
            pair.repeat(spark, number)
    rows = [pair.result(len(executors), cores, max(peaks)) for pair in pairs]
    whole = {"peak_memory_mb": jvm_memory(spark, "VmHWM"), "settings": vars(args)}
    if len(pairs) == 1:
        write(args.json, {**rows[0], **whole}, text(rows), lambda axes: draw(axes, pairs[0], rows[0]), charts=2)
    else:
        for pair, row in zip(pairs, rows):
            alike = [other for other in pairs if (other.width, other.engine) == (pair.width, pair.engine)]
            largest = max(alike, key=lambda other: other.batch)
            row["over_largest_batch"] = spread([a / b for a, b in zip(pair.speeds, largest.speeds)])
        write(args.json, {"rows": rows, **whole}, text(rows), lambda axes: draw_all(axes, pairs, rows), charts=2)
    if not is_given:
        spark.stop()


def text(rows: List[Dict[str, Any]]) -> str:
    """A line for each training; if there are several, also its images/s over those of the largest batch."""
    columns: Dict[str, Callable[[Dict[str, Any]], str]] = {
        "training": lambda row: row["what"],
        "images/s": lambda row: speed(row, "images_per_second"),
        "PyTorch textbook": lambda row: speed(row, "peer_images_per_second"),
        "ratio (quartiles)": lambda row: ratio(row, "ratio"),
        "PyTorch tuned": lambda row: speed(row, "peer_tuned_images_per_second"),
        "ratio": lambda row: ratio(row, "ratio_tuned"),
        "not compute": lambda row: f"{row['not_computing']:.1%}",
        "of peak": lambda row: f"{row['fraction_of_peak']:.0%}",
    }
    if len(rows) > 1:
        columns["over the largest batch"] = lambda row: with_quartiles(row["over_largest_batch"])
    return table(list(columns), [[show(row) for show in columns.values()] for row in rows])


def speed(row: Dict[str, Any], key: str) -> str:
    return f"{row[key]:.0f}" if key in row else "-"


def ratio(row: Dict[str, Any], key: str) -> str:
    return with_quartiles(row["spread"][key]) if key in row else "-"


def draw(axes: List[Any], pair: Pair, result: Dict[str, Any]) -> None:
    """One training: both sides' images/s, and the parts of our update."""
    names = [name for name in ("ours", "tuned", "textbook") if name in pair.turns.chunks[0]]
    speeds = [pair.turns.images_per_second(name, pair.batch) for name in names]
    heights = [speed["median"] for speed in speeds]
    errors = [[h - s["quartile_1"] for h, s in zip(heights, speeds)],
              [s["quartile_3"] - h for h, s in zip(heights, speeds)]]  # fmt: skip
    labels = {"ours": "bigdl_gan", "tuned": "PyTorch\ntuned", "textbook": "PyTorch\ntextbook"}
    colors = ["C0", "C7", "C7"][: len(names)]
    axes[0].bar([labels[name] for name in names], heights, yerr=errors, capsize=4, color=colors)
    axes[0].set_ylabel("images/s (median, quartiles)")
    axes[0].set_title(pair.what.replace("`", ""), fontsize=9)
    parts = result["seconds_per_update"]
    axes[1].barh(list(parts)[::-1], [1000 * seconds for seconds in list(parts.values())[::-1]])
    axes[1].set_xlabel("ms of one update (median)")


def draw_all(axes: List[Any], pairs: List[Pair], rows: List[Dict[str, Any]]) -> None:
    """Several trainings: images/s over batch sizes, and the share of an update that is not computing."""
    for width, engine in sorted({(pair.width, pair.engine) for pair in pairs}):
        own = sorted(
            ((pair.batch, row) for pair, row in zip(pairs, rows) if (pair.width, pair.engine) == (width, engine)),
            key=lambda o: o[0],
        )
        batches = [batch for batch, _ in own]
        name = f"width {width}" if engine == "auto" else f"width {width}, {engine}"
        line = axes[0].plot(batches, [row["images_per_second"] for _, row in own], "o-", label=name)[0]
        if all("peer_images_per_second" in row for _, row in own):
            theirs = [row["peer_images_per_second"] for _, row in own]
            axes[0].plot(batches, theirs, "o--", color=line.get_color(), label=f"{name}, PyTorch's textbook")
        axes[1].plot(batches, [row["not_computing"] for _, row in own], "o-", label=name)
    for axis, name in zip(axes, ("images/s (median)", "share that is not compute")):
        axis.set_xlabel("batch")
        axis.set_ylabel(name)
        axis.set_ylim(bottom=0)
        axis.legend(fontsize=8)


if __name__ == "__main__":
    main()
