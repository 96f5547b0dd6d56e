"""Quality of bigdl_gan's and PyTorch's trainings from the same weights, images and latents, over many seeds.

python benchmarks/seeds.py --data CELEBA --work out/seeds --json out/seeds.json
python benchmarks/seeds.py --data CELEBA --seeds 2 --updates 100 --image-size 32 --work out/short  # some minutes

CELEBA is a folder with `img_align_celeba` and `list_attr_celeba.txt`, at half size. Every seed has its own weights,
flips and order of images, and three trainings: `ours` (`GANEstimator.fit` in local[2], alternating), `pytorch` (the
textbook loop in `twinned.py`, with PyTorch's own Adam) and `control`, the same loop from weights disturbed by 1e-7 of
their size, which shows how far chance alone takes it from `pytorch`. Each makes images from the same latents.
`likeness.py` defines the measures on them, in the features of a classifier of faces' attributes that this script
trains. The script also reports losses and gradient norms, as means over the last quarter of the updates. A sign-flip
test over the seeds' differences shows whether two sides differ.

Images and losses are kept in --work: a second call trains only what is missing, and measures everything again.
"""

import argparse
import itertools
import os
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence, Tuple

import numpy as np
import torch
from draws import Batches
from likeness import Features, attribute_classifier, features_of, likeness
from PIL import Image
from pyspark.sql import SparkSession
from report import table, write
from twinned import LATENT_DIM, SERIES, Twin, disturb, faces, generated, sample, setting_parser, train_ours, twins_of

from bigdl_gan import configure, datasets, images
from bigdl_gan.datasets import CELEBA_ATTRIBUTES
from bigdl_gan.networks import dcgan as ours

SIDES = ("ours", "pytorch", "control")
PAIRS = (("ours", "pytorch"), ("ours", "control"), ("control", "pytorch"))
LIKENESS = ("kid", "diversity", "feature_diversity", "weave")
METRICS = (*LIKENESS, *SERIES)
ROUNDING = 1e-7


class Trainings:
    """Trains one side with one seed, and makes its images.

    Args:
        args: the script's.
        df: faces.
        pixels: the same faces, uint8 (N, H, W, 3)."""

    def __init__(self, args: argparse.Namespace, df: Any, pixels: np.ndarray) -> None:
        self._args, self._df, self._pixels = args, df, pixels

    def run(self, side: str, seed: int) -> Dict[str, np.ndarray]:
        """`images`, uint8 (samples, H, W, 3), and `rows`, each update's SERIES."""
        args, size = self._args, self._args.image_size
        networks = (ours.generator(size, 3, LATENT_DIM, args.width, seed=2 * seed),
                    ours.discriminator(size, 3, args.width, seed=2 * seed + 1))  # fmt: skip
        if side == "ours":
            params = {"seed": seed, "batchSize": args.batch_size, "maxIter": args.updates}
            model, rows = train_ours(self._df, networks, params)
            return {"images": generated(model, args.samples, seed), "rows": rows}
        begin = twins_of(*networks, image_size=size, width=args.width)
        twin = Twin(*(disturb(begin, ROUNDING) if side == "control" else begin))
        batches = Batches(self._pixels, seed=seed, batch_size=args.batch_size, latent_dim=LATENT_DIM, flip=True)
        twin.train(batches, args.updates)
        return {"images": sample(twin.generator, args.samples, seed), "rows": np.array(twin.rows)}


def kept(path: Path, make: Callable[[], Dict[str, np.ndarray]]) -> Dict[str, np.ndarray]:
    """The arrays in a file, which `make` creates if it is missing."""
    if not path.exists():
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, **make())
        os.replace(partial, path)
    with np.load(path) as found:
        return {name: found[name] for name in found.files}


def feature_space(spark: SparkSession, args: argparse.Namespace, pixels: np.ndarray) -> Features:
    """The features of a classifier trained on the faces whose attributes are known; also kept in a file."""
    path = Path(args.work) / "classifier.pt"
    if not path.exists():
        known = datasets.celeba(spark, args.data, args.image_size, crop=54).dropna().cache()
        attributes = np.array([list(row) for row in known.select(*CELEBA_ATTRIBUTES).collect()])
        torch.save(attribute_classifier(images.to_numpy(known), attributes), path)
    return features_of(torch.load(path, weights_only=False), pixels)


def sign_flip(differences: np.ndarray) -> float:
    """The exact probability of a mean at least this far from 0 if each difference could have either sign."""
    signs = np.array(list(itertools.product((1, -1), repeat=len(differences))))
    means = np.abs(signs @ differences)
    return float((means >= abs(differences.sum()) * (1 - 1e-12)).mean())


def mean_and_error(values: Sequence[float]) -> Dict[str, float]:
    """The mean and its standard error."""
    return {"mean": float(np.mean(values)), "error": float(np.std(values, ddof=1) / len(values) ** 0.5)}


