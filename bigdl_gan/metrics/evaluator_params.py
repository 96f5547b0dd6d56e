# Written by `make generate` from metrics/evaluator_table.py: change that.
"""The Params of the metrics' evaluators, with constructors, getters and setters."""

from typing import Any, TypeVar

from pyspark import keyword_only
from pyspark.ml.param import Param

from bigdl_gan.metrics.evaluator_table import EVALUATOR_TABLES
from bigdl_gan.params.keywords import set_given
from bigdl_gan.params.unset import Readable

_Self = TypeVar("_Self", bound="EvaluatorParams")


class EvaluatorParams(Readable):
    features: "Param[Any]" = EVALUATOR_TABLES["FrechetDistance"].param("features")
    reals: "Param[Any]" = EVALUATOR_TABLES["FrechetDistance"].param("reals")
    fakesCol: "Param[str]" = EVALUATOR_TABLES["FrechetDistance"].param("fakesCol")
    imageCol: "Param[str]" = EVALUATOR_TABLES["FrechetDistance"].param("imageCol")
    seed: "Param[int]" = EVALUATOR_TABLES["FrechetDistance"].param("seed")

    def getFeatures(self) -> Any:
        """What gives an image its features, such as `metrics.features.digits()`. Must be set. Raises KeyError if
        unset."""
        return self.getOrDefault(self.features)

    def getReals(self) -> Any:
        """Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its input.
        Raises KeyError if unset."""
        return self.getOrDefault(self.reals)

    def getFakesCol(self) -> str:
        """Column of generated images in the evaluated DataFrame."""
        return self.getOrDefault(self.fakesCol)

    def getImageCol(self) -> str:
        """Column of real images."""
        return self.getOrDefault(self.imageCol)

    def getSeed(self) -> int:
        """Seed of all random choices."""
        return self.getOrDefault(self.seed)

    def setFeatures(self: _Self, value: Any) -> _Self:
        """What gives an image its features, such as `metrics.features.digits()`. Must be set."""
        return self._set(features=value)

    def setReals(self: _Self, value: Any) -> _Self:
        """Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
        input."""
        return self._set(reals=value)

    def setFakesCol(self: _Self, value: str) -> _Self:
        """Column of generated images in the evaluated DataFrame."""
        return self._set(fakesCol=value)

    def setImageCol(self: _Self, value: str) -> _Self:
        """Column of real images."""
        return self._set(imageCol=value)

    def setSeed(self: _Self, value: int) -> _Self:
        """Seed of all random choices."""
        return self._set(seed=value)


class FrechetDistanceParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["FrechetDistance"].param("metricName")
    nSizes: "Param[int]" = EVALUATOR_TABLES["FrechetDistance"].param("nSizes")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "fid",
        nSizes: int = 15,
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
            nSizes: Sample sizes that fid_infinity's line is fitted to.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["FrechetDistance"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "fid",
        nSizes: int = 15,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def getNSizes(self) -> int:
        """Sample sizes that fid_infinity's line is fitted to."""
        return self.getOrDefault(self.nSizes)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)

    def setNSizes(self: _Self, value: int) -> _Self:
        """Sample sizes that fid_infinity's line is fitted to."""
        return self._set(nSizes=value)


class KIDParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["KID"].param("metricName")
    nSubsets: "Param[int]" = EVALUATOR_TABLES["KID"].param("nSubsets")
    subsetSize: "Param[int]" = EVALUATOR_TABLES["KID"].param("subsetSize")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "kid",
        nSubsets: int = 100,
        subsetSize: int = 1000,
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
            nSubsets: Random subsets, for comparison with other libraries. 0: none.
            subsetSize: Images of each side in a subset.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["KID"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "kid",
        nSubsets: int = 100,
        subsetSize: int = 1000,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def getNSubsets(self) -> int:
        """Random subsets, for comparison with other libraries. 0: none."""
        return self.getOrDefault(self.nSubsets)

    def getSubsetSize(self) -> int:
        """Images of each side in a subset."""
        return self.getOrDefault(self.subsetSize)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)

    def setNSubsets(self: _Self, value: int) -> _Self:
        """Random subsets, for comparison with other libraries. 0: none."""
        return self._set(nSubsets=value)

    def setSubsetSize(self: _Self, value: int) -> _Self:
        """Images of each side in a subset."""
        return self._set(subsetSize=value)


class PrecisionRecallParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["PrecisionRecall"].param("metricName")
    k: "Param[int]" = EVALUATOR_TABLES["PrecisionRecall"].param("k")
    boundary: "Param[str]" = EVALUATOR_TABLES["PrecisionRecall"].param("boundary")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "precision",
        k: int = 5,
        boundary: str = "open",
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
            k: An image's ball reaches to its k-th nearest neighbour on its own side.
            boundary: Whether a ball includes its surface. "open": no (<), as in prdc. "closed": yes (<=), as in
                torch-fidelity.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["PrecisionRecall"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "precision",
        k: int = 5,
        boundary: str = "open",
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def getK(self) -> int:
        """An image's ball reaches to its k-th nearest neighbour on its own side."""
        return self.getOrDefault(self.k)

    def getBoundary(self) -> str:
        """Whether a ball includes its surface. "open": no (<), as in prdc. "closed": yes (<=), as in torch-fidelity."""
        return self.getOrDefault(self.boundary)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)

    def setK(self: _Self, value: int) -> _Self:
        """An image's ball reaches to its k-th nearest neighbour on its own side."""
        return self._set(k=value)

    def setBoundary(self: _Self, value: str) -> _Self:
        """Whether a ball includes its surface. "open": no (<), as in prdc. "closed": yes (<=), as in torch-fidelity."""
        return self._set(boundary=value)


class InceptionScoreParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["InceptionScore"].param("metricName")
    nSplits: "Param[int]" = EVALUATOR_TABLES["InceptionScore"].param("nSplits")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "inception_score",
        nSplits: int = 10,
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
            nSplits: Parts for the mean and deviation that papers quote.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["InceptionScore"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "inception_score",
        nSplits: int = 10,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def getNSplits(self) -> int:
        """Parts for the mean and deviation that papers quote."""
        return self.getOrDefault(self.nSplits)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)

    def setNSplits(self: _Self, value: int) -> _Self:
        """Parts for the mean and deviation that papers quote."""
        return self._set(nSplits=value)


class ClassBalanceParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["ClassBalance"].param("metricName")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "class_balance",
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["ClassBalance"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "class_balance",
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)


class MemorizationParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["Memorization"].param("metricName")
    heldOut: "Param[Any]" = EVALUATOR_TABLES["Memorization"].param("heldOut")
    nCells: "Param[int]" = EVALUATOR_TABLES["Memorization"].param("nCells")
    nShuffles: "Param[int]" = EVALUATOR_TABLES["Memorization"].param("nShuffles")
    k: "Param[int]" = EVALUATOR_TABLES["Memorization"].param("k")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "memorization",
        heldOut: Any = None,
        nCells: int = 3,
        nShuffles: int = 1000,
        k: int = 1,
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
            heldOut: Real images that were not trained on. `reals` must be those trained on.
            nCells: Cells that the training images are divided into.
            nShuffles: Random shuffles that give the null distribution.
            k: Nearest training images that are listed for each generated one.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["Memorization"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "memorization",
        heldOut: Any = None,
        nCells: int = 3,
        nShuffles: int = 1000,
        k: int = 1,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def getHeldOut(self) -> Any:
        """Real images that were not trained on. `reals` must be those trained on. Raises KeyError if unset."""
        return self.getOrDefault(self.heldOut)

    def getNCells(self) -> int:
        """Cells that the training images are divided into."""
        return self.getOrDefault(self.nCells)

    def getNShuffles(self) -> int:
        """Random shuffles that give the null distribution."""
        return self.getOrDefault(self.nShuffles)

    def getK(self) -> int:
        """Nearest training images that are listed for each generated one."""
        return self.getOrDefault(self.k)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)

    def setHeldOut(self: _Self, value: Any) -> _Self:
        """Real images that were not trained on. `reals` must be those trained on."""
        return self._set(heldOut=value)

    def setNCells(self: _Self, value: int) -> _Self:
        """Cells that the training images are divided into."""
        return self._set(nCells=value)

    def setNShuffles(self: _Self, value: int) -> _Self:
        """Random shuffles that give the null distribution."""
        return self._set(nShuffles=value)

    def setK(self: _Self, value: int) -> _Self:
        """Nearest training images that are listed for each generated one."""
        return self._set(k=value)


class DiversityParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["Diversity"].param("metricName")
    nSamples: "Param[int]" = EVALUATOR_TABLES["Diversity"].param("nSamples")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "diversity",
        nSamples: int = 2000,
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
            nSamples: Most images of each side; of more, as many are drawn at random.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["Diversity"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "diversity",
        nSamples: int = 2000,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def getNSamples(self) -> int:
        """Most images of each side; of more, as many are drawn at random."""
        return self.getOrDefault(self.nSamples)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)

    def setNSamples(self: _Self, value: int) -> _Self:
        """Most images of each side; of more, as many are drawn at random."""
        return self._set(nSamples=value)


class WeaveParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["Weave"].param("metricName")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "weave",
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["Weave"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "weave",
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)


class ClassificationAccuracyParams(EvaluatorParams):
    metricName: "Param[str]" = EVALUATOR_TABLES["ClassificationAccuracy"].param("metricName")
    heldOut: "Param[Any]" = EVALUATOR_TABLES["ClassificationAccuracy"].param("heldOut")
    labelCol: "Param[str]" = EVALUATOR_TABLES["ClassificationAccuracy"].param("labelCol")
    epochs: "Param[int]" = EVALUATOR_TABLES["ClassificationAccuracy"].param("epochs")
    batchSize: "Param[int]" = EVALUATOR_TABLES["ClassificationAccuracy"].param("batchSize")
    learningRate: "Param[float]" = EVALUATOR_TABLES["ClassificationAccuracy"].param("learningRate")

    @keyword_only
    def __init__(
        self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "classification_accuracy",
        heldOut: Any = None,
        labelCol: str = "label",
        epochs: int = 8,
        batchSize: int = 64,
        learningRate: float = 0.001,
    ) -> None:
        """Sets the Params that are given.

        Args:
            features: What gives an image its features, such as `metrics.features.digits()`. Must be set.
            reals: Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its
                input.
            fakesCol: Column of generated images in the evaluated DataFrame.
            imageCol: Column of real images.
            seed: Seed of all random choices.
            metricName: Which figure `evaluate` returns.
            heldOut: Labelled real images that both classifiers are tested on.
            labelCol: Labels, integers or text, in all DataFrames.
            epochs: Passes over its images by each classifier.
            batchSize: Images in an update of a classifier.
            learningRate: Adam's, for the classifiers.
        """
        super().__init__()
        self._setDefault(**EVALUATOR_TABLES["ClassificationAccuracy"].defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        features: Any = None,
        reals: Any = None,
        fakesCol: str = "generated",
        imageCol: str = "image",
        seed: int = 0,
        metricName: str = "classification_accuracy",
        heldOut: Any = None,
        labelCol: str = "label",
        epochs: int = 8,
        batchSize: int = 64,
        learningRate: float = 0.001,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getMetricName(self) -> str:
        """Which figure `evaluate` returns."""
        return self.getOrDefault(self.metricName)

    def getHeldOut(self) -> Any:
        """Labelled real images that both classifiers are tested on. Raises KeyError if unset."""
        return self.getOrDefault(self.heldOut)

    def getLabelCol(self) -> str:
        """Labels, integers or text, in all DataFrames."""
        return self.getOrDefault(self.labelCol)

    def getEpochs(self) -> int:
        """Passes over its images by each classifier."""
        return self.getOrDefault(self.epochs)

    def getBatchSize(self) -> int:
        """Images in an update of a classifier."""
        return self.getOrDefault(self.batchSize)

    def getLearningRate(self) -> float:
        """Adam's, for the classifiers."""
        return self.getOrDefault(self.learningRate)

    def setMetricName(self: _Self, value: str) -> _Self:
        """Which figure `evaluate` returns."""
        return self._set(metricName=value)

    def setHeldOut(self: _Self, value: Any) -> _Self:
        """Labelled real images that both classifiers are tested on."""
        return self._set(heldOut=value)

    def setLabelCol(self: _Self, value: str) -> _Self:
        """Labels, integers or text, in all DataFrames."""
        return self._set(labelCol=value)

    def setEpochs(self: _Self, value: int) -> _Self:
        """Passes over its images by each classifier."""
        return self._set(epochs=value)

    def setBatchSize(self: _Self, value: int) -> _Self:
        """Images in an update of a classifier."""
        return self._set(batchSize=value)

    def setLearningRate(self: _Self, value: float) -> _Self:
        """Adam's, for the classifiers."""
        return self._set(learningRate=value)
