"""What each loss and regulariser costs: images/s, and the time of an update over that of `non_saturating`.

python benchmarks/algorithms.py --image-size 64 --channels 3 --width 24 --batch-size 16 --master 'local[2]' \\
    --iterations 40 --repeats 5 --json out.json --markdown benchmarks/algorithms.md

In each repeat all trainings run once, one after the other, so that the machine's changes affect all alike; a cost is a
ratio within a repeat. Writes out.json, next to it the table (out.md) and a chart (out.png), and the table with its
settings to the file that --markdown names. To measure something new, add it to `groups`.
"""

import argparse
import statistics
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from pyspark.sql import SparkSession
from report import commit, machine, spread, stolen_share, table, with_quartiles, write
from throughput import noise
from turns import PARTS

from bigdl_gan import GANEstimator, configure
from bigdl_gan.losses import LOSSES
from bigdl_gan.networks import dcgan
from bigdl_gan.params import UPDATE_RULES

BASE = "non_saturating"
INTERVAL = 4
Key = Tuple[str, str, str]  # a group, one of its trainings, an update rule


class Group(NamedTuple):
    """Trainings of the same networks. Costs are over the first.

    Attributes:
        networks: makes them, as the estimator's arguments.
        trainings: further arguments of the estimator, by name."""

    name: str
    networks: Callable[[], Dict[str, Any]]
    trainings: Dict[str, Dict[str, Any]]


def groups(size: int, channels: int, width: int) -> List[Group]:
    def networks(**critic: Any) -> Dict[str, Any]:
        return {
            "generator": dcgan.generator(size, channels, width=width),
            "discriminator": dcgan.discriminator(size, channels, width, **critic),
        }

    def penalties(norm: Optional[str]) -> Group:
        return Group(f"DCGAN, D's norm={norm!r}", partial(networks, norm=norm), {
            BASE: {"loss": BASE}, "r1=1": {"r1": 1.0}, "r1=1, r2=1": {"r1": 1.0, "r2": 1.0},
            **({} if norm else {
                f"r1=1, penaltyInterval={INTERVAL}": {"r1": 1.0, "penaltyInterval": INTERVAL},
                "r1=1, r2=1, penaltyShare=0.5": {"r1": 1.0, "r2": 1.0, "penaltyShare": 0.5},
                "gradientPenalty=10": {"gradientPenalty": 10.0},
                "wasserstein, gradientPenalty=10": {"loss": "wasserstein", "gradientPenalty": 10.0},
                "relativistic_paired, r1=1, r2=1": {"loss": "relativistic_paired", "r1": 1.0, "r2": 1.0},
            }),
        })  # fmt: skip

    return [
        Group("DCGAN", networks, {
            BASE: {"loss": BASE},
            **{loss: {"loss": loss} for loss in LOSSES if loss != BASE},
            f"{BASE}, labelSmoothing=0.1": {"loss": BASE, "labelSmoothing": 0.1},
            f"{BASE}, leCam=0.3": {"loss": BASE, "leCam": 0.3},
        }),
        *map(penalties, (None, "spectral", "group", "instance", "layer")),
    ]  # fmt: skip


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    made.add_argument("--channels", type=int, default=3, choices=(1, 3))
    made.add_argument("--width", type=int, default=24)
    made.add_argument("--batch-size", type=int, default=16)
    made.add_argument("--master", default="local[2]")
    made.add_argument("--iterations", type=int, default=40, help="updates by each training in each repeat")
    made.add_argument("--warm-up", type=int, default=10, help="updates at the start of each training that do not count")
    made.add_argument("--repeats", type=int, default=5)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    made.add_argument("--markdown", help="file to write with the table and its settings")
    return made


def seconds(model: Any, warm_up: int) -> float:
    """An update's median, without Spark's jobs, which no option changes.

    It is over means of INTERVAL updates: one in so many may have a penalty."""
    parts = [f"seconds/{part}" for part in PARTS if part != "scheduling"]
    updates = [sum(row[part] for part in parts) for row in model.history[warm_up:]]
    return statistics.median(statistics.mean(updates[i : i + INTERVAL])
                             for i in range(0, len(updates) - INTERVAL + 1, INTERVAL))  # fmt: skip


