"""Time lost with an executor: from its end to the next update, on a cluster that this script starts on 127.0.0.1.

python benchmarks/recovery.py --image-size 64 --channels 3 --width 64 --batch-size 64 --json recovery.json
python benchmarks/recovery.py --jpegs 4000

Two executors with one core each train. In every repeat one of them is killed (SIGKILL) after a checkpoint is written.
The time counts from the kill to the end of the next update: it includes Spark noticing the loss, starting the new
executor, restoring the checkpoint, and one update with its set-up. With --jpegs the images are files, and the time also
includes decoding again what the lost executor had decoded.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any, Dict, List, Set

from pipeline import make_jpegs
from pyspark.sql import DataFrame, SparkSession
from report import spread, table, write
from standalone import cluster
from throughput import noise

from bigdl_gan import GANEstimator, configure, datasets
from bigdl_gan.callbacks import Callback, Training
from bigdl_gan.networks import dcgan


class Killer(Callback):
    """Kills an executor on this machine in the updates after a checkpoint, as many times as told.

    Args:
        interval: updates between checkpoints.
    Attributes:
        seconds: from each kill to the next update.
    """

    every = 1

    def __init__(self, spark: SparkSession, interval: int, times: int) -> None:
        self._spark, self._interval, self._left, self._at = spark, interval, times, 0.0
        self.seconds: List[float] = []

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        if self._at:
            self.seconds.append(time.monotonic() - self._at)
            self._at = 0.0
        checkpoints = training.iteration // self._interval
        if self._left and training.iteration % self._interval and checkpoints > len(self.seconds):  # a new one since
            self._left -= 1
            os.kill(min(self._executors()), signal.SIGKILL)
            self._at = time.monotonic()

    def _executors(self) -> Set[int]:
        """The process ids of the executors' JVMs."""

        def jvm(partition):
            stat = Path(f"/proc/{os.getppid()}/stat").read_text()  # the parent is the daemon that forked this worker
            yield int(stat.rpartition(")")[2].split()[1])

        return set(self._spark.sparkContext.parallelize(range(6), 6).mapPartitions(jvm).collect())


def pictures(spark: SparkSession, folder: Path, args: argparse.Namespace) -> DataFrame:
    """Colour JPEGs of CelebA's size that must be decoded, or noise that costs nothing."""
    if not args.jpegs:
        return noise(spark, n=4 * args.batch_size, size=args.image_size, channels=args.channels)
    make_jpegs(folder, n=args.jpegs, height=218, width=178, seed=args.seed)
    return datasets.folder(spark, str(folder), args.image_size, labels_from_parent=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--jpegs", type=int, default=0, help="number of colour files to train on instead of noise")
    parser.add_argument("--interval", type=int, default=5, help="updates between checkpoints")
    parser.add_argument("--repeats", type=int, default=3, help="executors lost, one after the other")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # for the executors, which decode pictures
    with cluster(executors=2, cores=1) as url, tempfile.TemporaryDirectory() as folder, \
            tempfile.TemporaryDirectory() as made:  # fmt: skip
        builder = SparkSession.builder.master(url).config("spark.executor.cores", 1)
        builder = builder.config("spark.executor.memory", "2g").config("spark.driver.host", "127.0.0.1")
        spark = configure(builder).getOrCreate()
        killer = Killer(spark, args.interval, args.repeats)
        gan = GANEstimator(
            generator=dcgan.generator(args.image_size, args.channels, width=args.width),
            discriminator=dcgan.discriminator(args.image_size, args.channels, args.width),
            batchSize=args.batch_size, maxIter=args.interval * (args.repeats + 1), seed=args.seed,
            updateRule="simultaneous",
            checkpointDir=folder, checkpointInterval=args.interval, callbacks=[killer],
        )  # fmt: skip
        df = pictures(spark, Path(made), args)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            gan.fit(df)
        spark.stop()
    seconds = spread(killer.seconds)
    result = {"seconds": seconds, "all_seconds": killer.seconds, "settings": vars(args)}
    row = (f"{args.image_size}x{args.image_size}, 2 x 1 cores", f"{seconds['median']:.1f}",
           f"{seconds['min']:.1f} to {seconds['max']:.1f}")  # fmt: skip

    def draw(axes) -> None:
        axes[0].bar(range(1, len(killer.seconds) + 1), killer.seconds)
        axes[0].set_xlabel("loss")
        axes[0].set_ylabel("seconds to the next update")

    write(args.json, result, table(("an executor lost", "seconds to the next update", "range"), [row]), draw)


if __name__ == "__main__":
    main()
