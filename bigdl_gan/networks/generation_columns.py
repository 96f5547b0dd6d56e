"""The columns that a model's `transform` makes images from."""

from pyspark.sql import DataFrame

from bigdl_gan.images import check_image_column
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import GAN_TABLE

_LATENT_TYPES = ("array<float>", "array<double>", "vector")
_ID_TYPES = ("tinyint", "smallint", "int", "bigint")


def hashes_images(df: DataFrame, params: GANParams) -> bool:
    """Whether a row's id is the hash of its image: no column was named, and none has the usual name."""
    is_named = params.isDefined("latentCol") or params.isSet("idCol")
    return not is_named and params.getIdCol() not in df.columns and params.getImageCol() in df.columns


def check_generation(df: DataFrame, params: GANParams) -> None:
    """Check the columns that images are generated from; no Spark job.

    Raises:
        ValueError: a column is missing, has another type, or would be overwritten."""
    GAN_TABLE.check_one(params, "truncation")
    output = params.getOutputCol()
    if output in df.columns:
        raise ValueError(
            f"`outputCol` must be a new column. Received: outputCol={output!r}, which the DataFrame has. "
            "Choose another with model.setOutputCol."
        )
    name = "latentCol" if params.isDefined("latentCol") else "idCol"
    column = params.getOrDefault(name)
    if hashes_images(df, params):
        check_image_column(df, params.getImageCol(), name="imageCol")
        return
    if column not in df.columns:
        raise ValueError(
            f"`{name}` must name a column of the DataFrame. Received: {name}={column!r}, columns: "
            f"{', '.join(df.columns)}."
        )
    kind = df.schema[column].dataType.simpleString()
    allowed = _LATENT_TYPES if name == "latentCol" else _ID_TYPES
    if kind not in allowed:
        raise ValueError(f"`{name}` must have type {', '.join(allowed)}. Received: {column} of type {kind}.")
