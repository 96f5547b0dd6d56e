"""`ImagePreparer`: `images.prepare` as a stage of a Spark ML pipeline."""

from functools import partial
from typing import Any, List, Optional, Sequence, Union

from pyspark import keyword_only
from pyspark.ml import Transformer
from pyspark.ml.param import Param, TypeConverters
from pyspark.ml.param.shared import HasHandleInvalid, HasInputCol, HasOutputCol
from pyspark.sql import DataFrame

from bigdl_gan.checkpoints.stage_files import StageReadable, StageWritable
from bigdl_gan.images import options
from bigdl_gan.images.preparation import MAX_PIXELS, prepare
from bigdl_gan.jvm import bridge
from bigdl_gan.params.gan_params import param
from bigdl_gan.params.keywords import given
from bigdl_gan.params.values import to_integer


def _to_size(value: Any) -> List[int]:
    return list(options.to_pair(value))


def _to_shape(value: Any) -> List[int]:
    return list(options.to_integers("arrayShape", value))


def _to_range(value: Any) -> List[float]:
    return list(options.to_numbers("arrayRange", value))


def _count(name: str, doc: str) -> Param:
    """Pyspark's own converter takes 3.0 for 3, and any integer."""
    return param(name, doc, partial(to_integer, name, least=1))


class ImagePreparer(
    Transformer, HasInputCol, HasOutputCol, HasHandleInvalid, StageReadable["ImagePreparer"], StageWritable
):  # fmt: skip
    """Decodes, crops and resizes a column of pictures to Spark's image struct.

    Every Param is an argument of `images.prepare`, which explains it; `size` must be set.

    Example:
        >>> preparer = ImagePreparer(size=64, inputCol="content", outputCol="image", handleInvalid="skip")
        >>> model = Pipeline(stages=[preparer, gan]).fit(spark.read.format("binaryFile").load("hdfs:///pictures"))
    """

    size = param("size", "height and width in pixels", _to_size)
    channels = _count("channels", "1 grey, 3 colour")
    crop = param("crop", "center, none, box, or the side of the central square in pixels", options.to_crop)
    resample = param("resample", "lanczos, bicubic, bilinear, hamming or box", TypeConverters.toString)
    handleInvalid = param("handleInvalid", "error, skip or keep", TypeConverters.toString)
    boxCol = param("boxCol", "column of (left, top, right, bottom), with crop=box", TypeConverters.toString)
    originCol = param("originCol", "column that says where bytes and arrays come from", TypeConverters.toString)
    causeCol = param("causeCol", "column for the causes, with handleInvalid=keep", TypeConverters.toString)
    arrayShape = param("arrayShape", "height, width, channels of arrays of numbers", _to_shape)
    arrayRange = param("arrayRange", "the numbers that become 0 and 255", _to_range)
    minSide = _count("minSide", "pixels the part kept must have on each side")
    maxPixels = _count("maxPixels", "pixels a whole picture may have")

    @keyword_only
    def __init__(
        self, *, size: Union[None, int, Sequence[int]] = None, channels: Optional[int] = None,
        inputCol: Optional[str] = None, outputCol: Optional[str] = None, crop: Union[None, str, int] = None,
        resample: Optional[str] = None, handleInvalid: Optional[str] = None, boxCol: Optional[str] = None,
        originCol: Optional[str] = None, causeCol: Optional[str] = None, arrayShape: Optional[Sequence[int]] = None,
        arrayRange: Optional[Sequence[float]] = None, minSide: Optional[int] = None, maxPixels: Optional[int] = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._setDefault(
            channels=3, inputCol="image", outputCol="image", crop="center", resample="lanczos", handleInvalid="error",
            boxCol="box", originCol="path", causeCol="cause", arrayShape=[], arrayRange=[0.0, 255.0], minSide=16,
            maxPixels=MAX_PIXELS,
        )  # fmt: skip
        self._set_given(given(self))

    @keyword_only
    def setParams(
        self, *, size: Union[None, int, Sequence[int]] = None, channels: Optional[int] = None,
        inputCol: Optional[str] = None, outputCol: Optional[str] = None, crop: Union[None, str, int] = None,
        resample: Optional[str] = None, handleInvalid: Optional[str] = None, boxCol: Optional[str] = None,
        originCol: Optional[str] = None, causeCol: Optional[str] = None, arrayShape: Optional[Sequence[int]] = None,
        arrayRange: Optional[Sequence[float]] = None, minSide: Optional[int] = None, maxPixels: Optional[int] = None,
    ) -> "ImagePreparer":  # fmt: skip
        """Sets the Params that are given."""
        return self._set_given(given(self))

    def _set_given(self, values: Any) -> "ImagePreparer":
        return self._set(**{name: value for name, value in values.items() if value is not None})

    def _transform(self, dataset: DataFrame) -> DataFrame:
        bridge.refuse_connect(dataset)
        if not self.isDefined("size"):
            raise ValueError("`size` must be set. Received: nothing. Pass the networks' size, as size=64.")
        return prepare(dataset, **{param.name: self.getOrDefault(param) for param in self.params})

    def setSize(self, value: Union[int, Sequence[int]]) -> "ImagePreparer":
        return self._set(size=value)

    def getSize(self) -> List[int]:
        """Height and width."""
        return self.getOrDefault(self.size)

    def setInputCol(self, value: str) -> "ImagePreparer":
        return self._set(inputCol=value)

    def setOutputCol(self, value: str) -> "ImagePreparer":
        return self._set(outputCol=value)

    def setHandleInvalid(self, value: str) -> "ImagePreparer":
        return self._set(handleInvalid=value)

    def setChannels(self, value: int) -> "ImagePreparer":
        return self._set(channels=value)

    def getChannels(self) -> int:
        return self.getOrDefault(self.channels)

    def setCrop(self, value: Union[str, int]) -> "ImagePreparer":
        return self._set(crop=value)

    def getCrop(self) -> Union[str, int]:
        return self.getOrDefault(self.crop)

    def setResample(self, value: str) -> "ImagePreparer":
        return self._set(resample=value)

    def getResample(self) -> str:
        return self.getOrDefault(self.resample)

    def setBoxCol(self, value: str) -> "ImagePreparer":
        return self._set(boxCol=value)

    def getBoxCol(self) -> str:
        return self.getOrDefault(self.boxCol)

    def setOriginCol(self, value: str) -> "ImagePreparer":
        return self._set(originCol=value)

    def getOriginCol(self) -> str:
        return self.getOrDefault(self.originCol)

    def setCauseCol(self, value: str) -> "ImagePreparer":
        return self._set(causeCol=value)

    def getCauseCol(self) -> str:
        return self.getOrDefault(self.causeCol)

    def setArrayShape(self, value: Sequence[int]) -> "ImagePreparer":
        return self._set(arrayShape=value)

    def getArrayShape(self) -> List[int]:
        return self.getOrDefault(self.arrayShape)

    def setArrayRange(self, value: Sequence[float]) -> "ImagePreparer":
        return self._set(arrayRange=value)

    def getArrayRange(self) -> List[float]:
        return self.getOrDefault(self.arrayRange)

    def setMinSide(self, value: int) -> "ImagePreparer":
        return self._set(minSide=value)

    def getMinSide(self) -> int:
        return self.getOrDefault(self.minSide)

    def setMaxPixels(self, value: int) -> "ImagePreparer":
        return self._set(maxPixels=value)

    def getMaxPixels(self) -> int:
        return self.getOrDefault(self.maxPixels)
