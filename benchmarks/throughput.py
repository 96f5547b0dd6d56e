"""Training throughput against PyTorch's textbook loop, in turn with it in one run.

python benchmarks/throughput.py --image-size 64 --channels 3 --width 64 --batch-size 64 --master 'local[2]'
"""

import argparse
import json

import torch
from peer import InTurn, Textbook, dcgan, machine
from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, configure
from bigdl_gan.images import image_column
from bigdl_gan.networks import dcgan as ours


def noise(spark: SparkSession, *, n: int, size: int, channels: int):
    """A DataFrame of n images of uniform noise, Spark's image struct."""
    count = size * size * channels
    return spark.range(n).selectExpr(
        "'' AS origin", f"{size} AS height", f"{size} AS width", f"{channels} AS nChannels",
        f"{0 if channels == 1 else 16} AS mode",
        f"unhex(substring(repeat(sha2(cast(id AS string), 512), {count // 64 + 1}), 1, {2 * count})) AS data",
    ).select(image_column())  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--master", default="local[2]", help="a local master: the peer runs on the same cores")
    parser.add_argument("--iterations", type=int, default=30, help="updates of each side")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write")
    args = parser.parse_args()

    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    torch.manual_seed(args.seed)
    torch.set_num_threads(spark.sparkContext.defaultParallelism)
    reals = torch.rand(args.batch_size, args.channels, args.image_size, args.image_size) * 2 - 1
    turns = InTurn(Textbook(*dcgan(args.image_size, args.channels, args.width)), lambda: reals)
    model = GANEstimator(
        generator=ours.generator(args.image_size, args.channels, width=args.width),
        discriminator=ours.discriminator(args.image_size, args.channels, args.width),
        batchSize=args.batch_size, maxIter=args.iterations, seed=args.seed, callbacks=[turns],
    ).fit(noise(spark, n=8 * args.batch_size, size=args.image_size, channels=args.channels))  # fmt: skip
    late = model.history[len(model.history) // 2:]
    parts = ("decode", "compute", "exchange", "optimizer", "update")
    result = {
        **turns.summary(args.batch_size),
        "seconds_per_update": {part: sum(row[f"seconds/{part}"] for row in late) / len(late) for part in parts},
        "settings": vars(args), "machine": machine(),
    }  # fmt: skip
    if args.json:
        with open(args.json, "w") as file:
            json.dump(result, file, indent=2)
    print(
        f"{args.image_size}x{args.image_size}: {result['images_per_second']:.0f} images/s, PyTorch "
        f"{result['peer_images_per_second']:.0f}, ratio {result['ratio']:.2f} "
        f"(quartiles {result['ratio_quartiles'][0]:.2f} to {result['ratio_quartiles'][1]:.2f})"
    )
    spark.stop()


if __name__ == "__main__":
    main()
