"""Training throughput, taking turns with PyTorch on the same cores: its textbook loop, and one tuned by hand.

python benchmarks/throughput.py --image-size 64 --channels 3 --width 64 --batch-size 64 --master 'local[2]' \\
    --iterations 30 --repeats 3 --peer torch --json out.json

Writes out.json, and next to it a row for a Markdown table (out.md) and a chart (out.png). benchmarks/README.md explains
the numbers.
"""

import argparse
import functools
import statistics
from typing import Any, Dict, List, Optional, Sequence

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
    made.add_argument("--width", type=int, default=64)
    made.add_argument("--batch-size", type=int, default=64)
    made.add_argument("--update-rule", default="simultaneous", choices=UPDATE_RULES)
    made.add_argument("--master", default="local[2]")
    made.add_argument("--conf", action="append", default=[], metavar="KEY=VALUE", help="a Spark setting; repeatable")
    made.add_argument("--iterations", type=int, default=30, help="updates by each side in each repeat")
    made.add_argument("--warm-up", type=int, default=5, help="updates at the start of each repeat that do not count")
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


def main(argv: Optional[Sequence[str]] = None) -> None:
    args = parser().parse_args(argv)
    if not 0 <= args.warm_up < args.iterations:
        raise SystemExit(f"--warm-up must be less than --iterations. Received: {args.warm_up} and {args.iterations}.")
    size, channels, batch = args.image_size, args.channels, args.batch_size
    is_given = SparkSession.getActiveSession() is not None  # a notebook's session is not ours to stop
    builder = SparkSession.builder.master(args.master)
    for setting in args.conf:
        builder = builder.config(*setting.split("=", 1))
    spark = configure(builder).getOrCreate()
    df = noise(spark, n=args.images or 8 * batch, size=size, channels=channels)
    df.limit(1).count()  # after this job the executors have registered
    executors = bridge.call_json("listExecutors", bridge.java_session(spark))
    cores = sum(executor["cores"] for executor in executors)
    torch.manual_seed(args.seed)
    torch.set_num_threads(cores)
    reals = torch.rand(batch, channels, size, size) * 2 - 1
    peers = {}
    if args.peer == "torch":
        loops = {"textbook": Textbook(*dcgan(size, channels, args.width)),
                 "tuned": best_tuned(size, channels, args.width, reals)}  # fmt: skip
        peers = {name: functools.partial(loop.update, reals) for name, loop in loops.items()}
    turns = InTurn(peers, warm_up=args.warm_up)
    peaks = []
    for repeat in range(args.repeats):
        peaks.append(bridge.call("probePeak", bridge.java_session(spark)) / 1e9)
        GANEstimator(
            generator=ours.generator(size, channels, width=args.width),
            discriminator=ours.discriminator(size, channels, args.width),
            batchSize=batch, maxIter=args.iterations, seed=args.seed + repeat, updateRule=args.update_rule,
            callbacks=[turns, Relay()] if args.relay else [turns], storageLevel=args.storage_level,
        ).fit(df)  # fmt: skip
    speed = turns.images_per_second("ours", batch)
    rate = speed["median"] * arithmetic(*dcgan(size, channels, args.width), reals) / 1e9
    result: Dict[str, Any] = {
        "images_per_second": speed["median"], "images_per_second_per_executor": speed["median"] / len(executors),
        "images_per_second_per_core": speed["median"] / cores, "executors": len(executors), "cores": cores,
        "seconds_per_update": parts_of(turns.rows),
        "gflops_per_second": rate, "peak_gflops_per_second": max(peaks), "fraction_of_peak": rate / max(peaks),
        "peak_memory_mb": jvm_memory(spark, "VmHWM"), "spread": {"images_per_second": speed}, "chunks": turns.chunks,
        "settings": vars(args),
    }  # fmt: skip
    if peers:
        for name, suffix in (("textbook", ""), ("tuned", "_tuned")):
            there, ratio = turns.images_per_second(name, batch), turns.ratio(name)
            result[f"peer{suffix}_images_per_second"] = there["median"]
            result[f"ratio{suffix}"] = ratio["median"]
            result["spread"].update({f"peer{suffix}_images_per_second": there, f"ratio{suffix}": ratio})
        result["peer_tuned_layout"] = str(loops["tuned"].layout).split(".")[1]
    what = f"{size}x{size}, width {args.width}, batch {batch}, `{args.master}`"
    write(args.json, result, row(what, result), lambda axes: draw(axes, what, turns, result, batch), charts=2)
    if not is_given:
        spark.stop()


def row(what: str, result: Dict[str, Any]) -> str:
    def speed(key: str) -> str:
        return f"{result[key]:.0f}" if key in result else "-"

    def ratio(key: str) -> str:
        return with_quartiles(result["spread"][key]) if key in result else "-"

    total = sum(result["seconds_per_update"].values())
    share = 1 - result["seconds_per_update"]["compute"] / total
    return table(
        ("training", "images/s", "PyTorch textbook", "ratio (quartiles)", "PyTorch tuned", "ratio", "not compute",
         "of peak"),
        [(what, f"{result['images_per_second']:.0f}", speed("peer_images_per_second"), ratio("ratio"),
          speed("peer_tuned_images_per_second"), ratio("ratio_tuned"), f"{share:.1%}",
          f"{result['fraction_of_peak']:.0%}")],
    )  # fmt: skip


def draw(axes, what: str, turns: InTurn, result: Dict[str, Any], batch: int) -> None:
    names = [name for name in ("ours", "tuned", "textbook") if name in turns.chunks[0]]
    speeds = [spread([batch / chunk[name] for chunk in turns.chunks]) for name in names]
    heights = [speed["median"] for speed in speeds]
    errors = [[h - s["quartile_1"] for h, s in zip(heights, speeds)],
              [s["quartile_3"] - h for h, s in zip(heights, speeds)]]  # fmt: skip
    labels = {"ours": "bigdl_gan", "tuned": "PyTorch\ntuned", "textbook": "PyTorch\ntextbook"}
    colors = ["C0", "C7", "C7"][: len(names)]
    axes[0].bar([labels[name] for name in names], heights, yerr=errors, capsize=4, color=colors)
    axes[0].set_ylabel("images/s (median, quartiles)")
    axes[0].set_title(what.replace("`", ""), fontsize=9)
    parts = result["seconds_per_update"]
    axes[1].barh(list(parts)[::-1], [1000 * seconds for seconds in list(parts.values())[::-1]])
    axes[1].set_xlabel("ms of one update (median)")


if __name__ == "__main__":
    main()
