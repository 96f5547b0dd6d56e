"""What the callbacks cost: milliseconds a call, and their share of a training that calls them every `--every` updates.

python benchmarks/callbacks.py --image-size 64 --channels 3 --width 64 --batch-size 64 --every 100

One short training calls each callback every few updates (`--pace`). It pads the history with copies of its last row,
so tables, charts and logs are as long as with `--every` updates between calls. The first callback that asks for samples
after a chunk pays for the generator's snapshot, so the snapshot is taken first and measured separately ("snapshot").
Each callback uses a different seed and so pays for its own samples; with the same seed and number, all would share
them.

Evaluate measures KID of --measured generated images against as many real ones, by the package's own extractor for such
images, and is called every ten times --every updates. Most of its time is generating and extracting. The real images'
features are extracted before the first update, which takes "Evaluate, once" and does not count as a call.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List

from pyspark.sql import DataFrame, SparkSession
from report import spread, table, write
from throughput import noise

from bigdl_gan import GANEstimator, callbacks, configure
from bigdl_gan.images import to_array
from bigdl_gan.metrics import features
from bigdl_gan.networks import dcgan

_EVALUATE = "Evaluate"
_LONGER = {_EVALUATE: 10}  # in place of --every, so many times that


class Stopwatch(callbacks.Callback):
    """Times another callback's `on_begin`, and its `on_chunk`, which it calls every `every` updates with its own rows.

    Attributes:
        beginning: milliseconds of `on_begin`.
        milliseconds: of each `on_chunk`."""

    def __init__(self, inner: callbacks.Callback, every: int) -> None:
        self.inner, self.every, self.metrics = inner, every, inner.metrics
        self.beginning, self.milliseconds = 0.0, []
        self._rows: List[Dict[str, Any]] = []

    def on_begin(self, training: callbacks.Training) -> None:
        begin = time.perf_counter()
        self.inner.on_begin(training)
        self.beginning = 1000 * (time.perf_counter() - begin)

    def on_chunk(self, rows: List[Dict[str, Any]], training: callbacks.Training) -> None:
        self._rows += rows
        if training.iteration % self.every == 0:
            begin = time.perf_counter()
            self.inner.on_chunk(self._rows, training)
            self.milliseconds.append(1000 * (time.perf_counter() - begin))
            self._rows = []

    def on_end(self, training: callbacks.Training) -> None:
        self.inner.on_end(training)


class Filler(callbacks.Callback):
    """Makes the history as long as with `length` updates between calls."""

    def __init__(self, length: int, every: int) -> None:
        self.length, self.every = length, every

    def on_chunk(self, rows: List[Dict[str, Any]], training: callbacks.Training) -> None:
        if training.iteration % self.every == 0:
            training._progress.history.extend([training.history[-1]] * (self.length - self.every))


class Snapshot(callbacks.Callback):
    """Takes the generator's snapshot without generating an image."""

    metrics = {"snapshot": True}  # so that it is called before Evaluate: those who measure are called first

    def on_chunk(self, rows: List[Dict[str, Any]], training: callbacks.Training) -> None:
        training.generate(1)


def observers(folder: str, every: int, reals: DataFrame) -> Dict[str, callbacks.Callback]:
    """One callback of each kind, with its defaults except for `every`; all write to the driver's disk.

    Args:
        reals: what Evaluate compares with; it generates as many images."""
    is_grey = to_array(reals.first().image).shape == (28, 28, 1)
    extractor = features.digits() if is_grey else features.photographs()
    return {
        "snapshot": Snapshot(),
        _EVALUATE: callbacks.Evaluate(reals, ["kid"], every, reals.count(), features=extractor, seed=6),
        "ProgressBar": callbacks.ProgressBar(),
        "EarlyStopping": callbacks.EarlyStopping("loss/generator", 10**6, every=every),
        "CSVLogger": callbacks.CSVLogger(f"{folder}/history.csv", every),
        "Curves": callbacks.Curves(f"{folder}/curves.png", every),
        "SampleGrid": callbacks.SampleGrid(f"{folder}/grids", every, seed=1),
        "GIF": callbacks.GIF(f"{folder}/film.gif", every, seed=2),
        "CollapseMonitor": callbacks.CollapseMonitor(every, seed=3),
        "TensorBoard": callbacks.TensorBoard(f"{folder}/tensorboard", every, seed=4),
        "MLflow": callbacks.MLflow(every, seed=5),
        "Checkpoint": callbacks.Checkpoint(f"{folder}/checkpoints", every, keep=2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image-size", type=int, default=64, choices=(28, 32, 64, 128))
    parser.add_argument("--channels", type=int, default=3, choices=(1, 3))
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--every", type=int, default=100, help="updates between calls, for computing the shares")
    parser.add_argument("--pace", type=int, default=5, help="updates between calls while measuring")
    parser.add_argument("--calls", type=int, default=8, help="calls of each callback; the first two do not count")
    parser.add_argument("--measured", type=int, default=1000, help="generated images that Evaluate measures, and reals")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_TRACKING_URI=Path(folder, "mlruns").as_uri())
        reals = noise(spark, n=args.measured, size=args.image_size, channels=args.channels)
        watches = {name: Stopwatch(inner, args.pace) for name, inner in observers(folder, args.pace, reals).items()}
        model = GANEstimator(
            generator=dcgan.generator(args.image_size, args.channels, width=args.width),
            discriminator=dcgan.discriminator(args.image_size, args.channels, args.width),
            batchSize=args.batch_size, maxIter=args.pace * args.calls, seed=args.seed, updateRule="simultaneous",
            callbacks=[Filler(args.every, args.pace), *watches.values()],
        ).fit(noise(spark, n=8 * args.batch_size, size=args.image_size, channels=args.channels))  # fmt: skip
    late = model.history[2 * args.pace:]
    update = 1000 * statistics.median(row["seconds/update"] for row in late)
    spreads = {name: spread(watch.milliseconds[2:]) for name, watch in watches.items()}
    costs = {name: found["median"] for name, found in spreads.items()}
    apart = {name: args.every * _LONGER.get(name, 1) for name in costs}
    result = {
        "milliseconds": costs, "milliseconds_per_update": update,
        "share": {name: cost / (cost + apart[name] * update) for name, cost in costs.items()},
        "evaluate_once": watches[_EVALUATE].beginning, "spread": spreads, "settings": vars(args),
    }  # fmt: skip
    rows = [(name, f"{cost:.1f}", str(apart[name]), f"{result['share'][name]:.2%}") for name, cost in costs.items()]
    rows.append((f"{_EVALUATE}, once", f"{result['evaluate_once']:.1f}", "", ""))
    header = ("callback", "ms a call", "updates between calls", f"of a training with {update:.0f} ms an update")

    def draw(axes) -> None:
        axes[0].barh(list(costs)[::-1], list(costs.values())[::-1])
        axes[0].set_xlabel("ms a call (median)")

    write(args.json, result, table(header, rows), draw)
    spark.stop()


if __name__ == "__main__":
    main()
