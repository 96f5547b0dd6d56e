"""Forecasts the memory of replicas, and finds where it does not fit."""

import math
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Sequence

from bigdl_gan.training.findings import Finding
from bigdl_gan.training.sizes import MEGABYTE, RESERVED, megabytes, round_up, to_bytes

# How many float32 values one replica holds for each weight. On the heap: weights and gradients for the exchange, the
# weights and their average before and after the last chunk, two moments and the average. Natively: weights, gradients,
# both in primitives' layouts.
_HEAP_PER_WEIGHT, _NATIVE_PER_WEIGHT = 9, 11
_KEPT_PER_VALUE = 3  # for each value of a layer's output: activation, gradient, and copies in other layouts
_KEPT_FOR_PENALTIES = 3  # besides: tangent, second gradient, and copies in other layouts


class Memory(NamedTuple):
    """Bytes that one replica needs, not counting its images."""

    heap: int
    native: int


def memory_of_replica(networks: Mapping[str, Dict[str, Any]], images: int, plan: Mapping[str, Any]) -> Memory:
    """Estimate a replica's memory, on the high side.

    Args:
        networks: the core's descriptions of generator and discriminator.
        images: images per update on one executor.
        plan: the training's; only penalties, `microBatches` and `augment` matter."""
    weights = sum(network["weights"] for network in networks.values())
    values = {role: sum(math.prod(layer["shape"]) for layer in network["layers"]) for role, network in networks.items()}
    penalties, parts = plan.get("penalties", {}), plan.get("microBatches", 1)
    # The discriminator sees real and generated images in one batch, and those between them.
    kinds = 3 if penalties.get("gradientPenalty") else 2
    kept = _KEPT_PER_VALUE + (_KEPT_FOR_PENALTIES if penalties else 0)
    activations = images // parts * (values["generator"] * _KEPT_PER_VALUE + kinds * values["discriminator"] * kept)
    image, latent = (math.prod(networks[role]["inputShape"]) for role in ("discriminator", "generator"))
    inputs = images * (image + latent) if parts > 1 else 0  # of all parts, beside those of the present one
    inputs += images // parts * kinds * image if plan.get("augment") else 0  # before they are changed
    per_weight = _NATIVE_PER_WEIGHT + (1 if parts > 1 else 0)  # the gradients of earlier parts
    return Memory(heap=4 * weights * _HEAP_PER_WEIGHT, native=4 * (weights * per_weight + activations + inputs))


def micro_batches_within(native: float, images: int, forecast: Callable[[int], Memory]) -> int:
    """The fewest `microBatches`, more than 1, whose replica needs at most so many native bytes; 0 if none do.

    Args:
        images: per update on one executor.
        forecast: a replica's memory for a number of `microBatches`."""
    divisors = (parts for parts in range(2, images + 1) if images % parts == 0)
    return next((parts for parts in divisors if forecast(parts).native <= native), 0)


def of_memory(
    executors: Sequence[Mapping[str, Any]], need: Memory, settings: Mapping[str, str], *, is_local: bool,
    parts_within: Callable[[float], int] = lambda native: 0,
) -> List[Finding]:  # fmt: skip
    """Findings if replicas need more than the executors' heaps, the memory outside them, or the machines' memory.

    Args:
        parts_within: the `microBatches` with which a replica needs at most so many native bytes; 0 for none."""
    role = "driver" if is_local else "executor"
    found = []
    smallest = min(executors, key=lambda executor: executor["heap"])
    wanted = need.heap + RESERVED
    if wanted > smallest["heap"]:
        found.append(Finding(
            f"A replica needs {megabytes(wanted)} of heap, not counting its images. Received: "
            f"{megabytes(smallest['heap'])} on executor {smallest['id']}. Raise spark.{role}.memory to "
            f"{round_up(wanted)}."
        ))  # fmt: skip
    beside = to_bytes(settings.get("spark.executor.memoryOverhead", "0"), unit=MEGABYTE)
    beside = beside or max(384 * MEGABYTE, smallest["heap"] // 10)
    is_limited = settings.get("spark.master", "").startswith(("yarn", "k8s"))
    if is_limited and need.native > beside:
        found.append(Finding(
            f"A replica needs {megabytes(need.native)} outside the heap. Received: {megabytes(beside)} of "
            f"spark.executor.memoryOverhead. Raise it to {round_up(need.native)}"
            f"{_or_parts(parts_within(beside))}, or the executors will be killed.", is_fatal=False,
        ))  # fmt: skip
    return found + _of_machines(executors, wanted, need.native, parts_within)


def _of_machines(
    executors: Sequence[Mapping[str, Any]], heap: int, native: int, parts_within: Callable[[float], int]
) -> List[Finding]:
    by_host: Dict[str, List[Mapping[str, Any]]] = {}
    for executor in executors:
        by_host.setdefault(executor["host"], []).append(executor)
    found = []
    for host, there in by_host.items():
        total, machine = len(there) * (heap + native), there[0]["machine"]
        if total > machine:
            found.append(Finding(
                f"The replicas on {host} need {megabytes(total)}, not counting their images. Received: a machine with "
                f"{megabytes(machine)}. Lower `batchSize`{_or_parts(parts_within(machine / len(there) - heap))}, or "
                "use fewer executors there.", is_fatal=False,
            ))  # fmt: skip
    return found


def _or_parts(parts: int) -> str:
    return f", or set microBatches={parts}" if parts else ""
