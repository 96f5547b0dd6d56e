"""`prepare`: turns pictures in a Spark column into image structs of one size."""

import pickle
from typing import Any, Callable, Iterator, Sequence, Tuple, Union

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, StringType

from bigdl_gan.images import decoding
from bigdl_gan.images.decoding.dropped import drops
from bigdl_gan.images.decoding.picture import Target
from bigdl_gan.images.decoding.rows import RowReader
from bigdl_gan.images.decoding.spelling import Spelling, as_argument
from bigdl_gan.images.options import HANDLE_INVALID, Options, check_columns, make_target, to_arrays
from bigdl_gan.images.schema import CV_MODES, is_image_type, quoted
from bigdl_gan.jvm import bridge
from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.params.values import check_one_of

MAX_PIXELS = 89_478_485  # Pillow's own limit: 256 MB of colour
LEAST_SIDE = 16  # pixels
_RESULT = "data binary, origin string, cause string"
_DECODED, _FILE = "__bigdl_gan_decoded", "__bigdl_gan_file"


def prepare(
    df: DataFrame, size: Union[int, Sequence[int]], *, channels: int = 3, input_col: str = "image",
    output_col: str = "image", crop: Union[str, int] = "center", resample: str = "lanczos",
    handle_invalid: str = "error", box_col: str = "box", origin_col: str = "path", cause_col: str = "cause",
    array_shape: Sequence[int] = (), array_range: Sequence[float] = (0.0, 255.0), min_side: int = LEAST_SIDE,
    max_pixels: int = MAX_PIXELS,
) -> DataFrame:  # fmt: skip
    """Decode, crop and resize a column of pictures to Spark's image struct, uint8, grey or BGR; lazy.

    Turns pictures upright by their EXIF orientation (Spark's "image" format drops it: read with "binaryFile"), resizes
    with antialiasing, puts transparent parts on white, scales 16 bits to 8, takes an animation's first frame, and
    ignores colour profiles. A JPEG much larger than the target is decoded at a fraction of its size.

    Args:
        size: height and width in pixels, as one number or two.
        channels: 1 grey, 3 colour.
        input_col: image structs (format "image"), encoded bytes (format "binaryFile": input_col="content"): JPEG, PNG,
            WebP, GIF, BMP or TIFF; strings: paths of such files, on any file system Hadoop reaches, read by the
            executors; or arrays of numbers.
        output_col: a new column, or `input_col`. All other columns are kept.
        crop: "center": the largest centred part with `size`'s proportions; "none": the whole picture, stretched;
            a number: the centred square of that many pixels; "box": the smallest part with `size`'s proportions around
            the box in `box_col`, as far as the picture reaches.
        resample: "lanczos", "bicubic", "bilinear", "hamming" or "box", all antialiased.
        handle_invalid: what to do with a row whose picture cannot be used. "error": the action fails; the error gives
            the count in the partition, the first origin and its cause. "skip": drop the row, and log the count on the
            driver. "keep": keep the row with a null image, and put the cause in a separate column (null for good rows).
            `.where("cause is not null")` then lists and counts these rows; it makes another pass over the data, unless
            they are cached.
        box_col: arrays of four numbers, left, top, right, bottom, in pixels of the upright picture.
        origin_col: the origin of encoded bytes and arrays, if there is such a column; paths and structs hold their own.
        cause_col: the column of causes, used only with "keep".
        array_shape: the arrays' (height, width, channels), flattened in that order, channels red, green, blue.
        array_range: the arrays' values that become 0 and 255.
        min_side: the least pixels on each side of the cropped part; anything smaller is a tracking pixel or a rule, not
            a picture.
        max_pixels: the most pixels of the whole picture, by its header. Guards against decompression bombs; at most
            178,956,970, where Pillow's own guard begins.
    Raises:
        ValueError: an argument breaks its rule; raised before any Spark job.
        TypeError: no Spark DataFrame; an argument that must be a number is not: booleans, text, and 64.0 for 64 are
            refused.

    Spark's file readers silently skip empty files, so those are neither seen nor counted here.

    Memory: Spark hands Python spark.sql.execution.arrow.maxRecordsPerBatch rows at once. `configure` sets it to 64;
    Spark's own default holds 10,000 encoded pictures in memory."""
    bridge.check_frame(df, "images.prepare")
    options = Options(
        size, channels, input_col, output_col, crop, resample, handle_invalid, box_col, origin_col, cause_col,
        array_shape, array_range, min_side, max_pixels,
    )  # fmt: skip
    return prepare_with(df, options, as_argument)


