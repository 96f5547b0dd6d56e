"""The Params that `GANEstimator` and `GANModel` share."""

from typing import Any, Callable, Dict, List, Optional, TypeVar

import numpy as np
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasOutputCol, HasSeed

from bigdl_gan.params import optimizers
from bigdl_gan.params.losses import LOSSES
from bigdl_gan.params.values import MOST_INT, to_integer, to_number, to_seed

UPDATE_RULES = ("simultaneous", "alternating")
# Params whose values are objects: saved beside the others, each in a form of its own, or (callbacks) not at all
OBJECT_PARAMS = ("generator", "discriminator", "generatorOptimizer", "discriminatorOptimizer", "callbacks")
RESUME = ("auto", "never", "must")
ON_CHECKPOINT_ERROR = ("stop", "warn")
ON_DIVERGENCE = ("stop", "rollback")
STORAGE_LEVELS = ("MEMORY_AND_DISK", "MEMORY_ONLY", "DISK_ONLY")
# Params that a training may be resumed with other values of: they do not influence the updates done so far
FREE_PARAMS = (
    "maxIter", "maxEpochs", "checkpointDir", "checkpointInterval", "keepCheckpoints", "resume", "maxRecoveries",
    "onCheckpointError", "onDivergence", "maxRollbacks", "historyInterval", "storageLevel",
    "outputCol", "idCol", "latentCol", "truncation",
)  # fmt: skip

_Self = TypeVar("_Self", bound="GANParams")


def param(name: str, doc: str, converter: Any = TypeConverters.identity) -> Param:
    """A Param of the class in whose body it is written."""
    return Param(Params._dummy(), name, doc, typeConverter=converter)  # type: ignore[arg-type]


def _whole(name: str, doc: str) -> Param:
    return param(name, doc, lambda value: to_integer(name, value, most=MOST_INT))


def _real(name: str, doc: str) -> Param:
    return param(name, doc, lambda value: to_number(name, value))


def _to_flag(name: str) -> Callable[[Any], bool]:
    def convert(value: Any) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"`{name}` must be True or False. Received: {name}={value!r}.")
        return bool(value)

    return convert


