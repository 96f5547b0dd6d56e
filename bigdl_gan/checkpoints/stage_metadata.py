"""A saved stage's `metadata`: Spark ML's own JSON, in a folder that Spark's own readers accept.

Spark reads and writes it in jobs, which split a path at commas and take brackets and braces for a pattern. Here these
characters are literal. But a `Pipeline` around a stage still uses Spark's own code, so its path must not have any of
them."""

from typing import Any, Dict, Mapping, Type

from pyspark.ml.util import DefaultParamsReader, DefaultParamsWriter
from pyspark.sql import SparkSession

from bigdl_gan.checkpoints import atomic, untrusted_json
from bigdl_gan.checkpoints.json_schema import STAGE
from bigdl_gan.jvm import hadoop
from bigdl_gan.params.gan_params import OBJECT_PARAMS

_BYTES = 64 << 20  # a generous limit: metadata takes some kB


def write(spark: SparkSession, path: str, stage: Any, *, extra: Mapping[str, Any]) -> None:
    """Write a stage's class, uid and plain Params to a new folder.

    Args:
        extra: further entries for the JSON.
    Raises:
        OSError: the file system refuses."""
    plain = {param.name: value for param, value in stage._paramMap.items() if param.name not in OBJECT_PARAMS}
    text = DefaultParamsWriter._get_metadata_to_save(stage, spark.sparkContext, dict(extra), plain)
    for name, data in (("part-00000", f"{text}\n".encode()), ("_SUCCESS", b"")):
        hadoop.write_bytes(spark, f"{path}/metadata/{name}", data, overwrite=False)


def read(spark: SparkSession, path: str, cls: Type[Any]) -> Dict[str, Any]:
    """The metadata of a saved stage, which must have the given class.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is damaged, or names another class.
        OSError: it cannot be read."""
    names = hadoop.names(spark, f"{path}/metadata") if hadoop.exists(spark, f"{path}/metadata") else []
    parts = [name for name in names if name.startswith("part-")]
    if not parts:
        left = atomic.leftovers(spark, path)
        hint = f" An unfinished save left {' and '.join(left)} beside it: rename the one to keep." if left else ""
        raise FileNotFoundError(f"`path` must hold a saved {cls.__name__}. Received: path={path}.{hint}")
    try:
        if "." in parts[0]:  # compressed by Spark's own writer, if its settings say so
            metadata = DefaultParamsReader.loadMetadata(path, spark.sparkContext)
        else:
            metadata = untrusted_json.parse(hadoop.read_bytes(spark, f"{path}/metadata/{parts[0]}", limit=_BYTES))
    except ValueError as error:
        raise damaged(path, str(error)) from error
    problem = STAGE(metadata)
    if problem:
        raise damaged(path, problem.lstrip(". "))
    expected = f"{cls.__module__}.{cls.__name__}"
    if metadata["class"] != expected:
        raise ValueError(f"`path` must hold a saved {expected}. Received: path={path} with {metadata['class']}.")
    return metadata


def damaged(path: str, problem: str) -> ValueError:
    """The error for metadata that was damaged or changed."""
    return ValueError(f"`path` must hold an undamaged stage. Received: path={path} with bad metadata: {problem}.")


def create(path: str, cls: Type[Any], *, uid: str, params: Dict[str, Any], defaults: Dict[str, Any]) -> Any:
    """A stage with its uid and its plain Params.

    Args:
        path: for messages.
    Raises:
        ValueError: a Param is unknown, or cannot have its value."""
    stage = cls()
    names = {param.name for param in stage.params if param.name not in OBJECT_PARAMS}
    unknown = sorted({*params, *defaults} - names)
    if unknown:
        raise ValueError(
            f"A saved {cls.__name__} must have Params that this version knows. Received: path={path} with "
            f"{unknown[0]}. Load it with the version of bigdl_gan that saved it, or a later one."
        )
    stage._resetUid(uid)
    try:
        return stage._setDefault(**defaults)._set(**params)
    except (TypeError, ValueError) as error:
        raise damaged(path, str(error).splitlines()[0].rstrip(".")) from error