def prepare_with(df: DataFrame, options: Options, spelling: Spelling) -> DataFrame:
    """`prepare`; messages name the options as the user spells them."""
    target = make_target(options, spelling)
    check_one_of(spelling("handle_invalid"), options.handle_invalid, HANDLE_INVALID)
    kind = check_columns(df, options, spelling)
    arrays = to_arrays(options, spelling) if isinstance(kind, ArrayType) else ((), (0.0, 255.0))
    reader = RowReader(target, *arrays)
    is_boxed, is_labelled = options.crop == "box", options.origin_col in df.columns
    box = F.col(quoted(options.box_col)).cast("array<double>") if is_boxed else _nothing("array<double>")
    origin = F.col(quoted(options.origin_col)).cast("string") if is_labelled else _nothing("string")
    rows, arguments = _arguments(df, F.col(quoted(options.input_col)), kind, origin)
    skips = options.handle_invalid == "skip"
    dropped = drops(df.sparkSession.sparkContext, spelling("handle_invalid")) if skips else None
    decoded = rows.withColumn(_DECODED, _decoder(reader, options.handle_invalid, dropped)(*arguments, box))
    return _finish(decoded, target, options)


def _nothing(kind: str) -> Column:
    return F.lit(None).cast(kind)


def _arguments(df: DataFrame, column: Column, kind: DataType, origin: Column) -> Tuple[DataFrame, Sequence[Column]]:
    """The columns that `RowReader` reads: payload, its problem, the struct's numbers, the origin."""
    no_numbers, no_problem = _nothing("array<int>"), _nothing("string")
    if is_image_type(kind):
        numbers = F.array(*(column[name] for name in ("height", "width", "nChannels", "mode")))
        return df, (column["data"], no_problem, F.when(column.isNotNull(), numbers), column["origin"])
    if isinstance(kind, StringType):
        content = bridge.call("readFiles", bridge.java_session(df.sparkSession), bridge.java_column(column))
        file = F.col(_FILE)
        read = df.withColumn(_FILE, bridge.python_column(content))
        return read, (file["content"], file["problem"], no_numbers, column)
    payload = column.cast("array<double>") if isinstance(kind, ArrayType) else column
    return df, (payload, no_problem, no_numbers, origin)


def _decoder(reader: RowReader, handle_invalid: str, dropped: Any) -> Callable[..., Column]:
    """The Pandas function that decodes.

    It is marked nondeterministic, or Spark would call it once per use of its result. It is not a mapInArrow, so the
    other columns need not leave the JVM: in Spark 3.4 Arrow returns neither structs nor vectors."""
    payload = by_value((reader, handle_invalid, dropped), decoding)

    def decode(batches: Iterator[Tuple[pd.Series, ...]]) -> Iterator[pd.DataFrame]:
        reader, handle_invalid, dropped = pickle.loads(payload)
        yield from reader.run(batches, handle_invalid, dropped)

    return F.pandas_udf(decode, _RESULT).asNondeterministic()  # type: ignore[call-overload]


def _finish(decoded: DataFrame, target: Target, options: Options) -> DataFrame:
    """Build the image structs from the decoded columns.

    The filter is there even if all rows are good ("error"): without it, Spark would skip the decoding for an action
    that needs only the rows, such as count()."""
    result = F.col(_DECODED)
    image = F.struct(
        result["origin"].alias("origin"), F.lit(target.height).alias("height"), F.lit(target.width).alias("width"),
        F.lit(target.channels).alias("nChannels"), F.lit(CV_MODES[target.channels]).alias("mode"),
        result["data"].alias("data"),
    )  # fmt: skip
    cause = result["cause"]
    if options.handle_invalid == "keep":
        kept = decoded.withColumn(options.cause_col, cause)
        prepared = kept.withColumn(options.output_col, F.when(cause.isNull(), image))
    else:
        prepared = decoded.where(cause.isNull()).withColumn(options.output_col, image)
    return prepared.drop(_DECODED, _FILE)
