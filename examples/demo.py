"""The five-minute tour: trains on the bundled digits, on all cores, and writes to out/demo/."""

import math
import statistics
import time
from pathlib import Path

from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, charts, configure, datasets, images
from bigdl_gan.callbacks import ProgressBar
from bigdl_gan.networks import dcgan

OUT = Path("out/demo")
EPOCHS = 20
BATCH_SIZE = 64
BUDGET_SECONDS = 170  # a slow or busy machine trains for fewer epochs


def main() -> None:
    spark = configure(SparkSession.builder.master("local[*]").appName("bigdl_gan demo")).getOrCreate()
    digits = datasets.mnist(spark)
    networks = {
        "generator": dcgan.generator(image_size=28, channels=1, width=32),
        "discriminator": dcgan.discriminator(image_size=28, channels=1, width=32),
    }
    trial = GANEstimator(batchSize=BATCH_SIZE, maxIter=30, seed=7, callbacks=[], **networks).fit(digits)
    begin = time.monotonic()
    pace = statistics.median(row["seconds/update"] for row in trial.history[5:])
    updates = min(math.ceil(EPOCHS * 10_000 / BATCH_SIZE), int(BUDGET_SECONDS / pace))
    gan = GANEstimator(batchSize=BATCH_SIZE, maxIter=updates, seed=7, callbacks=[ProgressBar()], **networks)
    model = gan.fit(digits)
    images.write_grid(model.generate(64, seed=1), str(OUT / "samples.png"), rows=8, cols=8)
    charts.write_curves(model.history, str(OUT / "curves.png"))
    model.write().overwrite().save(str(OUT / "model"))
    print(f"{updates} updates in {time.monotonic() - begin:.0f} s; see {OUT}/samples.png and curves.png")
    spark.stop()


if __name__ == "__main__":
    main()
