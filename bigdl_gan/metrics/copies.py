"""The nearest training images of each fake, as a DataFrame and as a picture."""

from typing import Any, Dict, List, NamedTuple

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images import contact_sheet
from bigdl_gan.images.schema import quoted, to_array
from bigdl_gan.jvm import driver_files
from bigdl_gan.metrics.neighbours import Neighbours
from bigdl_gan.metrics.results import Result
from bigdl_gan.metrics.sides import Sides
from bigdl_gan.params.values import to_integer


def remoteness(to_train: Neighbours, within_train: Neighbours) -> np.ndarray:
    """For each row its distance to the nearest training row, over that row's to its own nearest: (N,).

    A row is authentic if this is above 1. A copy has 0, even if the training set itself has the row twice.

    Source: Alaa et al. 2022, arXiv:2102.08921."""
    far, nearby = to_train.distances[:, 0], within_train.distances[to_train.rows[:, 0], 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(far == 0, 0.0, far / nearby)


def nearest_frame(sides: Sides, found: Neighbours, ratios: np.ndarray) -> DataFrame:
    """A DataFrame(id, rank, nearest_id, distance, remoteness) of each fake's nearest training rows, the nearest first.

    Made of the driver's N x k numbers."""
    ids, train_ids = sides.fakes.column("ids"), sides.reals.column("ids")
    rows = [
        (ids[row], rank + 1, train_ids[found.rows[row, rank]], float(found.distances[row, rank]), float(ratios[row]))
        for row in range(len(ids)) for rank in range(found.rows.shape[1])
    ]  # fmt: skip
    types = sides.fakes.type_of("ids"), sides.reals.type_of("ids")
    schema = f"id {types[0]}, rank int, nearest_id {types[1]}, distance double, remoteness double"
    return sides.fakes.session.createDataFrame(rows, schema)


class WorstPair(NamedTuple):
    """A fake that is like a training image, and that image.

    Attributes:
        fake, nearest: pixels, uint8 (H, W, C)."""

    id: Any
    nearest_id: Any
    distance: float
    remoteness: float
    fake: np.ndarray
    nearest: np.ndarray


def worst_pairs(
    result: Result, fakes: DataFrame, reals: DataFrame, *, n: int, image_col: str, id_col: str
) -> List[WorstPair]:
    """The n fakes that are the most like training images, the worst first. Arguments and errors as `write_pairs`."""
    if "nearest" not in result.tables:
        raise ValueError(f"`result` must be of memorization or authenticity. Received: {result.name}.")
    for name, df in (("fakes", fakes), ("reals", reals)):
        if id_col not in df.columns:
            raise ValueError(
                f"`{name}` must have the column of ids that it had when it was measured. Received: id_col={id_col!r}, "
                f"columns: {', '.join(df.columns)}."
            )
    worst = result.tables["nearest"].where("rank = 1").orderBy("remoteness", "distance", "id").limit(n).collect()
    own, nearest = (
        _by_id(df, [row[key] for row in worst], image_col, id_col)
        for df, key in ((fakes, "id"), (reals, "nearest_id"))
    )
    return [
        WorstPair(row["id"], row["nearest_id"], row["distance"], row["remoteness"], own[row["id"]],
                  nearest[row["nearest_id"]])
        for row in worst
    ]  # fmt: skip


def write_pairs(result: Result, fakes: DataFrame, reals: DataFrame, path: str, *, n: int = 8, cols: int = 4,
                image_col: str = "image", id_col: str = "id") -> None:  # fmt: skip
    """Draws the fakes that are the most like training images, each on the left of its nearest one, as a PNG.

    Args:
        result: of "memorization" or "authenticity".
        fakes, reals: what was measured, with the same ids.
        path: a local file, or a URI of any file system that Hadoop reaches.
        n: pairs.
        cols: pairs side by side.
    Raises:
        ValueError: the result has no nearest rows, an `id_col` is missing, or images of different shapes."""
    n, cols = to_integer("n", n, least=1), to_integer("cols", cols, least=1)
    worst = worst_pairs(result, fakes, reals, n=n, image_col=image_col, id_col=id_col)
    pairs = [pixels for pair in worst for pixels in (pair.fake, pair.nearest)]
    rows = -(-len(worst) // cols)
    sheet = contact_sheet.grid(contact_sheet.stack(pairs, image_col), rows=rows, cols=2 * cols)
    driver_files.write(path, contact_sheet.png(sheet))


def _by_id(df: DataFrame, ids: List[Any], image_col: str, id_col: str) -> Dict[Any, np.ndarray]:
    number = F.col(quoted(id_col))
    chosen = df.where(number.isin(ids)).select(number, F.col(quoted(image_col)))
    return {row[0]: to_array(row[1]) for row in chosen.collect()}
