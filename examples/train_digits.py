"""Train a DCGAN on handwritten digits; write grids and a table during training, then the model and a grid of digits.

    python examples/train_digits.py --out out/digits
    spark-submit --master spark://HOST:7077 --executor-cores 4 --total-executor-cores 8 \
        --jars "$(python -m bigdl_gan jars)" examples/train_digits.py --out hdfs:///models/digits
"""

import argparse

from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, configure, datasets, images
from bigdl_gan.callbacks import CSVLogger, ProgressBar, SampleGrid
from bigdl_gan.networks import dcgan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="out/digits", help="folder for all output, any Hadoop path")
    parser.add_argument("--data", help="folder with MNIST's four idx files; by default the bundled 10,000 digits")
    parser.add_argument("--epochs", type=float, default=5)
    parser.add_argument("--max-iter", type=int, help="stop after this many updates")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    args = parser.parse_args()

    # spark-submit names the master; plain Python trains on all cores of this machine
    spark = configure(SparkSession.builder.appName("digits")).getOrCreate()
    df = datasets.mnist(spark, path=args.data) if args.data else datasets.mnist(spark)
    callbacks = [SampleGrid(f"{args.out}/grids", 500), CSVLogger(f"{args.out}/history.csv")]
    gan = GANEstimator(
        generator=dcgan.generator(image_size=28, channels=1, latent_dim=100),
        discriminator=dcgan.discriminator(image_size=28, channels=1),
        imageCol="image",
        loss="non_saturating",
        batchSize=args.batch_size,
        maxEpochs=args.epochs,
        maxIter=args.max_iter,
        seed=args.seed,
        callbacks=callbacks if args.quiet else [ProgressBar(), *callbacks],
    )
    model = gan.fit(df)
    images.write_grid(model.generate(64, seed=1), f"{args.out}/samples.png", rows=8, cols=8)
    model.write().overwrite().save(f"{args.out}/model")
    last = model.history[-1]
    print(f"{last['iteration']} updates, loss G {last['loss/generator']:.3f}, D {last['loss/discriminator']:.3f}")
    spark.stop()


if __name__ == "__main__":
    main()
