"""`ImagePreparer`: `images.prepare` as a stage of a Spark ML pipeline."""

from pyspark.ml import Transformer
from pyspark.sql import DataFrame

from bigdl_gan.checkpoints.stage_files import StageReadable, StageWritable
from bigdl_gan.images.decoding.spelling import as_param
from bigdl_gan.images.options import Options
from bigdl_gan.images.preparation import prepare_with
from bigdl_gan.images.preparer_params import PreparerParams
from bigdl_gan.jvm import bridge


class ImagePreparer(Transformer, PreparerParams, StageReadable["ImagePreparer"], StageWritable):
    """Decodes, crops and resizes a column of pictures to Spark's image struct.

    Every Param is an argument of `images.prepare`, which explains it; there `inputCol` is `input_col`. `size` must be
    set.

    Example:
        >>> from bigdl_gan import ImagePreparer
        >>> preparer = ImagePreparer(size=64, inputCol="content", outputCol="image", handleInvalid="skip")
        >>> pictures = preparer.transform(spark.read.format("binaryFile").load("hdfs:///pictures"))
    """

    def _transform(self, dataset: DataFrame) -> DataFrame:
        bridge.check_frame(dataset, "transform")
        if not self.isDefined("size"):
            raise ValueError("`size` must be set. Received: nothing. Pass the networks' size, as size=64.")
        options = Options(**{field: self.getOrDefault(as_param(field)) for field in Options._fields})
        return prepare_with(dataset, options, as_param)
