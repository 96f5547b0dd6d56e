"""What R1 and R2 cost at every update, taking turns with PyTorch's double backward on the same cores.

python benchmarks/penalties.py --master 'local[2]' --iterations 24 --json out.json

Both sides train DCGANs without normalisation in the discriminator by the alternating rule. Our training has penalties
in every other update, so updates with and without them take turns one by one. So do PyTorch's, after each of our
chunks. Writes out.json, a row for a Markdown table (out.md) and a chart (out.png).
"""

import argparse
import statistics
import time
from typing import Any, Dict, List, Optional, Sequence

import torch
from peer import Textbook, dcgan
from pyspark.sql import SparkSession
from report import spread, table, with_quartiles, write
from throughput import noise
from torch import nn
from turns import PARTS

from bigdl_gan import GANEstimator, configure
from bigdl_gan.callbacks import Callback, Training
from bigdl_gan.layers import Conv2D, Dense, Flatten, Input, LeakyReLU, Sequential, initialize
from bigdl_gan.networks import dcgan as ours

KINDS = ("plain", "penalized")


def widths(size: int, width: int) -> List[int]:
    """The channels of the discriminator's layers, for images of 64 or 32 pixels."""
    return [width * 2**i for i in range({32: 3, 64: 4}[size])]


def discriminator(size: int, channels: int, width: int) -> Sequential:
    """DCGAN's without batch normalisation, so with a bias in every layer."""
    model = Sequential([Input((channels, size, size))])
    for filters in widths(size, width):
        model.add(Conv2D(filters, 4, strides=2, padding="same"))
        model.add(LeakyReLU(0.2))
    model.add(Flatten())
    model.add(Dense(1))
    return initialize(model, stddev=0.02, seed=1)


def discriminator_twin(size: int, channels: int, width: int) -> nn.Sequential:
    layers: List[nn.Module] = []
    before = channels
    for filters in widths(size, width):
        layers += [nn.Conv2d(before, filters, 4, 2, 1), nn.LeakyReLU(0.2)]
        before = filters
    network = nn.Sequential(*layers, nn.Flatten(), nn.Linear(before * 16, 1))
    for parameter in network.parameters():
        nn.init.normal_(parameter, 0.0, 0.02)
    return network


