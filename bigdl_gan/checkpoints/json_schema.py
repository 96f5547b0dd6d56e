"""The schemas of the JSON in checkpoints and saved stages; the modules that write it explain its meaning."""

from typing import Any, Dict

from bigdl_gan.checkpoints.untrusted_json import (
    Check,
    boolean,
    both,
    dict_of,
    digest,
    fields,
    finite,
    hash_sum,
    integer,
    list_of,
    number,
    one_of,
    optional,
    pair_of,
    scalar,
    text,
)
from bigdl_gan.params.plan import ROLES, SCHEDULES

NETWORKS = ("generator", "discriminator")
OPTIMIZERS = ("generatorOptimizer", "discriminatorOptimizer")
HISTORY_FILES = {1: "history.json", 2: "history.f64", 3: "history.f64"}  # by the checkpoint's format

# The state without which an optimiser cannot resume after its first update, by class; SGD has some only with momentum
_MOMENTS = {"Adam": ("s", "r"), "RMSprop": ("sumSquare",)}
_PARTS = ("structure.gz", "weights.f32", "statistics.f32")
_AVERAGE = ("generator.average.f32", "generator.averageStatistics.f32")


def _anything(value: Any) -> str:
    return ""


_params = dict_of(_anything)
_optimizer = fields({"module": text, "class": text, "arguments": dict_of(scalar)})
_by_role = {"counters": dict_of(integer(least=-(2**31))), "networks": list_of(text)}
_rows = fields({
    "columns": list_of(text), "older": integer(), "width": integer(least=1), "rows": integer(), "open": integer(),
})  # fmt: skip
_schedule = fields({"kind": text})
_schedules = fields({}, dict.fromkeys(SCHEDULES, _schedule))
_penalties = fields({
    **dict.fromkeys(("r1", "r2", "gradientPenalty", "gradientPenaltyCenter", "penaltyShare"), number),
    "penaltyInterval": integer(least=1), "penaltySchedule": _schedule,
})  # fmt: skip
_plan = fields({
    "loss": text, "batchSize": integer(least=1), "criticUpdates": integer(), "randomFlip": boolean,
    "labelSmoothing": pair_of(number), "leCam": number,
    "seed": integer(least=-(2**63), most=2**63 - 1),
    "optimizers": fields(dict.fromkeys(NETWORKS, both(fields({"kind": text}), dict_of(text)))),
    **dict.fromkeys((f"{role}Schedule" for role in ROLES), _schedule),
    **dict.fromkeys(("clipNorm", "clipValue", "clipWeights"), optional(number)), "emaHalfLife": number,
    "initial": fields({"model": optional(digest), "moments": boolean}),
}, {
    "penalties": _penalties, "balanceClasses": boolean, "augment": text, "microBatches": integer(least=1),
})  # fmt: skip
LABELS = fields({
    "columns": list_of(text), "names": list_of(scalar), "is_one_hot": boolean, "ones": list_of(list_of(integer())),
    "counts": list_of(integer(least=1)),
})  # fmt: skip

STAGE = fields({"class": text, "uid": text, "paramMap": _params, "defaultParamMap": _params})
# also in an estimator's and a model's metadata
STAGE_NETWORKS = fields({
    "networks": list_of(one_of(*NETWORKS)),
    "optimizers": fields({}, dict.fromkeys(OPTIMIZERS, _optimizer)),
}, {
    "schedules": _schedules, "rawGenerator": boolean, "initialModel": boolean, "checkpoint": optional(text),
    "labels": optional(LABELS),
})  # fmt: skip
_CHECKPOINT = fields(
    {
        "uid": text,
        "iteration": integer(),
        "images": integer(least=1),
        "executors": list_of(integer(least=1)),
        "stream": integer(),
        "paramMap": _params,
        "defaultParamMap": _params,
        "optimizers": fields(dict.fromkeys(OPTIMIZERS, _optimizer)),
        "optimizersSet": list_of(one_of(*OPTIMIZERS)),
        "files": dict_of(fields({"bytes": integer(most=2**62), "sha256": digest})),
        **{name: fields(dict.fromkeys(NETWORKS, check)) for name, check in _by_role.items()},
    },
    {"imageHash": hash_sum, "history": _rows, "notes": dict_of(dict_of(finite)), "engine": text, "labels": LABELS},
)


def checkpoint_problem(metadata: Dict[str, Any], version: int) -> str:
    """The problem with a checkpoint's metadata.json; "" if there is none."""
    return (_CHECKPOINT(metadata) or _files(metadata, version)(metadata)).lstrip(". ")


def plan_problem(plan: Dict[str, Any]) -> str:
    """The problem with a training's plan; "" if there is none."""
    return fields({"plan": _plan})({"plan": plan}).lstrip(". ")


def _files(metadata: Dict[str, Any], version: int) -> Check:
    """Checks that the files are listed, and the entries that describe them."""
    names = [f"{role}.{part}" for role in NETWORKS for part in _PARTS] + [HISTORY_FILES[version]]
    for role, optimizer in zip(NETWORKS, OPTIMIZERS):
        moments = _MOMENTS.get(metadata["optimizers"][optimizer]["class"], ()) if metadata["counters"][role] else ()
        names += [f"{role}.optimizer.{name}.f32" for name in moments]
    plan = metadata.get("plan")
    if isinstance(plan, dict) and plan.get("emaHalfLife"):
        names += _AVERAGE
    if isinstance(plan, dict) and not number(plan.get("leCam")) and plan["leCam"] > 0:
        names.append("discriminator.logitAverages.f32")
    required = {"files": fields(dict.fromkeys(names, _anything))}
    by_version = {1: {}, 2: {"history": _rows}, 3: {"history": _rows, "plan": _plan, "schedules": _schedules}}
    return fields({**required, **by_version[version]})


def rows_problem(value: Any) -> str:
    """The problem with a history's rows; "" if there is none."""
    if not isinstance(value, list):
        return "rows must be a list"
    for i, row in enumerate(value):
        if not isinstance(row, dict) or type(row.get("iteration")) is not int:
            return f"row {i} has no iteration"
        if not all(type(number) in (int, float) for number in row.values()):
            return f"row {i} has a value that is not a number"
    return ""
