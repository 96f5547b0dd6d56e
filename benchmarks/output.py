"""Writes generated images to the lake: images per second to Parquet and to PNG files, and the peak memory.

python benchmarks/output.py --parquet 100000 --png 20000 --delay 10 --json output.json

It measures generation and writing together, as a user would run them: `model.generate(n)` written as Parquet, and by
`images.write_png`. For comparison it runs generation alone (Spark's noop format), and PNG files on a file system where
every call takes some milliseconds, as on HDFS and S3.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Callable

from pyspark.sql import SparkSession
from report import jvm_memory, table, write
from slow_files import add_slow_files, slow_path
from throughput import noise

from bigdl_gan import GANEstimator, GANModel, configure, images
from bigdl_gan.networks import dcgan


def rate(n: int, act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return n / (time.perf_counter() - begin)


def distant_rate(spark: SparkSession, model: GANModel, args: argparse.Namespace, folder: Path) -> float:
    classes = folder / "classes"
    classes.mkdir()
    add_slow_files(spark, classes).reset(args.delay, "", 0)
    path = slow_path(folder / "distant")
    return rate(args.distant, lambda: images.write_png(model.generate(args.distant), path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--parquet", type=int, default=100_000, help="number of images to write as Parquet")
    parser.add_argument("--png", type=int, default=20_000, help="number of images to write as PNG files")
    parser.add_argument("--distant", type=int, default=2048, help="number of PNG files on the distant file system")
    parser.add_argument("--delay", type=int, default=10, help="milliseconds for each call to it")
    parser.add_argument("--noop", type=int, default=4096, help="number of images to generate without writing")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--heap", default="1g", help="spark.driver.memory")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    builder = SparkSession.builder.master(args.master).config("spark.driver.memory", args.heap)
    spark = configure(builder).getOrCreate()
    model = GANEstimator(
        generator=dcgan.generator(args.image_size, args.channels, width=args.width),
        discriminator=dcgan.discriminator(args.image_size, args.channels, args.width), batchSize=8, maxIter=1,
        updateRule="simultaneous", seed=args.seed, callbacks=[],
    ).fit(noise(spark, n=8, size=args.image_size, channels=args.channels))  # fmt: skip
    before = jvm_memory(spark, "VmRSS")
    with tempfile.TemporaryDirectory() as folder:
        rates = {
            "generation alone": rate(
                args.noop, lambda: model.generate(args.noop).write.format("noop").mode("overwrite").save()
            ),
            "PNG files": rate(args.png, lambda: images.write_png(model.generate(args.png), f"{folder}/png")),
            "Parquet": rate(args.parquet, lambda: model.generate(args.parquet).write.parquet(f"{folder}/parquet")),
        }
        rates[f"PNG files, {args.delay} ms a call"] = distant_rate(spark, model, args, Path(folder))
        files = len(list(Path(folder, "png").glob("*.png")))
        rows = spark.read.parquet(f"{folder}/parquet").count()
    if (files, rows) != (args.png, args.parquet):
        raise RuntimeError(f"{files} files and {rows} rows were written.")
    peak = jvm_memory(spark, "VmHWM")
    result = {"images_per_second": rates, "peak_mb": peak, "before_mb": before, "settings": vars(args)}
    lines = [(name, f"{speed:.0f}") for name, speed in rates.items()]

    def draw(axes) -> None:
        axes[0].bar(list(rates), list(rates.values()))
        axes[0].set_ylabel("images/s")

    markdown = table(("generated images to", "images/s"), [*lines, ("peak memory of the JVM", f"{peak:.0f} MB")])
    write(args.json, result, markdown, draw)
    spark.stop()


if __name__ == "__main__":
    main()
