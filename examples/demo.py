"""The five-minute tour: trains on the bundled digits, on all cores, and writes to out/demo/."""

import argparse
import math
import statistics
import time
from typing import Any, Dict

from pyspark.sql import DataFrame, SparkSession

from bigdl_gan import GANEstimator, charts, configure, datasets, images
from bigdl_gan.callbacks import ProgressBar
from bigdl_gan.networks import dcgan

EPOCHS = 20
BATCH_SIZE = 64
BUDGET_SECONDS = 170  # a slow or busy machine trains for fewer epochs


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="out/demo", help="folder for pictures and model (default: %(default)s)")
    parser.add_argument("--updates", type=int, help=f"default: {EPOCHS} epochs, or what {BUDGET_SECONDS} s allow")
    return parser.parse_args()


def affordable(digits: DataFrame, networks: Dict[str, Any]) -> int:
    """How many updates fit in the budget, from the pace of a short trial."""
    trial = GANEstimator(batchSize=BATCH_SIZE, maxIter=30, seed=7, callbacks=[], **networks).fit(digits)
    pace = statistics.median(row["seconds/update"] for row in trial.history[5:])
    return min(math.ceil(EPOCHS * 10_000 / BATCH_SIZE), int(BUDGET_SECONDS / pace))


def main() -> None:
    args = parse()
    spark = configure(SparkSession.builder.master("local[*]").appName("bigdl_gan demo")).getOrCreate()
    digits = datasets.mnist(spark)
    networks = {
        "generator": dcgan.generator(image_size=28, channels=1, width=32),
        "discriminator": dcgan.discriminator(image_size=28, channels=1, width=32),
    }
    updates = args.updates or affordable(digits, networks)
    begin = time.monotonic()
    gan = GANEstimator(batchSize=BATCH_SIZE, maxIter=updates, seed=7, callbacks=[ProgressBar()], **networks)
    model = gan.fit(digits)
    images.write_grid(model.generate(64, seed=1), f"{args.out}/samples.png", rows=8, cols=8)
    charts.write_curves(model.history, f"{args.out}/curves.png")
    model.write().overwrite().save(f"{args.out}/model")
    print(f"{updates} updates in {time.monotonic() - begin:.0f} s; see {args.out}/samples.png and curves.png")
    spark.stop()


if __name__ == "__main__":
    main()
