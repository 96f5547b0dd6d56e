"""Jobs for the cluster. A Python process has one Spark session, so each job runs in its own process."""

import base64
import functools
import json
import os
import sys
import time
from pathlib import Path
from unittest import mock

import numpy as np
from bigdl.dllib.keras.layers import Activation, Dense, Flatten, Reshape
from bigdl.dllib.keras.models import Sequential
from bigdl.dllib.optim.optimizer import SGD, Adam
from pyspark.sql import SparkSession

from bigdl_gan import GANEstimator, GANModel, configure, datasets, jar_paths, layers, metrics
from bigdl_gan.images import IMAGE_SCHEMA, from_array
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import building, initialize
from bigdl_gan.metrics import feature_set, features

BATCH, N_LABELS = 8, 3
OPTIMIZERS = {
    "sgd": lambda: SGD(learningrate=0.5),
    "adam": lambda: Adam(learningrate=0.01, beta1=0.5, epsilon=1e-3),  # else Adam divides rounding by rounding
}


def session(master, executors, configured, more=()):
    """A session on a number of executors, with one core each unless the settings in `more` say otherwise."""
    settings = {
        "spark.executor.cores": 1, "spark.cores.max": executors, "spark.executor.memory": "700m",
        "spark.driver.memory": "700m", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false",
        **dict(more),
    }  # fmt: skip
    builder = SparkSession.builder.master(master)
    for key, value in settings.items():
        builder.config(key, value)
    if configured:
        return configure(builder).getOrCreate()
    return builder.config("spark.jars", ",".join(map(str, jar_paths()))).getOrCreate()


def pictures(spark, n, partitions=3, order="", kinds=0):
    """n images of 4x4 grey pixels; their labels are 0, 1 and 2 in turn.

    Args:
        order: "reversed", or "shuffled": from a Spark shuffle, which delivers rows as they arrive.
        kinds: the number of different images; 0: all differ."""
    arrays = np.random.default_rng(0).integers(0, 256, size=(n, 4, 4, 1), dtype=np.uint8)
    rows = [(from_array(arrays[i % (kinds or n)]), i % N_LABELS) for i in range(n)]
    rdd = spark.sparkContext.parallelize(rows[::-1] if order == "reversed" else rows, partitions)
    df = spark.createDataFrame(rdd, f"image {IMAGE_SCHEMA.simpleString()}, label int")
    return df.repartition(5) if order == "shuffled" else df


@functools.lru_cache(maxsize=None)
def built():
    """Without batch norms: their statistics are those of an executor's part of the batch."""
    with building():
        generator, discriminator = Sequential(), Sequential()
        generator.add(Dense(12, activation="relu", input_shape=(3,)))
        generator.add(Dense(16))
        generator.add(Reshape((1, 4, 4)))
        generator.add(Activation("tanh"))
        discriminator.add(Flatten(input_shape=(1, 4, 4)))
        discriminator.add(Dense(10, activation="tanh"))
        discriminator.add(Dense(1))
    found = {"generator": generator, "discriminator": discriminator}
    return {role: initialize(network, stddev=0.4, seed=1) for role, network in found.items()}


@functools.lru_cache(maxsize=None)
def conditional():
    """The same with label vectors."""
    (z, x), (y, label) = (layers.Input((3,)), layers.Input((1, 4, 4))), (layers.Input((N_LABELS,)) for _ in range(2))
    painted = layers.Dense(16)(layers.Dense(12, activation="relu")(layers.Concatenate()([z, y])))
    generator = layers.Model([z, y], layers.Activation("tanh")(layers.Reshape((1, 4, 4))(painted)))
    judged = layers.Dense(10, activation="tanh")(layers.Concatenate()([layers.Flatten()(x), label]))
    found = {"generator": generator, "discriminator": layers.Model([x, label], layers.Dense(1)(judged))}
    return {role: initialize(network, stddev=0.4, seed=1) for role, network in found.items()}


