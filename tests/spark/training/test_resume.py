"""Trainings that resume in another process with the same bits. This file is also that other process's script."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from bigdl.dllib.keras.layers import Activation, BatchNormalization, Dense, Dropout, Flatten, Reshape
from bigdl.dllib.keras.models import Sequential
from bigdl.dllib.keras.optimizers import Adam as KerasAdam
from bigdl.dllib.optim.optimizer import SGD, Adam, RMSprop
from pyspark.sql import SparkSession

import bigdl_gan
from bigdl_gan import GANEstimator, GANModel, configure, layers
from bigdl_gan.callbacks import Callback
from bigdl_gan.images import IMAGE_SCHEMA, from_array
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import SpectralNormalization, building, initialize

OPTIMIZERS = {
    "Adam": lambda: Adam(learningrate=0.01, learningrate_decay=0.01, beta1=0.5),
    "SGD": lambda: SGD(learningrate=0.05, momentum=0.9, dampening=0.1),
    "RMSprop": lambda: RMSprop(learningrate=0.005, decayrate=0.9),
    "keras Adam": lambda: KerasAdam(lr=0.01, beta_1=0.5, decay=0.01),
}
RULES = {"simultaneous": 1, "alternating": 2}
ROOT = Path(bigdl_gan.__file__).parents[1]
COMBINATIONS = list(itertools.product(RULES, OPTIMIZERS))
KILLED_AT, TOTAL = 25, 60


def pictures(spark, n=48):
    """n different images of 4x4 grey pixels, in three partitions."""
    arrays = np.random.default_rng(0).integers(0, 256, size=(n, 4, 4, 1), dtype=np.uint8)
    rows = [(from_array(array),) for array in arrays]
    df = spark.createDataFrame(spark.sparkContext.parallelize(rows, 3), f"image {IMAGE_SCHEMA.simpleString()}")
    return df.cache()


def networks(hidden=6):
    """With everything that has a state or draws random numbers: weights, batch norms, singular vectors, dropout.

    `estimator` adds what has a state in training: optimisers, and LeCam's averages."""
    with building():
        generator, discriminator = Sequential(), Sequential()
        generator.add(Dense(16, input_shape=(3,)))
        generator.add(Reshape((1, 4, 4)))
        generator.add(BatchNormalization(epsilon=1e-5, momentum=0.1))
        generator.add(Activation("tanh"))
        discriminator.add(Flatten(input_shape=(1, 4, 4)))
        discriminator.add(SpectralNormalization(layers.Dense(hidden)))
        discriminator.add(BatchNormalization(epsilon=1e-5, momentum=0.1))
        discriminator.add(Activation("relu"))
        discriminator.add(Dropout(0.3))
        discriminator.add(Dense(1))
    found = {"generator": generator, "discriminator": discriminator}
    return {role: initialize(network, stddev=0.3, seed=1) for role, network in found.items()}


def estimator(rule="simultaneous", optimizer="Adam", **arguments):
    with bridge.quiet_dllib():
        optimizers = {f"{role}Optimizer": OPTIMIZERS[optimizer]() for role in ("generator", "discriminator")}
    given = {"batchSize": 8, "seed": 3, "callbacks": [], "leCam": 0.3, **networks(), **optimizers, **arguments}
    return GANEstimator(updateRule=rule, nCritic=RULES[rule], **given)


class At(Callback):
    """Calls `act` once, after an update."""

    def __init__(self, iteration, act):
        self._iteration, self._act = iteration, act

    def on_chunk(self, rows, training):
        if rows[-1]["iteration"] >= self._iteration and self._act is not None:
            act, self._act = self._act, None
            act()


