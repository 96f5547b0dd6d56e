"""How good images become, over images seen and over core-seconds: a recipe of ours beside PyTorch's textbook loop.

python benchmarks/quality.py --data CELEBA --recipe '{"batchSize": 16}' --network '{"tied": true}' --images 120000 \\
    --every 30000 --work out/quality --json out.json
python benchmarks/quality.py --data MNIST --kind digits --image-size 28 --width 32 --images 60000 --work out/quality

CELEBA is a folder with `img_align_celeba` at half size, MNIST one with the four original files. Both sides train on the
even rows. After every so many images, the metrics compare --n of their images with as many of the odd rows (recall and
precision move with the numbers): KID, recall and others, in the features of `metrics.features.photographs()` or
`digits()`. PyTorch's loop (DCGAN with batch norm, alternating, no average, Adam 2e-4, batch 64) has the same width and
sees as many images. Its updates take turns with our chunks, on the same cores. Core-seconds are those of updates alone:
neither Spark's jobs nor the metrics count.

The reals' features are kept in --work for the next call. Writes out.json, a table (out.md) and a chart (out.png).
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np
import torch
from draws import to_floats, to_levels
from peer import Textbook, dcgan
from PIL import Image
from pyspark.sql import DataFrame, SparkSession
from report import spread, table, write
from turns import PARTS

from bigdl_gan import GANEstimator, configure, datasets, images, metrics
from bigdl_gan.callbacks import Callback, Evaluate, Training
from bigdl_gan.metrics import features
from bigdl_gan.networks import dcgan as ours

METRICS = ("kid", "recall", "precision")
SIDES = ("ours", "pytorch")
LATENT_DIM = 100
PEER_BATCH = 64


class Peer(Callback):
    """Trains PyTorch's loop on as many images after each of our chunks; keeps both sides' core-seconds and figures.

    Args:
        pixels: uint8 (N, H, W, C), the images of both sides.
        measure: the figures of images, uint8 (n, H, W, C).
        evaluate: what measures our images.
        every: our updates between two measurements."""

    def __init__(
        self, loop: Textbook, pixels: np.ndarray, measure: Any, evaluate: Evaluate, *, every: int, batch: int,
        flip: bool, n: int, cores: int,
    ) -> None:  # fmt: skip
        self.every = min(every, 25)
        self._loop, self._measure, self._evaluate = loop, measure, evaluate
        self._point, self._batch, self._n, self._cores = every, batch, n, cores
        self._seconds = dict.fromkeys(SIDES, 0.0)
        self._rates: Dict[str, List[float]] = {side: [] for side in SIDES}
        self._seen = 0  # by the loop
        self._batches = batches(pixels, flip)
        self.rows: List[Dict[str, Any]] = []

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        done = training.iteration * self._batch
        mine = [sum(row[f"seconds/{part}"] for part in PARTS if part != "scheduling") for row in rows]
        self._spent("ours", sum(mine), len(mine) * self._batch)
        while self._seen + PEER_BATCH <= done:
            reals, begin = next(self._batches), time.perf_counter()
            self._loop.update(reals)
            self._spent("pytorch", time.perf_counter() - begin, PEER_BATCH)
            self._seen += PEER_BATCH
        if training.iteration % self._point == 0 or training.iteration == training.total:
            mine = {name: result.as_dict() for name, result in self._evaluate.results[training.iteration].items()}
            figures = {"ours": mine, "pytorch": self._measure(sample(self._loop.generator, self._n))}
            for side in SIDES:
                self.rows.append({"images": done, "side": side, "core_seconds": self._seconds[side] * self._cores,
                                  "figures": figures[side]})  # fmt: skip
                values = {name: round(found["value"], 5) for name, found in figures[side].items()}
                print(done, side, f"{self.rows[-1]['core_seconds']:.0f} core-seconds", values, flush=True)

    def _spent(self, side: str, seconds: float, n_images: int) -> None:
        self._seconds[side] += seconds
        self._rates[side].append(n_images / seconds)

    def images_per_second(self) -> Dict[str, Dict[str, float]]:
        return {side: spread(rates) for side, rates in self._rates.items()}


def batches(pixels: np.ndarray, flip: bool) -> Iterator[torch.Tensor]:
    """Endless batches for PyTorch, in a new order in each pass."""
    draw = np.random.default_rng(0)
    while True:
        order = draw.permutation(len(pixels))
        for part in np.split(order[: len(order) // PEER_BATCH * PEER_BATCH], len(order) // PEER_BATCH):
            chosen = torch.from_numpy(to_floats(pixels[part]))
            flipped = torch.from_numpy(draw.random(PEER_BATCH) < 0.5)[:, None, None, None]
            yield torch.where(flipped, chosen.flip(3), chosen) if flip else chosen


@torch.no_grad()
def sample(generator: torch.nn.Module, n: int) -> np.ndarray:
    """The loop's images, always from the same latents, uint8 (n, H, W, C)."""
    latents = torch.randn(n, LATENT_DIM, generator=torch.Generator().manual_seed(0))
    generator.eval()
    made = torch.cat([generator(part) for part in latents.split(250)])
    generator.train()
    return to_levels(made.numpy())


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--data", required=True)
    made.add_argument("--kind", default="faces", choices=("faces", "digits"))
    made.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64))
    made.add_argument("--width", type=int, default=24)
    made.add_argument("--recipe", type=json.loads, default={}, help="the estimator's Params, as JSON")
    made.add_argument("--network", type=json.loads, default={}, help="options of networks.dcgan, as JSON")
    made.add_argument("--images", type=int, default=120000, help="images that each side sees")
    made.add_argument("--every", type=int, default=30000, help="images between two measurements")
    made.add_argument("--n", type=int, default=2000, help="generated images for each measurement, and reals")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--master", default="local[2]")
    made.add_argument("--work", required=True, help="folder for the reals' features and 64 images of each side")
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    return made


