"""What a report says of a model: its Params, its networks, the software, and the code to train it again."""

import platform
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Dict, List, Mapping, Tuple

from pyspark.sql import SparkSession

from bigdl_gan.jvm import Py4JError, bridge
from bigdl_gan.params import optimizers, schedules
from bigdl_gan.params.gan_table import GAN_TABLE
from bigdl_gan.params.table import UNSET, Row
from bigdl_gan.report.page import Section
from bigdl_gan.report.setting_sections import Setting, again_section, training_code

_PACKAGES = ("bigdl_gan", "pyspark", "bigdl-dllib-spark3", "numpy", "pillow", "pyarrow", "pandas", "matplotlib")
_NETWORKS = ("generator", "discriminator")
_MODULES = {
    module: {kind.__name__ for kind in kinds.values()}
    for module, kinds in (("optimizers", optimizers.CLASSES), ("schedules", schedules.KINDS))
}
_CALL = re.compile(r"\b([A-Z]\w*)\(")
# No part of the numbers, or of one run alone
_NOT_AGAIN = (*_NETWORKS, "callbacks", "checkpointDir", "resume", "initialModel")


def settings_of(model: Any) -> List[Setting]:
    """All Params of the table, in its order, with those of the model."""
    return [_setting(model, row) for row in GAN_TABLE]


def _setting(model: Any, row: Row) -> Setting:
    default = "unset" if row.default is UNSET else repr(row.default)
    if not model.isDefined(row.name):
        return Setting(row.name, "unset", default, row.doc, False)
    value = model.getOrDefault(row.name)
    return Setting(row.name, _in_words(row.name, value), default, row.doc, _is_changed(row, value))


def _is_changed(row: Row, value: Any) -> bool:
    """Networks have no default that they could be equal to."""
    return row.name not in _NETWORKS and (row.default is UNSET or bool(value != row.default))


def _in_words(name: str, value: Any) -> str:
    if name in _NETWORKS:
        return "see Networks"
    if name == "callbacks":
        return ", ".join(map(_name_of, value)) or "none"
    return repr(value) if _is_code(value) else _name_of(value)


def _name_of(value: Any) -> str:
    return str(getattr(value, "__name__", type(value).__name__))


def _is_code(value: Any) -> bool:
    """Whether `repr` gives an expression that makes the value again."""
    return type(value).__module__ in ("builtins", "bigdl_gan.params.optimizers", "bigdl_gan.params.schedules")


def networks_of(model: Any) -> Dict[str, Dict[str, Any]]:
    """The core's descriptions of the networks by role, with the user's layers; without one that is out of reach."""
    found = {}
    for role, network in _present(model).items():
        try:
            found[role] = {**bridge.call_json("describeNetwork", network.value, role), "layers": _layers(network)}
        except (RuntimeError, ValueError, AttributeError, Py4JError, OSError):  # its session has ended
            continue
    return found


def _layers(network: Any) -> List[Tuple[str, str, str, str]]:
    from bigdl_gan.layers.layer_table import described, submodules  # loads dllib, as the network has

    return [described(layer) for layer in submodules(network)]


def _present(model: Any) -> Dict[str, Any]:
    getters = {"generator": model.getGenerator, "discriminator": model.getDiscriminator}
    return {role: get() for role, get in getters.items() if model.isDefined(role)}


def versions_of(spark: SparkSession) -> List[Tuple[str, str]]:
    """Names and versions of the software, and the machine."""
    found = [("Python", platform.python_version())]
    for package in _PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:  # a copy of the sources on Python's path
            continue
    context = spark.sparkContext
    return [
        *found, ("Spark", spark.version), ("Spark's master", str(context.master)),
        ("Cores that Spark uses", str(context.defaultParallelism)), ("Driver's machine", platform.platform()),
    ]  # fmt: skip


def again_of(model: Any, networks: Mapping[str, Any], after: List[str]) -> Section:
    """The code that trains the model again, and what else decides the result.

    Args:
        after: lines that follow the training."""
    arguments: Dict[str, str] = {}
    objects: Dict[str, str] = {}
    for row in GAN_TABLE:
        if row.name in _NOT_AGAIN or not model.isDefined(row.name):
            continue
        value = model.getOrDefault(row.name)
        if _is_changed(row, value) or row.name == "seed":
            arguments[row.name] = repr(value) if _is_code(value) else _python_name(row.name)
            if not _is_code(value):
                objects[_python_name(row.name)] = f"dllib's {_name_of(value)} of the training"
    notes = [
        "The same networks with the same initial weights, images, seed, executors and cores give the same weights, bit "
        "for bit.",
    ]
    if model.isDefined("checkpointDir"):
        notes.append("Checkpoints were written. They decide no number; a new training needs a new folder for them.")
        if model.getOrDefault("onDivergence") == "rollback":
            objects["new_folder"] = "for the checkpoints that rollbacks need"
            arguments["checkpointDir"] = "new_folder"
    if model.isDefined("callbacks"):
        names = _in_words("callbacks", model.getOrDefault("callbacks"))
        notes.append(f"Callbacks decide no number. They were: {names}.")
    given = {role: f"a new network of {_n_layers(networks.get(role))}, see Networks" for role in _NETWORKS}
    code = training_code(arguments, imports_of(arguments.values()), {**given, **objects}, after)
    return again_section(code, notes)


def imports_of(expressions: Any) -> List[str]:
    """The lines that import the optimisers and schedules in some expressions."""
    called = {name for expression in expressions for name in _CALL.findall(expression)}
    used = {module: sorted(called & names) for module, names in _MODULES.items()}
    return [f"from bigdl_gan.{module} import {', '.join(names)}" for module, names in used.items() if names]


def _python_name(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def _n_layers(network: Any) -> str:
    return "the same layers" if not network else f"{len(network['layers'])} layers"
