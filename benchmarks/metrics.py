"""Shows that each metric catches the fault that it is meant for, the more the worse the fault is.

python benchmarks/metrics.py --data MNIST --master 'local[2]' --n 4000 --json out.json --markdown benchmarks/metrics.md

MNIST is a folder with its four files. A perfect generator is played by n real images that are neither trained on nor
held out; each fault then spoils these more and more. Digits are compared by `metrics.features.digits()`. Exits with
status 1 if a metric does not move one way with its fault.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from PIL import Image, ImageFilter
from pyspark.sql import SparkSession
from report import commit, machine, table, write

from bigdl_gan import configure, datasets, images, metrics
from bigdl_gan.metrics.features import digits

Draw = np.random.Generator
Pixels = np.ndarray  # uint8 (N, H, W)
TRAINING, HELD_OUT = 5000, 5000
UP, DOWN = "up", "down"


class Fault(NamedTuple):
    """Something that can be wrong with generated images.

    Attributes:
        spoil: makes the images worse: (images, their labels, training images, severity, random numbers) -> images.
        severities: from none to the worst.
        caught_by: metrics, and whether the fault moves them up or down."""

    name: str
    spoil: Callable[[Pixels, np.ndarray, Pixels, float, Draw], Pixels]
    severities: Sequence[float]
    caught_by: Dict[str, str]


def few_modes(pixels: Pixels, labels: np.ndarray, trained: Pixels, severity: float, draw: Draw) -> Pixels:
    """A share of the images repeats ten of them, each a little moved."""
    chosen = pixels[draw.permutation(len(pixels))[:10]]
    repeated = chosen[draw.integers(0, 10, len(pixels))]
    steps = draw.integers(-1, 2, (len(pixels), 2))
    moved = [np.roll(image, step, (0, 1)) for image, step in zip(repeated, steps)]
    return replaced(pixels, np.stack(moved), severity)


def copies(pixels: Pixels, labels: np.ndarray, trained: Pixels, severity: float, draw: Draw) -> Pixels:
    """A share of the images are training images under some noise."""
    copied = trained[draw.permutation(len(trained))[: len(pixels)]]
    return replaced(pixels, noisy(copied, labels, trained, 8.0, draw), severity)


def without_threes(pixels: Pixels, labels: np.ndarray, trained: Pixels, severity: float, draw: Draw) -> Pixels:
    """Other digits stand for a share of the threes."""
    threes, others = np.flatnonzero(labels == 3), np.flatnonzero(labels != 3)
    lost = threes[: round(severity * len(threes))]
    result = pixels.copy()
    result[lost] = pixels[draw.choice(others, len(lost), replace=False)]
    return result


def blurred(pixels: Pixels, labels: np.ndarray, trained: Pixels, severity: float, draw: Draw) -> Pixels:
    """A Gaussian of that deviation in pixels."""
    return np.stack([np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(severity))) for image in pixels])


def noisy(pixels: Pixels, labels: np.ndarray, trained: Pixels, severity: float, draw: Draw) -> Pixels:
    """Normal noise of that deviation in levels."""
    return np.clip(np.rint(pixels + draw.normal(0, severity, pixels.shape)), 0, 255).astype(np.uint8)


def replaced(pixels: Pixels, others: Pixels, share: float) -> Pixels:
    count = round(share * len(pixels))
    return np.concatenate([others[:count], pixels[count:]])


SHARES = (0.0, 0.25, 0.5, 1.0)
FAULTS = [
    Fault("few modes (share)", few_modes, SHARES, {"recall": DOWN, "coverage": DOWN, "kid": UP, "fid": UP}),
    Fault("copies (share)", copies, SHARES, {"memorization": DOWN, "authenticity": DOWN}),
    Fault("a forgotten class (share)", without_threes, (0.0, 0.3, 0.6, 1.0),
          {"class_balance": UP, "missing_classes": UP, "fid": UP}),
    Fault("blur (pixels)", blurred, (0.0, 0.6, 1.0, 1.5, 2.0),
          {"fid": UP, "kid": UP, "weave": DOWN, "precision": DOWN}),
    Fault("noise (levels)", noisy, (0.0, 16.0, 48.0, 96.0), {"fid": UP, "kid": UP, "weave": UP, "precision": DOWN}),
]  # fmt: skip
MAY_STAND = {"missing_classes", "weave"}  # a count, and what is clipped at its floor
FLOORS = {"weave": 0.01}  # what is left below is the rounding of pixels to 256 levels


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--data", required=True, help="folder with MNIST's four files")
    made.add_argument("--master", default="local[2]")
    made.add_argument("--n", type=int, default=4000, help="generated images")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    made.add_argument("--markdown", help="file to write with the table and what it says")
    return made


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parser().parse_args(argv)
    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    trained, held_out, perfect, labels = sides(spark, args.data, args.n)
    known = {"reals": trained, "held_out": held_out}
    with tempfile.TemporaryDirectory() as folder:
        references = {side: reference(spark, pixels, str(Path(folder, side))) for side, pixels in known.items()}
        rows = measured_rows(spark, args, references, trained, perfect, labels)
    spark.stop()
    wrong = [f"{fault.name}: {name}" for fault in FAULTS for name in fault.caught_by if not moves(rows, fault, name)]
    text = in_markdown(rows)
    write(args.json, {"settings": vars(args), "rows": rows, "wrong": wrong}, text, lambda axes: draw_all(axes, rows),
          charts=len(FAULTS))  # fmt: skip
    if args.markdown:
        Path(args.markdown).write_text(document(args, text, wrong))
    print("\n".join(f"NOT MONOTONIC {one}" for one in wrong))
    return 1 if wrong else 0


def reference(spark: SparkSession, pixels: Pixels, path: str) -> metrics.ReferenceStatistics:
    """Real images' features, extracted once for all comparisons."""
    metrics.ReferenceStatistics.write(images.from_numpy(spark, pixels), path, features=digits())
    return metrics.ReferenceStatistics.load(path)