def main(argv: Optional[Sequence[str]] = None) -> None:
    args = parser().parse_args(argv)
    Path(args.work).mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.master(args.master).config("spark.driver.memory", "4g")
    spark = configure(builder).getOrCreate()
    cores = int(spark.sparkContext.defaultParallelism)
    torch.manual_seed(args.seed)
    torch.set_num_threads(cores)
    pixels, held_out = halves(spark, args)
    extractor = features.digits() if args.kind == "digits" else features.photographs()
    reference = statistics(spark, args, held_out, extractor)
    size, channels, flip = args.image_size, pixels.shape[3], args.kind == "faces"
    gan = GANEstimator(
        generator=ours.generator(size, channels, LATENT_DIM, args.width, **args.network, seed=2 * args.seed),
        discriminator=ours.discriminator(size, channels, args.width, **args.network, seed=2 * args.seed + 1),
        randomFlip=flip, seed=args.seed, **args.recipe,
    )  # fmt: skip
    batch = gan.getBatchSize() * gan.getNCritic()
    every = max(1, args.every // batch)
    evaluate = Evaluate(reference, METRICS, every, args.n, features=extractor)

    def measure(made: np.ndarray) -> Dict[str, Any]:
        return metrics.evaluate(images.from_numpy(spark, made), reference, METRICS, features=extractor).as_dict()

    loop = Textbook(*dcgan(size, channels, args.width, LATENT_DIM), LATENT_DIM)
    peer = Peer(loop, pixels, measure, evaluate, every=every, batch=batch, flip=flip, n=args.n, cores=cores)
    model = gan.setMaxIter(args.images // batch).setCallbacks([evaluate, peer]).fit(images.from_numpy(spark, pixels))
    made = {"ours": images.to_numpy(model.generate(64, seed=0).orderBy("id")), "pytorch": sample(loop.generator, 64)}
    for side, some in made.items():
        Image.fromarray(images.grid(some, rows=8, cols=8).squeeze()).save(Path(args.work) / f"{side}.png")
    result = {"settings": vars(args), "images_per_second": peer.images_per_second(), "rows": peer.rows,
              "params": {p.name: str(value) for p, value in gan.extractParamMap().items()}}  # fmt: skip
    write(args.json, result, markdown(result), lambda axes: draw(axes, peer.rows), charts=4)
    spark.stop()


def halves(spark: SparkSession, args: argparse.Namespace) -> Tuple[np.ndarray, np.ndarray]:
    """The even rows, and the odd ones, uint8 (N, H, W, C)."""
    if args.kind == "digits":
        df: DataFrame = datasets.mnist(spark, path=args.data)
    else:
        df = datasets.celeba(spark, args.data, args.image_size, attributes=(), crop=54)
    pixels = images.to_numpy(df)
    return pixels[::2], pixels[1::2]


def statistics(spark: SparkSession, args: argparse.Namespace, held_out: np.ndarray, extractor: Any) -> Any:
    """The features of some held-out reals, always the same, from the last call if they are there."""
    path = Path(args.work) / f"reference-{args.kind}-{args.image_size}-{args.n}"
    if not path.exists():
        chosen = held_out[np.random.default_rng(0).permutation(len(held_out))[: args.n]]
        metrics.ReferenceStatistics.write(images.from_numpy(spark, chosen), str(path), features=extractor)
    return metrics.ReferenceStatistics.load(str(path))


def markdown(result: Dict[str, Any]) -> str:
    lines = [
        (f"{row['images']:,}", row["side"], f"{row['core_seconds']:.0f}",
         *(cell(row["figures"][name]) for name in METRICS))
        for row in result["rows"]
    ]  # fmt: skip
    speeds = ", ".join(f"{side} {found['median']:.0f}" for side, found in result["images_per_second"].items())
    return table(("images", "side", "core-seconds", *METRICS), lines) + f"\nImages/s (median): {speeds}.\n"


def cell(figure: Dict[str, Any]) -> str:
    error = figure.get("standard_error")
    return f"{figure['value']:.4g}" + ("" if error is None else f" ± {error:.1g}")


def draw(axes: Any, rows: List[Dict[str, Any]]) -> None:
    places = [(name, over) for name in ("kid", "recall") for over in ("images", "core_seconds")]
    for axis, (name, over) in zip(axes, places):
        for side in SIDES:
            own = [row for row in rows if row["side"] == side]
            axis.plot([row[over] for row in own], [row["figures"][name]["value"] for row in own], "o-", label=side)
        axis.set_xlabel(over.replace("_", "-"))
        axis.set_ylabel(name)
        axis.legend()


if __name__ == "__main__":
    main()
