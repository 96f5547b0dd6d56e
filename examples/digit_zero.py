"""Train a DCGAN on MNIST's zeros only; write grids, a GIF, curves and the model.

    python examples/digit_zero.py --out out/zeros

The package's own sample has 1,001 zeros. examples/digit_zero.png shows the result after 800 simultaneous updates, 40 s
on two cores: all are zeros in many handwritings, some ragged at the edge, a few blotched or broken.
"""

import argparse

from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, configure, datasets, images
from bigdl_gan.callbacks import GIF, Curves, ProgressBar, SampleGrid
from bigdl_gan.networks import dcgan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="out/zeros", help="folder for all output, any Hadoop path")
    parser.add_argument("--width", type=int, default=32, help="the networks' width")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--updates", type=int, default=800)
    parser.add_argument("--every", type=int, default=100, help="updates between grids and frames")
    args = parser.parse_args()

    spark = configure(SparkSession.builder.appName("zeros")).getOrCreate()
    zeros = datasets.mnist(spark, digits=[0])
    gan = GANEstimator(
        generator=dcgan.generator(image_size=28, channels=1, width=args.width),
        discriminator=dcgan.discriminator(image_size=28, channels=1, width=args.width),
        batchSize=args.batch_size,
        maxIter=args.updates,
        callbacks=[
            ProgressBar(),
            SampleGrid(f"{args.out}/grids", args.every),
            GIF(f"{args.out}/zeros.gif", args.every),
            Curves(f"{args.out}/curves.png", args.every),
        ],
    )
    model = gan.fit(zeros)
    images.write_grid(model.generate(64, seed=1), f"{args.out}/zeros.png", rows=8, cols=8)
    model.write().overwrite().save(f"{args.out}/model")
    spark.stop()


if __name__ == "__main__":
    main()
