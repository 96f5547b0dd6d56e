"""Train a DCGAN on photographs of dogs; write grids, a GIF, curves and the model.

    python examples/dogs.py --data /data/stanford_dogs --out out/dogs

`--data` holds Stanford Dogs' `Images` and `Annotation`; each dog is cropped by its box. Run it again to resume from the
last checkpoint. examples/dogs.png shows the result after 2,000 simultaneous updates of 64 images, on 600 photographs of
120 breeds, some fifty minutes on two cores: fur and meadow in the places and colours of dogs, with eyes here and there,
but no whole dog. The real set has 20,580 photographs.
"""

import argparse

from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, configure, datasets, images
from bigdl_gan.callbacks import GIF, Curves, ProgressBar, SampleGrid
from bigdl_gan.networks import dcgan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="Stanford Dogs' folder, on any Hadoop path")
    parser.add_argument("--out", default="out/dogs", help="folder for all output, any Hadoop path")
    parser.add_argument("--size", type=int, default=64, help="the images' height and width")
    parser.add_argument("--breeds", nargs="*", default=[], help="such as Chihuahua; by default all")
    parser.add_argument("--width", type=int, default=64, help="the networks' width")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--every", type=int, default=100, help="updates between grids, frames and checkpoints")
    args = parser.parse_args()

    # spark-submit names the master; plain Python trains on all cores of this machine
    spark = configure(SparkSession.builder.appName("dogs")).getOrCreate()
    dogs = datasets.stanford_dogs(spark, args.data, args.size, breeds=args.breeds, handle_invalid="skip")
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
            GIF(f"{args.out}/dogs.gif", args.every),
            Curves(f"{args.out}/curves.png", args.every),
        ],
    )
    model = gan.fit(dogs)
    images.write_grid(model.generate(64, seed=1), f"{args.out}/dogs.png", rows=8, cols=8)
    model.write().overwrite().save(f"{args.out}/model")
    spark.stop()


if __name__ == "__main__":
    main()
