"""Finds problems in Spark's settings and executors' reports. Each finding states its remedy."""

import sys
import warnings
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple, Type

from bigdl_gan.training.sizes import MEGABYTE, RESERVED, megabytes, round_up, to_bytes

_ARCHITECTURES = ("amd64", "x86_64")
# why Spark gives a live executor no tasks
_REASONS = {
    "excluded": "excluded after failures: spark.excludeOnFailure.enabled", "leaving": "being decommissioned or removed",
}  # fmt: skip
# The driver holds dllib's models with their gradients (the user's, the trained ones, a sampler's, the raw generator),
# the weights of the last samples, and a state with its moments and average, once in parts and once joined.
DRIVER_PER_WEIGHT = 17


class Finding(NamedTuple):
    """A problem of the cluster: training cannot work, or should not."""

    text: str
    error: Type[Exception] = RuntimeError
    is_fatal: bool = True


def settle(findings: Sequence[Finding]) -> None:
    """Raise all fatal findings in one error; if there are none, warn of each finding."""
    fatal = [finding for finding in findings if finding.is_fatal]
    if fatal:
        raise fatal[0].error(" ".join(finding.text for finding in fatal))
    for finding in findings:
        warnings.warn(finding.text, RuntimeWarning, stacklevel=2)


def of_settings(settings: Mapping[str, str], weights: int) -> List[Finding]:
    """Problems in the session's settings.

    Args:
        weights: the number of weights in both networks."""
    found = []
    if _is_on(settings, "spark.dynamicAllocation.enabled"):
        least = settings.get("spark.dynamicAllocation.minExecutors", "0")
        most = settings.get("spark.dynamicAllocation.maxExecutors", "unlimited")
        if least != most:
            found.append(Finding(
                "The number of executors must be fixed during training. Received: "
                f"spark.dynamicAllocation.enabled=true with minExecutors={least} and maxExecutors={most}. Set "
                "spark.dynamicAllocation.enabled=false, or both to the same number."
            ))  # fmt: skip
    if _is_on(settings, "spark.speculation"):
        found.append(Finding(
            "Spark must not copy a training's tasks to other executors. Received: spark.speculation=true. Set it to "
            "false."
        ))  # fmt: skip
    if _is_on(settings, "spark.kryo.registrationRequired"):
        found.append(Finding(
            "Kryo must accept unregistered classes. Received: spark.kryo.registrationRequired=true. Set it to false, "
            "or spark.serializer to org.apache.spark.serializer.JavaSerializer."
        ))  # fmt: skip
    wait = settings.get("spark.locality.wait.process", settings.get("spark.locality.wait", "3s"))
    if wait.strip("msinhd ") == "0":
        found.append(Finding(
            f"Spark must wait for a training's executors. Received: spark.locality.wait={wait}. Leave it at 3s."
        ))  # fmt: skip
    limit, state = settings.get("spark.driver.maxResultSize", "1g"), 16 * weights
    if 0 < to_bytes(limit) < state:
        found.append(Finding(
            f"The driver must be able to collect weights and moments, {megabytes(state)}. Received: "
            f"spark.driver.maxResultSize={limit}. Raise it to {2 * state // MEGABYTE + 1}m."
        ))  # fmt: skip
    return found


def of_encryption(settings: Mapping[str, str], storage_level: str) -> List[Finding]:
    """A finding if images would lie unencrypted on disks where Spark encrypts its own files."""
    if not _is_on(settings, "spark.io.encryption.enabled") or storage_level != "DISK_ONLY":
        return []
    return [Finding(
        "`storageLevel` must keep images in memory if spark.io.encryption.enabled=true: on disk they would not be "
        f"encrypted. Received: storageLevel={storage_level!r}. Use 'MEMORY_AND_DISK' or 'MEMORY_ONLY'.", ValueError,
    )]  # fmt: skip


def of_number(
    n_executors: int, batch_size: int, refused: Sequence[Mapping[str, str]], micro_batches: int = 1
) -> List[Finding]:
    """Findings if there are no executors, if some get no tasks, or if they cannot share a batch equally.

    Args:
        refused: live executors that Spark gives no tasks: id, host and reason ("excluded" or "leaving") of each."""
    unused = ", ".join(f"executor {e['id']} on {e['host']} ({_REASONS[e['reason']]})" for e in refused)
    if n_executors == 0:
        return [Finding(
            f"Training needs at least one executor. Received: {unused or 'none alive'}. Wait for "
            f"{'others' if unused else 'them'}, or raise spark.executor.instances."
        )]  # fmt: skip
    found = [] if not unused else [Finding(
        f"Training uses only the executors that Spark gives tasks to: {n_executors}. Not used: {unused}.",
        is_fatal=False,
    )]  # fmt: skip
    if batch_size % n_executors == 0 and batch_size // n_executors % micro_batches:
        own = batch_size // n_executors
        found.append(Finding(
            f"`microBatches` must divide the images of one executor in an update ({own}). Received: "
            f"microBatches={micro_batches}. Use {_largest_divisor(own, micro_batches)}, or another `batchSize`.",
            ValueError,
        ))  # fmt: skip
    if batch_size % n_executors:
        below, above = batch_size - batch_size % n_executors, batch_size + n_executors - batch_size % n_executors
        advice = f"{below} or {above}" if below else str(above)
        found.append(Finding(
            f"`batchSize` must be a multiple of the number of executors ({n_executors}). "
            f"Received: batchSize={batch_size}. Use {advice}.", ValueError,
        ))  # fmt: skip
    return found


