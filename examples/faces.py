"""Train a DCGAN on CelebA's faces; write grids, a GIF, curves and the model.

    python examples/faces.py --data /data/celeba --out out/faces

`--data` holds `img_align_celeba` and `list_attr_celeba.txt`. Run it again to resume from the last checkpoint.
examples/faces.png shows the result after 2,000 simultaneous updates of 64 images, on 10,000 faces at half size
(--crop 54), some 35 minutes on two cores: eyes, noses and mouths are in their places, and hair, skin and light differ.
But nearly all faces look in the same direction and resemble each other, and the pictures are blurred, with a woven
texture. The rule and the batch here learn better from as many images (docs/design.md).
"""

import argparse

from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, configure, datasets, images
from bigdl_gan.callbacks import GIF, Curves, ProgressBar, SampleGrid
from bigdl_gan.networks import dcgan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="CelebA's folder, on any Hadoop path")
    parser.add_argument("--out", default="out/faces", help="folder for all output, any Hadoop path")
    parser.add_argument("--size", type=int, default=64, help="the images' height and width")
    parser.add_argument("--crop", type=int, default=108, help="side of the central square to keep, in pixels")
    parser.add_argument("--width", type=int, default=64, help="the networks' width")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--every", type=int, default=100, help="updates between grids, frames and checkpoints")
    args = parser.parse_args()

    # spark-submit names the master; plain Python trains on all cores of this machine
    spark = configure(SparkSession.builder.appName("faces")).getOrCreate()
    faces = datasets.celeba(spark, args.data, args.size, crop=args.crop, attributes=[], handle_invalid="skip")
    gan = GANEstimator(
        generator=dcgan.generator(args.size, channels=3, width=args.width),
        discriminator=dcgan.discriminator(args.size, channels=3, width=args.width),
        randomFlip=True,
        batchSize=args.batch_size,
        maxIter=args.updates,
        checkpointDir=f"{args.out}/checkpoints",
        checkpointInterval=args.every,
        callbacks=[
            ProgressBar(),
            SampleGrid(f"{args.out}/grids", args.every),
            GIF(f"{args.out}/faces.gif", args.every),
            Curves(f"{args.out}/curves.png", args.every),
        ],
    )
    model = gan.fit(faces)
    images.write_grid(model.generate(64, seed=1), f"{args.out}/faces.png", rows=8, cols=8)
    model.write().overwrite().save(f"{args.out}/model")
    spark.stop()


if __name__ == "__main__":
    main()