def killed(spark, *, folder, interval, iteration, total):
    """Trains every rule and optimizer at once until each has done `iteration` updates, then kills this process."""
    df, arrived = pictures(spark), threading.Semaphore(0)

    def wait():
        arrived.release()
        threading.Event().wait()

    for rule, optimizer in COMBINATIONS:
        place = {"checkpointDir": f"{folder}/{rule}-{optimizer}", "checkpointInterval": interval}
        gan = estimator(rule, optimizer, maxIter=total, callbacks=[At(iteration, wait)], **place)
        threading.Thread(target=gan.fit, args=(df,), daemon=True).start()
        arrived.acquire()
    print("all are there", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def slowly(row):
    time.sleep(1)
    return row


def tell_of_a_job(spark):
    """Says that images are read, once a job takes longer than a second."""
    tracker, before, now = spark.sparkContext.statusTracker(), set(), set()
    while not before & now:
        time.sleep(1)
        before, now = now, set(tracker.getActiveJobsIds())
    print("reading", flush=True)


def interrupted(spark, *, folder, total, slow=False):
    """Trains until SIGINT arrives; prints what `fit` returned, and how many jobs Spark still has.

    Args:
        slow: whether reading the images takes longer than the test waits."""
    ready = At(1, lambda: print("training", flush=True))
    df = pictures(spark)
    if slow:
        df = spark.createDataFrame(df.rdd.map(slowly), df.schema)
        threading.Thread(target=tell_of_a_job, args=(spark,), daemon=True).start()
    place = {"checkpointDir": folder, "checkpointInterval": 10**6} if folder else {}
    gan = estimator(maxIter=total, callbacks=[ready], **place)
    try:
        model = gan.fit(df)
        print("model", len(model.history), end=" ", flush=True)  # at once: a second SIGINT may come too late for fit
        print(model.generate(3).count(), flush=True)
    except KeyboardInterrupt:
        print("KeyboardInterrupt", flush=True)
    deadline = time.monotonic() + 30  # Spark records a job's end in another thread
    tracker = spark.sparkContext.statusTracker()
    while tracker.getActiveJobsIds() and time.monotonic() < deadline:
        time.sleep(0.1)
    print("jobs", len(tracker.getActiveJobsIds()), "resources", list(bridge.call("resourceUse")), flush=True)


def process(job, **arguments):
    command = [sys.executable, __file__, job, json.dumps(arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def everything(model):
    """Both networks' weights and running statistics, and the history without times."""
    networks = [model.getGenerator(), model.getDiscriminator(), model.raw_generator]
    statistics = [np.array(t.storage().array()) for network in networks for t in network.value.getExtraParameter()]
    weights = [array for network in networks for array in network.get_weights()]
    rows = [{k: v for k, v in row.items() if not k.startswith("seconds")} for row in model.history]
    return weights + statistics, rows


def assert_same(model, expected):
    (arrays, rows), (expected_arrays, expected_rows) = everything(model), everything(expected)
    assert rows == expected_rows and len(arrays) == len(expected_arrays) == 21
    for array, other in zip(arrays, expected_arrays):
        np.testing.assert_array_equal(array, other)


@pytest.fixture(scope="module")
def images(spark):
    return pictures(spark)


@pytest.fixture(scope="module")
def remains(spark, tmp_path_factory):
    """The folder left by a process that was killed in the middle of a training of each combination."""
    folder = tmp_path_factory.mktemp("killed")
    child = process("killed", folder=str(folder), interval=KILLED_AT, iteration=KILLED_AT + 1, total=TOTAL)
    out, err = child.communicate(timeout=300)
    assert out.strip().endswith("all are there") and child.returncode == -signal.SIGKILL, err
    return folder


@pytest.mark.parametrize("rule, optimizer", COMBINATIONS)
@pytest.mark.slow
def test_a_killed_training_goes_on_in_a_new_process_bit_for_bit(images, remains, rule, optimizer):
    folder = remains / f"{rule}-{optimizer}"
    assert [p.name for p in folder.iterdir()] == [f"checkpoint-{KILLED_AT:08d}"]
    assert len(GANModel.load(str(folder)).history) == KILLED_AT
    begun = []

    class Recorder(Callback):
        def on_chunk(self, rows, training):
            begun.append(rows[0]["iteration"])

    gan = estimator(rule, optimizer, maxIter=TOTAL, callbacks=[Recorder()])
    place = {gan.checkpointDir: str(folder), gan.checkpointInterval: KILLED_AT, gan.resume: "must"}
    resumed = gan.fit(images, place)
    assert begun[0] == KILLED_AT + 1
    whole = estimator(rule, optimizer, maxIter=TOTAL).fit(images)
    assert_same(resumed, whole)
    first, last = (np.concatenate([w.ravel() for w in m.getGenerator().get_weights()]) for m in (gan, whole))
    assert np.linalg.norm(last - first) > 1e-3
    assert list(bridge.call("resourceUse")) == [0, 0]


@pytest.mark.slow
def test_ctrl_c_keeps_the_model_so_far(spark, images, tmp_path):
    child = process("interrupted", folder=str(tmp_path), total=10**6)
    assert child.stdout.readline() == "training\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=120)
    model, jobs_left = out.splitlines()
    name, n_updates, n_generated = model.split()
    assert name == "model" and 0 < int(n_updates) < 10**6 and n_generated == "3"
    assert jobs_left == "jobs 0 resources [0, 0]" and child.returncode == 0
    assert f"Training was interrupted: the returned model is from update {n_updates} of 1000000." in err
    longer = estimator(maxIter=int(n_updates) + 5, checkpointDir=str(tmp_path), resume="must").fit(images)
    assert_same(longer, estimator(maxIter=int(n_updates) + 5).fit(images))


@pytest.mark.parametrize("slow, said, signals", [(False, "training", 2), (True, "reading", 1)])
@pytest.mark.slow
def test_ctrl_c_is_a_keyboard_interrupt(spark, slow, said, signals):
    """The second ctrl-C during updates, or the first one while images are read: both interrupt a call to the JVM."""
    for _ in range(3):  # the updates may end between the two
        child = process("interrupted", folder="", total=10**6, slow=slow)
        assert child.stdout.readline() == f"{said}\n"
        time.sleep(5)  # until a chunk of updates, or the job that reads, takes some seconds
        for _ in range(signals):
            child.send_signal(signal.SIGINT)
            time.sleep(0.3)
        out, err = child.communicate(timeout=120)
        if "model" not in out:
            break
    assert out.splitlines() == ["KeyboardInterrupt", "jobs 0 resources [0, 0]"], err
    assert child.returncode == 0


def main():
    """Runs the job named in the first argument, with arguments as JSON in the second."""
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = configure(builder).getOrCreate()
    {"killed": killed, "interrupted": interrupted}[sys.argv[1]](spark, **json.loads(sys.argv[2]))
    spark.stop()


if __name__ == "__main__":
    main()


@pytest.mark.long
def test_other_images_are_refused(noise, frame, dense_gan, tmp_path):
    """As many as before, of the same size."""
    gan = dense_gan(checkpointDir=str(tmp_path), checkpointInterval=1)
    gan.fit(noise)
    others = frame(list(np.random.default_rng(1).integers(0, 256, size=(48, 4, 4, 1), dtype=np.uint8)), 3)
    with pytest.raises(ValueError, match="resumed on the images it began with. Received: 48 images, .* hashes is .*"):
        gan.setMaxIter(3).fit(others)
    assert gan.setMaxIter(3).fit(noise.orderBy("id", ascending=False)).iteration == 3


@pytest.mark.long
def test_a_checkpoint_of_an_earlier_version_goes_on_with_a_warning(digits, digit_gan, tmp_path):
    saved = Path(__file__).parents[1] / "checkpoints" / "saved_by_e8f3e9f" / "checkpoints"
    shutil.copytree(saved, tmp_path / "checkpoints")
    gan = digit_gan(
        maxIter=4, seed=4, updateRule="simultaneous", emaHalfLife=0.0, outputCol="made",
        checkpointDir=str(tmp_path / "checkpoints"),
    )  # fmt: skip
    with pytest.warns(RuntimeWarning, match="written by an earlier version, which took the images in another order"):
        model = gan.fit(digits)
    assert [row["iteration"] for row in model.history] == [1, 2, 3, 4]
