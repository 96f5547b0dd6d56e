"""Checks the cluster once before training."""

import logging
from typing import Callable, List, Optional

from pyspark.sql import SparkSession

from bigdl_gan.checkpoints import Checkpoint
from bigdl_gan.jvm import bridge
from bigdl_gan.training.findings import (
    DRIVER_PER_WEIGHT,
    Finding,
    engine_for,
    of_driver,
    of_encryption,
    of_executors,
    of_number,
    of_python,
    of_settings,
    settle,
)
from bigdl_gan.training.memory import Memory, memory_of_replica, micro_batches_within, of_memory
from bigdl_gan.training.micro_batch_checks import micro_batch_problem
from bigdl_gan.training.request import Request
from bigdl_gan.training.resuming import engine_of

_LOG = logging.getLogger("bigdl_gan.training")


def check_cluster(request: Request, start: Optional[Checkpoint]) -> Request:
    """Check settings and executors: one small job, or none if the settings already rule training out.

    Fatal findings are raised in a single error; the others become warnings.

    Args:
        start: what the training resumes from.
    Returns:
        The request with the engine that all executors can load.
    Raises:
        RuntimeError, ValueError: training cannot work here, for all the reasons listed."""
    spark, executors, batch_size = request.spark, request.executors, request.params.getBatchSize()
    settings = dict(spark.sparkContext.getConf().getAll())
    weights = sum(network["weights"] for network in request.described.values())
    refused = bridge.call_json("refusedExecutors", bridge.java_session(spark))
    findings = of_settings(settings, weights) + of_encryption(settings, request.params.getStorageLevel())
    findings += of_number(len(executors), batch_size, refused, request.params.getMicroBatches())
    network = bridge.call("networkWarning", bridge.java_session(spark))
    findings += [Finding(network, is_fatal=False)] if network and len(executors) > 1 else []
    settle(findings)
    is_local = str(spark.sparkContext.master).startswith("local")
    forecast = _forecast(request, batch_size // len(executors))
    memory = forecast(request.params.getMicroBatches())
    if is_local:
        memory = memory._replace(heap=memory.heap + 4 * weights * DRIVER_PER_WEIGHT)

    def parts_within(native: float) -> int:
        if micro_batch_problem(request.params, request.described):
            return 0
        return micro_batches_within(native, batch_size // len(executors), forecast)

    try:
        probe = bridge.call_json("probeExecutors", bridge.java_session(spark))
    except bridge.ReplicaLostError as error:
        raise RuntimeError(f"Executors must stay while training starts. Received: {error} Call fit again.") from error
    except RuntimeError as error:
        raise RuntimeError(
            f"The executors cannot run the core: {error}. Give them the driver's jars: use bigdl_gan.configure, or set "
            "spark.jars to what `python -m bigdl_gan jars` prints."
        ) from error
    begun_on = engine_of(start.metadata) if start else ""
    engine, findings = engine_for(probe, request.params.getEngine(), begun_on)
    findings += of_executors(probe)
    findings += of_memory(probe["executors"], memory, settings, is_local=is_local, parts_within=parts_within)
    if not is_local:
        findings += of_driver(probe["heap"], weights)
        findings += of_python(_executors_pythons(spark, sum(executor["cores"] for executor in executors)))
    settle(findings)
    _LOG.info("Training runs on the engine %s, on %d executors.", engine, len(executors))
    return request._replace(about={**request.about, "engine": engine})


def _forecast(request: Request, images: int) -> Callable[[int], Memory]:
    """A replica's memory for a number of `microBatches`, with so many images per update."""
    plan = request.about["plan"]
    return lambda parts: memory_of_replica(request.described, images, {**plan, "microBatches": parts})


def _executors_pythons(spark: SparkSession, tasks: int) -> List[str]:
    """The versions of the executors' Python, or the error's first line if Python cannot run there."""

    def version(task: int) -> str:  # nested, so that it travels by value: executors may lack this package
        import sys

        return "Python {}.{}".format(*sys.version_info[:2])

    try:
        return spark.sparkContext.parallelize(range(tasks), tasks).map(version).distinct().collect()
    except Exception as error:  # a missing Python, or another version, fails the job in many ways
        lines = [line for line in str(error).splitlines() if "Exception" in line or "Error" in line]
        return [(lines or [type(error).__name__])[0].strip()]