def train(
    spark, *, n_images=BATCH, partitions=3, optimizer="sgd", updates=1, rule="simultaneous", n_critic=1, order="",
    kinds=0, reading=None, labelled=False, **arguments
):  # fmt: skip
    """One training: its weights before and after it, and its history.

    Args:
        reading: transforms the DataFrame before `fit` gets it.
        labelled: whether the networks take labels."""
    with bridge.quiet_dllib():
        optimizers = {f"{role}Optimizer": OPTIMIZERS[optimizer]() for role in ("generator", "discriminator")}
    length = {"batchSize": BATCH, "maxIter": updates, "updateRule": rule, "nCritic": n_critic}
    networks = (conditional if labelled else built)()
    networks = {role: bridge.clone_network(network) for role, network in networks.items()}
    arguments = {**arguments, **({"labelCol": "label"} if labelled else {})}
    gan = GANEstimator(**networks, **optimizers, **length, **{"seed": 3, "callbacks": [], **arguments})
    before = weights(gan)
    df = pictures(spark, n_images, partitions, order, kinds)
    model = gan.fit(df if reading is None else reading(df))
    return {"before": before, "after": weights(model), "history": model.history}


def weights(stage):
    """Each network's weights as one list."""
    networks = {"generator": stage.getGenerator(), "discriminator": stage.getDiscriminator()}
    return {role: np.concatenate([w.ravel() for w in n.get_weights()]).tolist() for role, n in networks.items()}


def measured(spark, partitions):
    """Metrics of 160 bundled digits against 200 others, each side in so many partitions: values and standard errors.

    Small sides would lie on the driver. Here executors compute everything, in tables of 100 rows."""
    rows = [(row.image,) for row in datasets.mnist(spark).select("image").limit(360).collect()]
    schema = f"image {IMAGE_SCHEMA.simpleString()}"
    sides = [spark.createDataFrame(spark.sparkContext.parallelize(side, partitions), schema)
             for side in (rows[:160], rows[160:])]  # fmt: skip
    wanted = ["fid", metrics.KID(nSubsets=0), "precision", "inception_score", "weave"]
    extractor = features.digits()
    width = len(extractor.extract(sides[0]).first().features)
    with mock.patch.multiple(feature_set, DRIVER_BYTES=0, TABLE_BYTES=100 * 4 * width):
        found = metrics.evaluate(*sides, wanted, features=extractor, seed=0)
    return {name: [result.value, result.standard_error] for name, result in found.items()}


def executors(spark):
    """The executors' ids, and the processes of the JVMs that run tasks."""

    def jvm(partition):
        time.sleep(0.5)  # long enough for the tasks to spread over all executors
        stat = Path(f"/proc/{os.getppid()}/stat").read_text()  # the daemon that forked this worker
        yield int(stat.rpartition(")")[2].split()[1])

    live = bridge.call_json("listExecutors", bridge.java_session(spark))
    pids = spark.sparkContext.parallelize(range(6), 6).mapPartitions(jvm).collect()
    return {"ids": [executor["id"] for executor in live], "pids": sorted(set(pids))}


def images(df):
    rows = df.orderBy("id").collect()
    return [base64.b64encode(bytes(row["image"]["data"])).decode() for row in rows]


def main():
    """Reads a job's description as JSON from the first argument, and writes the result to the file named there."""
    given = json.loads(sys.argv[1])
    spark = session(given["master"], given["executors"], given["configured"])
    result = {"trained": [train(spark, **arguments) for arguments in given["trainings"]], "executors": executors(spark)}
    result["measured"] = [measured(spark, partitions) for partitions in given["measured"]]
    result["images"] = images(GANModel.load(given["model"]).generate(40, seed=2))
    Path(given["out"]).write_text(json.dumps(result))
    spark.stop()


if __name__ == "__main__":
    main()