def measured_rows(
    spark: SparkSession, args: argparse.Namespace, references: Dict[str, Any], trained: Pixels, perfect: Pixels,
    labels: np.ndarray,
) -> List[Dict[str, Any]]:  # fmt: skip
    """The metrics of each fault in each severity."""
    rows, reals = [], images.from_numpy(spark, trained)
    for fault in FAULTS:
        for severity in fault.severities:
            draw = np.random.default_rng(args.seed)
            fakes = fault.spoil(perfect, labels, trained, severity, draw) if severity else perfect
            df = images.from_numpy(spark, fakes)
            results = dict(metrics.evaluate(
                df, references["reals"], [name for name in fault.caught_by if name != "weave"], features=digits(),
                seed=args.seed, held_out=references["held_out"],
            ))  # fmt: skip
            if "weave" in fault.caught_by:  # of pixels, which the references do not hold
                results.update(metrics.evaluate(df, reals, ["weave"]))
            found = {name: results[name].value for name in fault.caught_by}
            rows.append({"fault": fault.name, "severity": severity, "values": found})
            print(rows[-1], flush=True)
    return rows


def sides(spark: SparkSession, path: str, n: int) -> Tuple[Pixels, Pixels, Pixels, np.ndarray]:
    """Training images, held-out ones, and n others with their labels."""
    known = datasets.mnist(spark, path=path)
    pixels = images.to_numpy(known)[..., 0]
    labels = np.array([row["label"] for row in known.select("label").collect()])
    order = np.random.default_rng(0).permutation(len(pixels))
    parts = np.split(order, [TRAINING, TRAINING + HELD_OUT, TRAINING + HELD_OUT + n])
    return pixels[parts[0]], pixels[parts[1]], pixels[parts[2]], labels[parts[2]]


def moves(rows: List[Dict[str, Any]], fault: Fault, name: str) -> bool:
    """Whether a metric goes one way with the severity."""
    values = [max(row["values"][name], FLOORS.get(name, -np.inf)) for row in rows if row["fault"] == fault.name]
    steps = np.diff(values) * (1 if fault.caught_by[name] == UP else -1)
    return bool((steps >= 0).all() and steps.sum() > 0 if name in MAY_STAND else (steps > 0).all())


def in_markdown(rows: List[Dict[str, Any]]) -> str:
    parts = []
    for fault in FAULTS:
        own = [row for row in rows if row["fault"] == fault.name]
        parts.append(table(
            (fault.name, *(f"{row['severity']:g}" for row in own), "one way"),
            [(name, *(f"{row['values'][name]:.4g}" for row in own), "yes" if moves(rows, fault, name) else "NO")
             for name in fault.caught_by],
        ))  # fmt: skip
    return "\n".join(parts)


def document(args: argparse.Namespace, text: str, wrong: List[str]) -> str:
    verdict = "Each moves one way with its fault." if not wrong else f"Not one way: {'; '.join(wrong)}."
    return (
        "<!-- Written by benchmarks/metrics.py: run that. -->\n# Which metric catches which fault\n\n"
        f"{args.n:,} digits of MNIST play generated images; the first column has them as they are, and each next one "
        f"spoils them more. They are compared with {TRAINING:,} other digits, the training images, in the features of "
        f"`metrics.features.digits()`. {HELD_OUT:,} more are held out, for `memorization`. {verdict} A weave below "
        f"{FLOORS['weave']} is the rounding of pixels, and counts as that.\n\n"
        f"{text}\n{machine()['cpu']}, version {commit()}, seed {args.seed}.\n"
    )


def draw_all(axes: Any, rows: List[Dict[str, Any]]) -> None:
    """Each metric over its fault's severity, as a share of its largest value."""
    for axis, fault in zip(axes, FAULTS):
        own = [row for row in rows if row["fault"] == fault.name]
        for name in fault.caught_by:
            values = np.array([row["values"][name] for row in own])
            axis.plot([row["severity"] for row in own], values / max(np.abs(values).max(), 1e-12), "o-", label=name)
        axis.set_xlabel(fault.name)
        axis.legend(fontsize=7)


if __name__ == "__main__":
    sys.exit(main())