def summary(found: Dict[str, Dict[str, list]]) -> Dict[str, Any]:
    """For each metric: every side, and every pair's differences over the seeds.

    Args:
        found: metric -> side -> a number for each seed."""
    result: Dict[str, Any] = {}
    for metric, sides in found.items():
        result[metric] = {side: mean_and_error(values) for side, values in sides.items()}
        for a, b in PAIRS:
            if a in sides and b in sides:
                differences = np.array(sides[a]) - np.array(sides[b])
                test = {**mean_and_error(differences), "p": sign_flip(differences)}
                result[metric][f"{a} - {b}"] = test
    return result


def floor(pixels: np.ndarray, n: int, features: Features) -> Tuple[np.ndarray, Dict[str, float]]:
    """n faces to compare with, and the likeness of other real faces to them."""
    order = np.random.default_rng(0).permutation(len(pixels))
    return pixels[order[:n]], likeness(pixels[order[n : 2 * n]], pixels[order[:n]], features)


def parser() -> argparse.ArgumentParser:
    made = setting_parser(__doc__)
    made.add_argument("--seeds", type=int, default=12, help="number of seeds, 2 to 16; they are 0, 1, ...")
    made.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES))
    made.add_argument("--threads", type=int, default=2, help="PyTorch's threads")
    made.add_argument("--samples", type=int, default=2000, help="images for each side and seed; as many real faces")
    made.add_argument("--work", required=True, help="folder for images and the classifier; use one for each setting")
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    return made


def main() -> None:
    args = parser().parse_args()
    if not 2 <= args.seeds <= 16:
        raise SystemExit(f"--seeds must be 2 to 16. Received: {args.seeds}.")
    work = Path(args.work)
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    builder = SparkSession.builder.master("local[2]").config("spark.driver.memory", "3g")
    spark = configure(builder).getOrCreate()
    df = faces(spark, args.data, args.image_size)
    pixels = images.to_numpy(df)
    features = feature_space(spark, args, pixels)
    some, reached = floor(pixels, args.samples, features)
    trainings = Trainings(args, df, pixels)
    found: Dict[str, Dict[str, list]] = {metric: {side: [] for side in args.sides} for metric in METRICS}
    for seed, side in itertools.product(range(args.seeds), args.sides):
        made = kept(work / f"{side}-{seed}.npz", lambda: trainings.run(side, seed))
        Image.fromarray(images.grid(made["images"][:64], rows=8, cols=8)).save(work / f"{side}-{seed}.png")
        late = made["rows"][-(len(made["rows"]) // 4) :].mean(0)
        numbers = {**likeness(made["images"], some, features), **dict(zip(SERIES, late.tolist()))}
        for metric, value in numbers.items():
            found[metric][side].append(value)
        print(side, seed, {metric: round(value, 3) for metric, value in numbers.items()}, flush=True)
    spark.stop()
    result = {"summary": summary(found), "other_faces": reached, "seeds": found, "settings": vars(args)}
    write(args.json, result, markdown(result), lambda axes: draw(axes, result), charts=len(LIKENESS))


def markdown(result: Dict[str, Any]) -> str:
    names = ("KID x 1000", "diversity", "diversity of features", "weave")
    reached = [("other faces", *(f"{result['other_faces'][metric]:.3f}" for metric in LIKENESS))]
    late = [f"{name}, last quarter" for name in SERIES]
    return "\n".join([
        table(("mean ± standard error", *names), reached + lines(result["summary"], LIKENESS)),
        table(("mean ± standard error", *late), lines(result["summary"], SERIES)),
    ])  # fmt: skip


def lines(summed: Dict[str, Any], metrics: Sequence[str]) -> List[Tuple[str, ...]]:
    """For every side and every pair: its name, and a cell for each metric."""
    def cell(found: Dict[str, float]) -> str:
        return f"{found['mean']:.3f} ± {found['error']:.3f}" + (f", p = {found['p']:.2f}" if "p" in found else "")

    return [(key, *(cell(summed[metric][key]) for metric in metrics)) for key in summed[metrics[0]]]


def draw(axes: Any, result: Dict[str, Any]) -> None:
    for axis, metric in zip(axes, LIKENESS):
        sides = result["seeds"][metric]
        for values in zip(*sides.values()):
            axis.plot(range(len(sides)), values, "o-", color="C7", linewidth=0.5, markersize=3)
        means = [result["summary"][metric][side] for side in sides]
        axis.errorbar(range(len(sides)), [m["mean"] for m in means], [m["error"] for m in means], fmt="_", color="C3",
                      capsize=6, markersize=20)  # fmt: skip
        axis.set_xticks(range(len(sides)), list(sides))
        axis.set_title(metric, fontsize=9)


if __name__ == "__main__":
    main()