def _largest_divisor(n: int, most: int) -> int:
    return next(divisor for divisor in range(min(n, most), 0, -1) if n % divisor == 0)


def of_executors(probe: Mapping[str, Any]) -> List[Finding]:
    """Problems with the executors' machines and jars, from their reports; the first of each kind."""
    found: Dict[str, Finding] = {}
    for executor in probe["executors"]:
        where = f"executor {executor['id']} on {executor['host']}"
        if executor["architecture"] not in _ARCHITECTURES:
            found.setdefault("architecture", Finding(
                f"Training needs x86-64 machines. Received: {executor['architecture']}, {where}. Choose instances with "
                "Intel or AMD processors."
            ))  # fmt: skip
        if executor["core"] != probe["core"]:
            found.setdefault("core", Finding(
                f"Driver and executors must have the same bigdl_gan.jar. Received: {probe['core']} on the driver, "
                f"{executor['core']} on {where}. Install one version everywhere, or remove the jar from the container "
                "image's own class path."
            ))  # fmt: skip
        if executor["java"] != probe["java"]:
            found.setdefault("java", Finding(
                f"Driver and executors should run the same Java. Received: {probe['java']} on the driver, "
                f"{executor['java']} on {where}. Set JAVA_HOME to the same version.", is_fatal=False,
            ))  # fmt: skip
    return list(found.values())


def engine_for(probe: Mapping[str, Any], wanted: str, begun_on: str = "") -> Tuple[str, List[Finding]]:
    """The engine that a training runs on, and a finding if it is not the preferred one, or if it cannot be loaded.

    Args:
        wanted: the Param `engine`. "auto" takes the first engine that every executor can load.
        begun_on: the engine of the checkpoint that the training resumes from, which "auto" tries first."""
    problems: Dict[str, str] = {}  # by the engine: why the first executor that cannot load it cannot, and the remedy
    for executor in probe["executors"]:
        if executor["architecture"] not in _ARCHITECTURES:
            continue  # no engine loads there
        for engine in executor["engines"]:
            where = f"executor {executor['id']} on {executor['host']}"
            text = f"{where}, where {engine['problem']}" if engine["problem"] else ""
            problems[engine["name"]] = problems.get(engine["name"]) or text
    order = [wanted]
    if wanted == "auto":
        order = sorted(problems, key=lambda name: name != begun_on) or [begun_on]
    chosen = next((name for name in order if not problems.get(name)), order[-1])
    if problems.get(chosen):
        other = "" if wanted == "auto" else ", or leave engine at 'auto'"
        return chosen, [Finding(
            f"Every executor must be able to load the engine {chosen}. Received: {problems[chosen]}{other}."
        )]  # fmt: skip
    if chosen == order[0]:
        return chosen, []
    return chosen, [Finding(
        f"Training runs on the engine {chosen}, because not every executor can load {order[0]}. Received: "
        f"{problems[order[0]]}, or set engine='{chosen}'.", is_fatal=False,
    )]  # fmt: skip


def of_driver(heap: int, weights: int) -> List[Finding]:
    """A finding if the driver's heap, on a cluster, is too small for both networks and their optimisers' state.

    Args:
        heap: the heap's largest size in bytes.
        weights: the number of weights in both networks."""
    wanted = 4 * weights * DRIVER_PER_WEIGHT + RESERVED
    if wanted <= heap:
        return []
    return [Finding(
        f"The driver needs {megabytes(wanted)} of heap for the networks and their optimisers' state. Received: "
        f"{megabytes(heap)}. Raise spark.driver.memory to {round_up(wanted)} when you start the driver."
    )]  # fmt: skip


def of_python(versions: Sequence[str]) -> List[Finding]:
    """A finding if the executors' Python fails, or has another version than the driver's."""
    ours = "Python {}.{}".format(*sys.version_info[:2])
    others = sorted(set(versions) - {ours})
    if not others:
        return []
    return [Finding(
        "Driver and executors should run the same Python, or executors cannot prepare images. Received: "
        f"{ours} on the driver, {'; '.join(others)} on executors. Set spark.pyspark.python.", is_fatal=False,
    )]  # fmt: skip


def _is_on(settings: Mapping[str, str], name: str) -> bool:
    return settings.get(name, "false").lower() == "true"
