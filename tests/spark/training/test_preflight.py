"""The cluster check on a real session: executors' reports, and the memory that replicas take."""

import warnings

import pytest

from bigdl_gan import GANEstimator
from bigdl_gan.callbacks import Callback
from bigdl_gan.jvm import bridge
from bigdl_gan.networks import dcgan
from bigdl_gan.params.gan_table import ENGINES
from bigdl_gan.training.findings import of_executors
from bigdl_gan.training.memory import memory_of_replica
from bigdl_gan.training.preflight import check_cluster
from bigdl_gan.training.request import ask


def test_what_this_jvm_reports(spark):
    probe = bridge.call_json("probeExecutors", bridge.java_session(spark))
    (executor,) = probe["executors"]
    assert executor["id"] == "driver" and executor["architecture"] == "amd64"
    assert executor["engines"] == [{"name": name, "problem": ""} for name in ENGINES[1:]]
    assert executor["core"] == probe["core"] and len(probe["core"]) == 16 and executor["java"] == probe["java"]
    assert 0 < executor["storage"] < executor["heap"] < executor["machine"]
    assert of_executors(probe) == []


@pytest.mark.parametrize("size, channels, width, batch, parts", [
    (28, 1, 16, 32, 1), (64, 3, 16, 16, 1), (64, 3, 64, 8, 1), (64, 3, 16, 16, 4),
])  # fmt: skip
@pytest.mark.slow
def test_the_estimate_of_native_memory(spark, digits, size, channels, width, batch, parts):
    """At least what the core takes, and at most four times that."""
    taken = []

    class Watch(Callback):
        def on_chunk(self, rows, training):
            taken.append(bridge.call("resourceUse")[0])

    networks = {
        "generator": dcgan.generator(size, channels, width=width),
        "discriminator": dcgan.discriminator(size, channels, width),
    }
    df = spark.range(batch).selectExpr(
        f"struct('' AS origin, {size} AS height, {size} AS width, {channels} AS nChannels, "
        f"{0 if channels == 1 else 16} AS mode, "
        f"unhex(repeat('5a', {size * size * channels})) AS data) AS image"
    )
    GANEstimator(batchSize=batch, maxIter=2, microBatches=parts, callbacks=[Watch()], **networks).fit(df)
    described = {role: bridge.call_json("describeNetwork", net.value, role) for role, net in networks.items()}
    estimate = memory_of_replica(described, batch, {"microBatches": parts}).native
    assert max(taken) <= estimate <= 4 * max(taken), (max(taken), estimate)


def test_a_heap_that_is_too_small(spark, noise, dense_gan, monkeypatch, n_jobs):
    probe = bridge.call_json("probeExecutors", bridge.java_session(spark))
    probe["executors"][0]["heap"] = 200 * 2**20
    call = bridge.call_json
    monkeypatch.setattr(bridge, "call_json", lambda name, *a: probe if name == "probeExecutors" else call(name, *a))
    with pytest.raises(RuntimeError, match="not counting its images. Received: 200 MB .*Raise spark.driver.memory"):
        dense_gan().fit(noise)


@pytest.mark.parametrize("n_executors", [1, 2])
def test_a_timeout_of_the_network_that_is_not_taken(noise, dense_gan, monkeypatch, n_executors):
    """A warning, if executors have to wait for each other."""
    request = ask(noise, dense_gan(storageLevel="MEMORY_ONLY"))._replace(executors=[{"id": "1"}] * n_executors)
    call = bridge.call
    monkeypatch.setattr(bridge, "call", lambda name, *a: "what to say" if name == "networkWarning" else call(name, *a))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_cluster(request, None)
    assert ["what to say"] * (n_executors - 1) == [str(warning.message) for warning in caught]


def test_an_executor_that_is_lost_meanwhile(noise, dense_gan, monkeypatch):
    json_of = bridge.call_json

    def lose(name, *arguments):
        if name == "probeExecutors":
            raise bridge.ReplicaLostError("Executor 1 on here is lost.")
        return json_of(name, *arguments)

    monkeypatch.setattr(bridge, "call_json", lose)
    with pytest.raises(RuntimeError, match="must stay while training starts. Received: Executor 1 on here is lost."):
        dense_gan().fit(noise)


def test_settings_stop_it_before_any_job(spark, noise, dense_gan, n_jobs, monkeypatch):
    settings = [("spark.speculation", "true"), ("spark.locality.wait", "0s")]
    monkeypatch.setattr(type(spark.sparkContext.getConf()), "getAll", lambda self: settings)
    before = n_jobs()
    with pytest.raises(RuntimeError, match="spark.speculation=true. Set it to false. .*spark.locality.wait=0s. Leave"):
        dense_gan().fit(noise)
    assert n_jobs() == before
