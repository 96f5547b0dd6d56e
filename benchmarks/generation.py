"""Throughput of `GANModel.generate`, taking turns with PyTorch's inference on the same cores.

python benchmarks/generation.py --image-size 64 --width 64 --images 4096 --repeats 5 --json generation.json

Ours is a whole Spark job, from a saved seed to rows of uint8 images that are not written anywhere. PyTorch's side is
the generator in `inference_mode`, with its output converted to uint8, at the best of several batch sizes and layouts.
"""

import argparse
import statistics
import time
from typing import Any, Dict, List

import torch
from peer import dcgan
from pyspark.sql import SparkSession
from report import spread, table, with_quartiles, write

from bigdl_gan import GANModel, configure
from bigdl_gan.jvm import bridge
from bigdl_gan.networks import dcgan as ours

BATCHES = (16, 32, 64, 128)


def to_uint8(fakes: torch.Tensor) -> torch.Tensor:
    return ((fakes + 1) * 127.5).round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()


@torch.inference_mode()
def peer_seconds(generator: torch.nn.Module, n: int, batch: int) -> float:
    begin = time.perf_counter()
    for first in range(0, n, batch):
        to_uint8(generator(torch.randn(min(batch, n - first), 100)))
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--images", type=int, default=4096)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    cores = sum(executor["cores"] for executor in bridge.call_json("listExecutors", bridge.java_session(spark)))
    torch.manual_seed(args.seed)
    torch.set_num_threads(cores)
    model = GANModel()._set(
        generator=ours.generator(args.image_size, args.channels, width=args.width),
        discriminator=ours.discriminator(args.image_size, args.channels, args.width),
    )

    def our_seconds() -> float:
        begin = time.perf_counter()
        model.generate(args.images, seed=args.seed).write.format("noop").mode("overwrite").save()
        return time.perf_counter() - begin

    peers = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        generator = dcgan(args.image_size, args.channels, args.width)[0].eval().to(memory_format=layout)
        for batch in BATCHES:
            peers[f"{str(layout).split('.')[1]}, batch {batch}"] = (generator, batch)

    def trial(name: str) -> float:
        generator, batch = peers[name]
        peer_seconds(generator, batch, batch)
        return statistics.median(peer_seconds(generator, max(128, args.images // 16), batch) for _ in range(3))

    best = min(peers, key=trial)
    our_seconds()
    turns: List[Dict[str, float]] = []
    for _ in range(args.repeats):
        generator, batch = peers[best]
        turns.append({"ours": our_seconds(), "peer": peer_seconds(generator, args.images, batch)})
    speeds = {name: spread([args.images / turn[name] for turn in turns]) for name in ("ours", "peer")}
    ratio = spread([turn["peer"] / turn["ours"] for turn in turns])
    result: Dict[str, Any] = {
        "images_per_second": speeds["ours"]["median"], "images_per_second_per_core": speeds["ours"]["median"] / cores,
        "peer_images_per_second": speeds["peer"]["median"], "ratio": ratio["median"], "peer": best,
        "spread": {**speeds, "ratio": ratio}, "cores": cores, "settings": vars(args),
    }  # fmt: skip
    what = f"{args.image_size}x{args.image_size}, width {args.width}, `{args.master}`"
    markdown = table(
        ("generation", "images/s", f"PyTorch ({best})", "ratio (quartiles)"),
        [(what, f"{speeds['ours']['median']:.0f}", f"{speeds['peer']['median']:.0f}",
          with_quartiles(ratio))],
    )  # fmt: skip

    def draw(axes) -> None:
        axes[0].boxplot([[args.images / turn[name] for turn in turns] for name in ("ours", "peer")])
        axes[0].set_xticks([1, 2], ["bigdl_gan", "PyTorch"])
        axes[0].set_ylim(bottom=0)
        axes[0].set_ylabel("images/s")

    write(args.json, result, markdown, draw)
    spark.stop()


if __name__ == "__main__":
    main()
