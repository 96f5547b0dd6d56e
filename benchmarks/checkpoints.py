"""What a checkpoint costs, as a share of the training; run under a fault, how long a lost executor costs.

python benchmarks/checkpoints.py --image-size 64 --width 64 --batch-size 64 --updates 6
python benchmarks/checkpoints.py --master spark://127.0.0.1:7077 --kill    # from the loss to the next update
"""

import argparse
import json
import os
import signal
import tempfile
import time
import warnings
from pathlib import Path

from peer import machine
from pyspark.sql import SparkSession
from throughput import noise

from bigdl_gan import GANEstimator, checkpoints, configure
from bigdl_gan.callbacks import Callback
from bigdl_gan.networks import dcgan


class Kill(Callback):
    """Kills an executor once, and measures the time to the next chunk."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark, self._at = spark, 0.0
        self.seconds = 0.0

    def on_chunk(self, rows) -> None:
        if rows[-1]["iteration"] >= 3 and not self._at:
            os.kill(min(self._executors()), signal.SIGKILL)
            self._at = time.monotonic()
        elif self._at and not self.seconds:
            self.seconds = time.monotonic() - self._at

    def _executors(self):
        def jvm(partition):
            stat = Path(f"/proc/{os.getppid()}/stat").read_text()  # of the daemon that forked this worker
            yield int(stat.rpartition(")")[2].split()[1])

        return self._spark.sparkContext.parallelize(range(6), 6).mapPartitions(jvm).collect()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--updates", type=int, default=6, help="updates, with a checkpoint after each")
    parser.add_argument("--kill", action="store_true", help="kill an executor on this machine in mid-training")
    parser.add_argument("--json", help="file to write")
    args = parser.parse_args()

    builder = configure(SparkSession.builder.master(args.master))
    if args.kill:
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.executor.cores", 1)
    spark = builder.getOrCreate()
    seconds, write = [], checkpoints.write

    def timed(*given, **options):
        begin = time.monotonic()
        try:
            return write(*given, **options)
        finally:
            seconds.append(time.monotonic() - begin)

    checkpoints.write = timed
    kill = Kill(spark)
    with tempfile.TemporaryDirectory() as folder:
        gan = GANEstimator(
            generator=dcgan.generator(args.image_size, 3, width=args.width),
            discriminator=dcgan.discriminator(args.image_size, 3, args.width), batchSize=args.batch_size,
            maxIter=args.updates, checkpointDir=folder, checkpointInterval=1, callbacks=[kill] if args.kill else [],
        )  # fmt: skip
        df = noise(spark, n=4 * args.batch_size, size=args.image_size, channels=3)
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            history = gan.fit(df).history
        size = sum(file.stat().st_size for file in Path(folder, f"checkpoint-{args.updates:08d}").iterdir())
    # The time between chunks that updates do not account for: gathering the state is in it, writing and callbacks.
    late = history[len(history) // 2:]
    whole = (late[-1]["seconds"] - late[0]["seconds"]) / (len(late) - 1)
    update = sum(row["seconds/update"] for row in late) / len(late)
    result = {
        "write_ms": 1e3 * sorted(seconds)[len(seconds) // 2], "checkpoint_ms": 1e3 * (whole - update),
        "update_ms": 1e3 * update, "share_every_100": (whole - update) / (100 * update), "megabytes": size / 1e6,
        "recovery_seconds": kill.seconds, "settings": vars(args), "machine": machine(),
    }  # fmt: skip
    if args.json:
        with open(args.json, "w") as file:
            json.dump(result, file, indent=2)
    print(
        f"checkpoint {result['checkpoint_ms']:.0f} ms ({result['write_ms']:.0f} of it writing {size / 1e6:.0f} MB), "
        f"update {result['update_ms']:.0f} ms: {100 * result['share_every_100']:.2f} % at every 100 updates"
        + (f"; {kill.seconds:.1f} s from the loss to the next update" if args.kill else "")
    )
    spark.stop()


if __name__ == "__main__":
    main()
