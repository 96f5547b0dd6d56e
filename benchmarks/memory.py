"""Memory of a local training over many updates: its peak beyond the data itself, and whether it stays flat.

python benchmarks/memory.py --image-size 64 --batch-size 64 --iterations 2000 --json memory.json

In local mode everything is in the driver's JVM. --heap limits the heap, as a user would. --celeba or --dogs trains on
those images instead of noise; --out writes grids, a GIF and curves during training.
"""

import argparse
from typing import Any, Dict, List

from pyspark.sql import SparkSession
from report import jvm_memory, table, write
from throughput import noise

from bigdl_gan import GANEstimator, configure, datasets, images
from bigdl_gan.callbacks import GIF, Callback, Curves, SampleGrid, Training
from bigdl_gan.networks import dcgan as ours


class Memory(Callback):
    """Records the JVM's resident memory after each chunk."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self.points: List[Dict[str, Any]] = []

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        self.points.append({"iteration": training.iteration, "resident_mb": jvm_memory(self._spark, "VmRSS")})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--images", type=int, default=2048, help="number of noise images")
    parser.add_argument("--celeba", help="folder with CelebA")
    parser.add_argument("--crop", type=int, default=108, help="side of CelebA's central square, in pixels")
    parser.add_argument("--dogs", help="folder with Stanford Dogs")
    parser.add_argument("--out", help="folder for pictures")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--heap", default="1g", help="spark.driver.memory")
    parser.add_argument("--iterations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    builder = SparkSession.builder.master(args.master).config("spark.driver.memory", args.heap)
    spark = configure(builder).getOrCreate()
    if args.celeba:
        df = datasets.celeba(spark, args.celeba, args.image_size, crop=args.crop, channels=args.channels, attributes=[])
    elif args.dogs:
        df = datasets.stanford_dogs(spark, args.dogs, args.image_size, channels=args.channels, handle_invalid="skip")
    else:
        df = noise(spark, n=args.images, size=args.image_size, channels=args.channels)
    args.images = df.count()
    memory = Memory(spark)
    watching = [SampleGrid(f"{args.out}/grids", 200), GIF(f"{args.out}/film.gif", 50), Curves(f"{args.out}/curves.png")]
    before = jvm_memory(spark, "VmRSS")
    model = GANEstimator(
        generator=ours.generator(args.image_size, args.channels, width=args.width),
        discriminator=ours.discriminator(args.image_size, args.channels, args.width),
        batchSize=args.batch_size, maxIter=args.iterations, seed=args.seed, randomFlip=bool(args.celeba or args.dogs),
        updateRule="simultaneous", callbacks=[memory, *(watching if args.out else [])],
    ).fit(df)  # fmt: skip
    if args.out:
        images.write_grid(model.generate(64, seed=1), f"{args.out}/samples.png")
        model.write().overwrite().save(f"{args.out}/model")
    data = args.images * args.image_size**2 * args.channels / 2**20
    late = [point["resident_mb"] for point in memory.points if point["iteration"] > args.iterations // 2]
    result = {
        "peak_mb": jvm_memory(spark, "VmHWM"), "data_mb": data, "before_training_mb": before,
        "second_half_mb": {"first": late[0], "last": late[-1], "min": min(late), "max": max(late)},
        "points": memory.points, "settings": vars(args),
    }  # fmt: skip
    markdown = table(
        ("updates", "peak MB", "of it images", "at half time", "at the end"),
        [(args.iterations, f"{result['peak_mb']:.0f}", f"{data:.0f}", f"{late[0]:.0f}", f"{late[-1]:.0f}")],
    )

    def draw(axes) -> None:
        axes[0].plot([p["iteration"] for p in memory.points], [p["resident_mb"] for p in memory.points])
        axes[0].set_ylim(bottom=0)
        axes[0].set_xlabel("updates")
        axes[0].set_ylabel("resident memory of the JVM, MB")

    write(args.json, result, markdown, draw)
    spark.stop()


if __name__ == "__main__":
    main()
