# Written by `make generate` from images/preparer_table.py: change that.
"""The Params of `ImagePreparer`, with its constructor, getters and setters."""

from typing import List, Optional, Sequence, TypeVar, Union

from pyspark import keyword_only
from pyspark.ml.param import Param
from pyspark.ml.param.shared import HasHandleInvalid, HasInputCol, HasOutputCol

from bigdl_gan.images.preparer_table import PREPARER_TABLE
from bigdl_gan.params.keywords import set_given
from bigdl_gan.params.unset import Readable

_Self = TypeVar("_Self", bound="PreparerParams")


class PreparerParams(Readable, HasInputCol, HasOutputCol, HasHandleInvalid):
    size: "Param[List[int]]" = PREPARER_TABLE.param("size")
    channels: "Param[int]" = PREPARER_TABLE.param("channels")
    inputCol: "Param[str]" = PREPARER_TABLE.param("inputCol")
    outputCol: "Param[str]" = PREPARER_TABLE.param("outputCol")
    crop: "Param[Union[str, int]]" = PREPARER_TABLE.param("crop")
    resample: "Param[str]" = PREPARER_TABLE.param("resample")
    handleInvalid: "Param[str]" = PREPARER_TABLE.param("handleInvalid")
    boxCol: "Param[str]" = PREPARER_TABLE.param("boxCol")
    originCol: "Param[str]" = PREPARER_TABLE.param("originCol")
    causeCol: "Param[str]" = PREPARER_TABLE.param("causeCol")
    arrayShape: "Param[List[int]]" = PREPARER_TABLE.param("arrayShape")
    arrayRange: "Param[List[float]]" = PREPARER_TABLE.param("arrayRange")
    minSide: "Param[int]" = PREPARER_TABLE.param("minSide")
    maxPixels: "Param[int]" = PREPARER_TABLE.param("maxPixels")

    @keyword_only
    def __init__(
        self,
        *,
        size: Optional[Union[int, Sequence[int]]] = None,
        channels: int = 3,
        inputCol: str = "image",
        outputCol: str = "image",
        crop: Union[str, int] = "center",
        resample: str = "lanczos",
        handleInvalid: str = "error",
        boxCol: str = "box",
        originCol: str = "path",
        causeCol: str = "cause",
        arrayShape: Sequence[int] = (),
        arrayRange: Sequence[float] = (0.0, 255.0),
        minSide: int = 16,
        maxPixels: int = 89478485,
    ) -> None:
        """Sets the Params that are given.

        Args:
            size: Height and width of the prepared images in pixels. Must be set.
            channels: 1: grey. 3: colour.
            inputCol: Column of image structs, encoded bytes, paths or arrays of numbers.
            outputCol: Column for the prepared images.
            crop: Which part to keep. "center": the largest centred part of `size`'s proportions. "none": everything,
                stretched. A number: the centred square with that side in pixels. "box": the smallest part of `size`'s
                proportions around the box in `boxCol`.
            resample: Filter for resizing, antialiased.
            handleInvalid: What to do with a row whose picture cannot be used. "error": fail. "skip": drop the row, and
                log how many. "keep": a null image, with the cause in `causeCol`.
            boxCol: Column of boxes (left, top, right, bottom) in pixels, for crop="box".
            originCol: Column with the origin of encoded bytes or arrays, if there is one.
            causeCol: Column for the causes, with handleInvalid="keep".
            arrayShape: Shape of arrays of numbers, flattened in that order, channels red, green, blue.
            arrayRange: Values in arrays that become 0 and 255.
            minSide: Fewest pixels on each side of the part that is kept. Smaller pictures count as invalid.
            maxPixels: Most pixels of a whole picture, as its header says: a guard against decompression bombs.
        """
        super().__init__()
        self._setDefault(**PREPARER_TABLE.defaults())
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        size: Optional[Union[int, Sequence[int]]] = None,
        channels: int = 3,
        inputCol: str = "image",
        outputCol: str = "image",
        crop: Union[str, int] = "center",
        resample: str = "lanczos",
        handleInvalid: str = "error",
        boxCol: str = "box",
        originCol: str = "path",
        causeCol: str = "cause",
        arrayShape: Sequence[int] = (),
        arrayRange: Sequence[float] = (0.0, 255.0),
        minSide: int = 16,
        maxPixels: int = 89478485,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def getSize(self) -> List[int]:
        """Height and width of the prepared images in pixels. Must be set. Raises KeyError if unset."""
        return self.getOrDefault(self.size)

    def getChannels(self) -> int:
        """1: grey. 3: colour."""
        return self.getOrDefault(self.channels)

    def getInputCol(self) -> str:
        """Column of image structs, encoded bytes, paths or arrays of numbers."""
        return self.getOrDefault(self.inputCol)

    def getOutputCol(self) -> str:
        """Column for the prepared images."""
        return self.getOrDefault(self.outputCol)

    def getCrop(self) -> Union[str, int]:
        """Which part to keep. "center": the largest centred part of `size`'s proportions. "none": everything,
        stretched. A number: the centred square with that side in pixels. "box": the smallest part of `size`'s
        proportions around the box in `boxCol`."""
        return self.getOrDefault(self.crop)

    def getResample(self) -> str:
        """Filter for resizing, antialiased."""
        return self.getOrDefault(self.resample)

    def getHandleInvalid(self) -> str:
        """What to do with a row whose picture cannot be used. "error": fail. "skip": drop the row, and log how many.
        "keep": a null image, with the cause in `causeCol`."""
        return self.getOrDefault(self.handleInvalid)

    def getBoxCol(self) -> str:
        """Column of boxes (left, top, right, bottom) in pixels, for crop="box"."""
        return self.getOrDefault(self.boxCol)

    def getOriginCol(self) -> str:
        """Column with the origin of encoded bytes or arrays, if there is one."""
        return self.getOrDefault(self.originCol)

    def getCauseCol(self) -> str:
        """Column for the causes, with handleInvalid="keep"."""
        return self.getOrDefault(self.causeCol)

    def getArrayShape(self) -> List[int]:
        """Shape of arrays of numbers, flattened in that order, channels red, green, blue."""
        return self.getOrDefault(self.arrayShape)

    def getArrayRange(self) -> List[float]:
        """Values in arrays that become 0 and 255."""
        return self.getOrDefault(self.arrayRange)

    def getMinSide(self) -> int:
        """Fewest pixels on each side of the part that is kept. Smaller pictures count as invalid."""
        return self.getOrDefault(self.minSide)

    def getMaxPixels(self) -> int:
        """Most pixels of a whole picture, as its header says: a guard against decompression bombs."""
        return self.getOrDefault(self.maxPixels)

    def setSize(self: _Self, value: Union[int, Sequence[int]]) -> _Self:
        """Height and width of the prepared images in pixels. Must be set."""
        return self._set(size=value)

    def setChannels(self: _Self, value: int) -> _Self:
        """1: grey. 3: colour."""
        return self._set(channels=value)

    def setInputCol(self: _Self, value: str) -> _Self:
        """Column of image structs, encoded bytes, paths or arrays of numbers."""
        return self._set(inputCol=value)

    def setOutputCol(self: _Self, value: str) -> _Self:
        """Column for the prepared images."""
        return self._set(outputCol=value)

    def setCrop(self: _Self, value: Union[str, int]) -> _Self:
        """Which part to keep. "center": the largest centred part of `size`'s proportions. "none": everything,
        stretched. A number: the centred square with that side in pixels. "box": the smallest part of `size`'s
        proportions around the box in `boxCol`."""
        return self._set(crop=value)

    def setResample(self: _Self, value: str) -> _Self:
        """Filter for resizing, antialiased."""
        return self._set(resample=value)

    def setHandleInvalid(self: _Self, value: str) -> _Self:
        """What to do with a row whose picture cannot be used. "error": fail. "skip": drop the row, and log how many.
        "keep": a null image, with the cause in `causeCol`."""
        return self._set(handleInvalid=value)

    def setBoxCol(self: _Self, value: str) -> _Self:
        """Column of boxes (left, top, right, bottom) in pixels, for crop="box"."""
        return self._set(boxCol=value)

    def setOriginCol(self: _Self, value: str) -> _Self:
        """Column with the origin of encoded bytes or arrays, if there is one."""
        return self._set(originCol=value)

    def setCauseCol(self: _Self, value: str) -> _Self:
        """Column for the causes, with handleInvalid="keep"."""
        return self._set(causeCol=value)

    def setArrayShape(self: _Self, value: Sequence[int]) -> _Self:
        """Shape of arrays of numbers, flattened in that order, channels red, green, blue."""
        return self._set(arrayShape=value)

    def setArrayRange(self: _Self, value: Sequence[float]) -> _Self:
        """Values in arrays that become 0 and 255."""
        return self._set(arrayRange=value)

    def setMinSide(self: _Self, value: int) -> _Self:
        """Fewest pixels on each side of the part that is kept. Smaller pictures count as invalid."""
        return self._set(minSide=value)

    def setMaxPixels(self: _Self, value: int) -> _Self:
        """Most pixels of a whole picture, as its header says: a guard against decompression bombs."""
        return self._set(maxPixels=value)