class DoubleBackward(Textbook):
    """The textbook loop, whose discriminator can have penalties in the textbook's way."""

    def __init__(self, generator: nn.Module, critic: nn.Module, gamma: float) -> None:
        super().__init__(generator, critic)
        self._gamma = gamma

    def penalized(self, reals: torch.Tensor) -> None:
        ones, zeros = torch.ones(len(reals), 1), torch.zeros(len(reals), 1)
        fakes = self.generator(torch.randn(len(reals), self.latent_dim))
        self._d_step.zero_grad()
        for images, target in ((reals, ones), (fakes.detach(), zeros)):
            images = images.clone().requires_grad_()
            logits = self.discriminator(images)
            (slope,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
            penalty = self._gamma / 2 * slope.square().sum((1, 2, 3)).mean()
            (self._loss(logits, target) + penalty).backward()
        self._d_step.step()
        self._g_step.zero_grad()
        self._loss(self.discriminator(fakes), ones).backward()
        self._g_step.step()


class Alternately(Callback):
    """Lets both of PyTorch's updates follow each chunk of ours, as often; keeps the seconds of each kind of update."""

    def __init__(self, peer: DoubleBackward, reals: torch.Tensor, warm_up: int) -> None:
        self._peer = {"plain": peer.update, "penalized": peer.penalized}
        self._reals, self._warm_up = reals, warm_up
        self.chunks: List[Dict[str, Dict[str, float]]] = []

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        mine: Dict[str, List[float]] = {kind: [] for kind in KINDS}
        for row in rows:
            mine[KINDS["penalty/r1" in row]].append(sum(row[f"seconds/{part}"] for part in PARTS[:-1]))
        theirs: Dict[str, List[float]] = {kind: [] for kind in KINDS}
        for _ in range(max(1, len(rows) // 2)):
            for kind, update in self._peer.items():
                begin = time.perf_counter()
                update(self._reals)
                theirs[kind].append(time.perf_counter() - begin)
        if rows[0]["iteration"] > self._warm_up and all(mine.values()):
            both = {"ours": mine, "torch": theirs}
            self.chunks.append({side: {kind: statistics.median(found[kind]) for kind in KINDS}
                                for side, found in both.items()})  # fmt: skip


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--image-size", type=int, default=64, choices=(32, 64))
    made.add_argument("--width", type=int, default=64)
    made.add_argument("--batch-size", type=int, default=64)
    made.add_argument("--gamma", type=float, default=1.0)
    made.add_argument("--master", default="local[2]")
    made.add_argument("--iterations", type=int, default=24, help="our updates, half of them with penalties")
    made.add_argument("--warm-up", type=int, default=4, help="updates at the start that do not count")
    made.add_argument("--chunk", type=int, default=4, help="our updates between two turns of PyTorch")
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    return made


def main(argv: Optional[Sequence[str]] = None) -> None:
    args = parser().parse_args(argv)
    size, width, batch = args.image_size, args.width, args.batch_size
    is_given = SparkSession.getActiveSession() is not None  # a notebook's session is not ours to stop
    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    df = noise(spark, n=4 * batch, size=size, channels=3)
    torch.manual_seed(0)
    torch.set_num_threads(int(spark.sparkContext.defaultParallelism))
    peer = DoubleBackward(dcgan(size, 3, width)[0], discriminator_twin(size, 3, width), args.gamma)
    turns = Alternately(peer, torch.rand(batch, 3, size, size) * 2 - 1, args.warm_up)
    turns.every = args.chunk
    GANEstimator(
        generator=ours.generator(size, 3, width=width), discriminator=discriminator(size, 3, width), batchSize=batch,
        maxIter=args.iterations, updateRule="alternating", r1=args.gamma, r2=args.gamma, penaltyInterval=2,
        callbacks=[turns],
    ).fit(df)  # fmt: skip
    result = summary(turns.chunks, batch)
    result["settings"] = vars(args)
    what = f"{size}x{size}, width {width}, batch {batch}, `{args.master}`"
    write(args.json, result, row(what, result), lambda axes: draw(axes[0], what, result))
    if not is_given:
        spark.stop()


def summary(chunks: List[Dict[str, Dict[str, float]]], batch: int) -> Dict[str, Any]:
    """Costs, speeds and ratios, each from one chunk and PyTorch's turn after it."""
    return {
        **{f"{side}_cost": spread([chunk[side]["penalized"] / chunk[side]["plain"] - 1 for chunk in chunks])
           for side in ("ours", "torch")},
        **{f"{side}_images_per_second": {
            kind: spread([batch / chunk[side][kind] for chunk in chunks]) for kind in KINDS
        } for side in ("ours", "torch")},
        "ratio": {kind: spread([chunk["torch"][kind] / chunk["ours"][kind] for chunk in chunks]) for kind in KINDS},
    }  # fmt: skip


def row(what: str, result: Dict[str, Any]) -> str:
    return table(
        ("training", "images/s with R1 + R2", "their cost", "PyTorch's", "ratio with them (quartiles)", "without"),
        [(what, f"{result['ours_images_per_second']['penalized']['median']:.0f}",
          f"{result['ours_cost']['median']:.0%}", f"{result['torch_cost']['median']:.0%}",
          with_quartiles(result["ratio"]["penalized"]), f"{result['ratio']['plain']['median']:.2f}")],
    )  # fmt: skip


def draw(axis: Any, what: str, result: Dict[str, Any]) -> None:
    for offset, side, label in ((-0.2, "ours", "bigdl_gan"), (0.2, "torch", "PyTorch")):
        speeds = [result[f"{side}_images_per_second"][kind]["median"] for kind in KINDS]
        axis.bar([i + offset for i in range(2)], speeds, width=0.4, label=label)
    axis.set_xticks(range(2))
    axis.set_xticklabels(["no penalty", "R1 + R2"])
    axis.set_ylabel("images/s (median)")
    axis.set_title(what.replace("`", ""), fontsize=9)
    axis.legend()


if __name__ == "__main__":
    main()