def measure(spark: SparkSession, args: argparse.Namespace) -> Dict[Key, List[float]]:
    """The seconds of an update in every repeat."""
    df = noise(spark, n=8 * args.batch_size, size=args.image_size, channels=args.channels)
    found: Dict[Key, List[float]] = {}
    for repeat in range(args.repeats):
        for group in groups(args.image_size, args.channels, args.width):
            networks = group.networks()
            for (name, params), rule in ((t, rule) for t in group.trainings.items() for rule in UPDATE_RULES):
                model = GANEstimator(
                    **networks, **params, updateRule=rule, batchSize=args.batch_size, maxIter=args.iterations,
                    seed=args.seed + repeat, callbacks=[],
                ).fit(df)  # fmt: skip
                found.setdefault((group.name, name, rule), []).append(seconds(model, args.warm_up))
    return found


def main(argv: Optional[Sequence[str]] = None) -> None:
    args = parser().parse_args(argv)
    if not 0 <= args.warm_up <= args.iterations - INTERVAL:
        raise SystemExit(
            f"--warm-up must be less than --iterations by {INTERVAL} or more. Received: {args.warm_up} and "
            f"{args.iterations}."
        )
    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    found = measure(spark, args)
    rows = [
        {
            "group": group.name, "training": name, "update_rule": rule,
            "images_per_second": spread([args.batch_size / second for second in found[group.name, name, rule]]),
            "cost": spread([
                second / base for second, base in zip(
                    found[group.name, name, rule], found[group.name, next(iter(group.trainings)), rule])
            ]),
        }
        for group in groups(args.image_size, args.channels, args.width)
        for name in group.trainings for rule in UPDATE_RULES
    ]  # fmt: skip
    text = in_markdown(rows)
    write(args.json, {"settings": vars(args), "rows": rows}, text, lambda axes: draw(axes[0], rows))
    if args.markdown:
        Path(args.markdown).write_text(document(args, text))
    spark.stop()


def in_markdown(rows: List[Dict[str, Any]]) -> str:
    """A line for each training, with both update rules side by side."""
    lines: Dict[Tuple[str, str], List[str]] = {}
    for row in rows:
        cells = [f"{row['images_per_second']['median']:.0f}", with_quartiles(row["cost"])]
        lines.setdefault((row["group"], row["training"]), []).extend(cells)
    heads = [head for rule in UPDATE_RULES for head in (f"{rule}: images/s", "cost (quartiles)")]
    return table(("networks", "training", *heads), [(*names, *cells) for names, cells in lines.items()])


def document(args: argparse.Namespace, text: str) -> str:
    what = f"{args.image_size}x{args.image_size}, width {args.width}, batch {args.batch_size}, `{args.master}`"
    return (
        "<!-- Written by benchmarks/algorithms.py: run that. -->\n# What losses and regularisers cost\n\n"
        f"{what}: images/s of an update, and its time over that of the networks' first training, as medians of "
        f"{args.repeats} repeats of {args.iterations - args.warm_up} updates. In each repeat all trainings ran one "
        "after the other, and a cost is a ratio within a repeat. Spark's jobs, some milliseconds for each chunk of "
        "updates, are not counted.\n\n"
        f"{text}\n{machine()['cpu']}, version {commit()}; the hypervisor gave {stolen_share():.0%} of processor time "
        "to others.\n"
    )


def draw(axes: Any, rows: List[Dict[str, Any]]) -> None:
    labels = [f"{row['training']}, {row['update_rule']}" for row in rows][::-1]
    axes.barh(labels, [row["cost"]["median"] for row in rows][::-1])
    axes.axvline(1.0, color="C7")
    axes.tick_params(labelsize=6)
    axes.set_xlabel("an update's time over the first's")


if __name__ == "__main__":
    main()