class GANParams(HasOutputCol, HasSeed):
    """What is trained, on what, and how."""

    generator = param("generator", "dllib Keras model, (latent,) -> (channels, height, width) in [-1, 1]")
    discriminator = param("discriminator", "dllib Keras model, (channels, height, width) -> (1,), a logit")
    imageCol = param("imageCol", "column of Spark's image struct", TypeConverters.toString)
    idCol = param("idCol", "integer column that decides a row's latent, with the seed", TypeConverters.toString)
    latentCol = param("latentCol", "column of latents, arrays or vectors; unset: from idCol", TypeConverters.toString)
    truncation = _real("truncation", "redraw latent components until |z| <= this, at least 0.1; unset: no truncation")
    seed = param("seed", "decides every random number; any of 64 bits", to_seed)
    loss = param("loss", f"adversarial loss: {' or '.join(LOSSES)}", TypeConverters.toString)
    updateRule = param(
        "updateRule",
        "simultaneous (both networks from one pass) or alternating (the discriminator first)",
        TypeConverters.toString,
    )
    nCritic = _whole("nCritic", "discriminator updates before each of the generator; alternating rule only")
    batchSize = _whole("batchSize", "images per update over all executors")
    maxIter = _whole("maxIter", "generator updates at most")
    maxEpochs = _real("maxEpochs", "passes over the data at most")
    generatorOptimizer = param("generatorOptimizer", "dllib's Adam, SGD or RMSprop; unset: Adam(2e-4, beta1=0.5)")
    discriminatorOptimizer = param(
        "discriminatorOptimizer", "dllib's Adam, SGD or RMSprop; unset: Adam(2e-4, beta1=0.5)"
    )
    historyInterval = _whole("historyInterval", "generator updates averaged into one row of the model's history")
    callbacks = param("callbacks", "callbacks told of the training; unset: a progress bar", TypeConverters.toList)
    checkpointDir = param(
        "checkpointDir", "folder of this training's own, on any Hadoop path; unset: none", TypeConverters.toString
    )
    checkpointInterval = _whole("checkpointInterval", "generator updates between checkpoints")
    keepCheckpoints = _whole("keepCheckpoints", "checkpoints kept, the newest ones")
    resume = param(
        "resume",
        "auto (from the newest checkpoint, if there is one), never (refuse where there is one) or must (refuse where "
        "there is none)",
        TypeConverters.toString,
    )
    maxRecoveries = _whole("maxRecoveries", "consecutive executor losses tolerated without a new checkpoint in between")
    onCheckpointError = param(
        "onCheckpointError", "where a checkpoint cannot be written: stop, or warn and go on", TypeConverters.toString
    )
    onDivergence = param(
        "onDivergence", "where a number is not finite: stop, or rollback to a checkpoint", TypeConverters.toString
    )
    randomFlip = param(
        "randomFlip", "flip each real image horizontally with probability 0.5 each time it is drawn",
        _to_flag("randomFlip"),
    )  # fmt: skip
    storageLevel = param(
        "storageLevel", f"where executors hold their images: {', '.join(STORAGE_LEVELS)}", TypeConverters.toString
    )
    maxRollbacks = _whole("maxRollbacks", "rollbacks in one fit, at most")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(
            imageCol="image", outputCol="generated", idCol="id", loss="non_saturating", updateRule="simultaneous",
            nCritic=1, batchSize=64, seed=0, historyInterval=1, checkpointInterval=100, keepCheckpoints=2,
            resume="auto", maxRecoveries=3, onCheckpointError="stop", onDivergence="stop",
            maxRollbacks=3, randomFlip=False, storageLevel="MEMORY_AND_DISK",
        )  # fmt: skip

    def _set_checked(self: _Self, **values: Any) -> _Self:
        """Sets the Params that were given: Python's None stands for a keyword that was not."""
        return self._set(**{name: value for name, value in values.items() if value is not None})

    def copy(self: _Self, extra: Optional[Dict[Any, Any]] = None) -> _Self:
        """A copy that shares the networks, and nothing else that can change."""
        return super().copy(extra)._own_values()

    def _own_values(self: _Self) -> _Self:
        """Replaces lists and optimisers, which others hold too, by copies."""
        for param, value in self._paramMap.items():
            if isinstance(value, list):
                self._paramMap[param] = list(value)
            elif param.name.endswith("Optimizer"):
                self._paramMap[param] = optimizers.copied(value)
        return self

    def __copy__(self: _Self) -> _Self:
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def __reduce__(self) -> Any:
        raise TypeError(
            f"A {type(self).__name__} cannot be pickled: its networks live in the driver's JVM. Save it with "
            "write().save(path) and load it where it is needed, copy it with copy(), or make images in tasks with "
            "model.transform(df)."
        )

    def getGenerator(self) -> Any:
        return self.getOrDefault(self.generator)

    def getDiscriminator(self) -> Any:
        return self.getOrDefault(self.discriminator)

    def getImageCol(self) -> str:
        return self.getOrDefault(self.imageCol)

    def getIdCol(self) -> str:
        return self.getOrDefault(self.idCol)

    def getLatentCol(self) -> str:
        return self.getOrDefault(self.latentCol)

    def getTruncation(self) -> float:
        return self.getOrDefault(self.truncation)

    def getLoss(self) -> str:
        return self.getOrDefault(self.loss)

    def getUpdateRule(self) -> str:
        return self.getOrDefault(self.updateRule)

    def getNCritic(self) -> int:
        return self.getOrDefault(self.nCritic)

    def getBatchSize(self) -> int:
        return self.getOrDefault(self.batchSize)

    def getMaxIter(self) -> int:
        return self.getOrDefault(self.maxIter)

    def getMaxEpochs(self) -> float:
        return self.getOrDefault(self.maxEpochs)

    def getGeneratorOptimizer(self) -> Any:
        return self.getOrDefault(self.generatorOptimizer)

    def getDiscriminatorOptimizer(self) -> Any:
        return self.getOrDefault(self.discriminatorOptimizer)

    def getHistoryInterval(self) -> int:
        return self.getOrDefault(self.historyInterval)

    def getCheckpointDir(self) -> str:
        return self.getOrDefault(self.checkpointDir)

    def getCheckpointInterval(self) -> int:
        return self.getOrDefault(self.checkpointInterval)

    def getKeepCheckpoints(self) -> int:
        return self.getOrDefault(self.keepCheckpoints)

    def getResume(self) -> str:
        return self.getOrDefault(self.resume)

    def getMaxRecoveries(self) -> int:
        return self.getOrDefault(self.maxRecoveries)

    def getOnCheckpointError(self) -> str:
        return self.getOrDefault(self.onCheckpointError)

    def getOnDivergence(self) -> str:
        return self.getOrDefault(self.onDivergence)

    def getRandomFlip(self) -> bool:
        return self.getOrDefault(self.randomFlip)

    def getStorageLevel(self) -> str:
        return self.getOrDefault(self.storageLevel)

    def getMaxRollbacks(self) -> int:
        return self.getOrDefault(self.maxRollbacks)

    def getCallbacks(self) -> List[Any]:
        return self.getOrDefault(self.callbacks)
