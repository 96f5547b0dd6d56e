"""Trains the classifier of digits that ships in the package, and tests it. Users need not run this.

`python tools/digits_classifier.py FOLDER`, where the folder has MNIST's four idx files."""

import argparse
import shutil
import time
from pathlib import Path

from pyspark.sql import SparkSession

from bigdl_gan import configure, datasets
from bigdl_gan.metrics.features.classifier_training import train_features

TARGET = Path(__file__).resolve().parents[1] / "bigdl_gan/metrics/features/digits_classifier"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--epochs", type=int, default=10)
    arguments = parser.parse_args()
    spark = configure(SparkSession.builder.master("local[1]")).getOrCreate()
    train = datasets.mnist(spark, path=arguments.folder, split="train")
    test = datasets.mnist(spark, path=arguments.folder, split="test")
    start = time.perf_counter()
    extractor = train_features(train, "label", epochs=arguments.epochs, name="digits")
    print(f"{arguments.epochs} epochs in {time.perf_counter() - start:.0f} s; losses {extractor.losses}")
    print(f"accuracy on the test set: {extractor.accuracy(test, 'label'):.4f}")
    shutil.rmtree(TARGET, ignore_errors=True)
    extractor.save(TARGET.as_uri())
    for leftover in TARGET.glob(".*.crc"):  # Hadoop's checksums of local files; the wheel has its own
        leftover.unlink()


if __name__ == "__main__":
    main()
