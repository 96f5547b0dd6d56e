"""`ReferenceStatistics`: the features of real images, saved once and compared with often."""

import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence

import numpy as np
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bigdl_gan.images.schema import check_image_column
from bigdl_gan.jvm import bridge, driver_files
from bigdl_gan.metrics.feature_set import Entry, FeatureSet, extracted, from_frame
from bigdl_gan.metrics.moments import Moments, moments_of
from bigdl_gan.metrics.tasks.packing import as_they_are
from bigdl_gan.params.rules import Extractor

FORMAT = 1
_INDEX = "reference.json"
_NAMED = ("extractor", "layer", "resizing")  # what must be the same for features to be comparable
_TYPES = ("tinyint", "smallint", "int", "bigint", "string")  # of ids and labels


class ReferenceStatistics:
    """The features of real images and their moments, in a folder: raw little-endian numbers and JSON.

    `metrics.evaluate(fakes, statistics, ...)` takes them for DataFrames, for all metrics but those of pixels.

    Example:
        >>> metrics.ReferenceStatistics.write(reals, "hdfs:///reference", features=extractor)
        >>> reference = metrics.ReferenceStatistics.load("hdfs:///reference")
        >>> metrics.evaluate(fakes, reference, ["fid", "kid", "recall"], features=extractor)
    """

    def __init__(self, path: str, described: Mapping[str, Any]) -> None:
        self._path, self._described = path, dict(described)

    def __repr__(self) -> str:
        own = self._described
        return f"ReferenceStatistics({own['n']:,} images, {own['width']} features of {self.extractor['extractor']})"

    @property
    def extractor(self) -> Dict[str, Any]:
        """What gave the features: extractor, layer, resizing, versions."""
        return dict(self._described["extractor"])

    @classmethod
    def write(
        cls, df: DataFrame, path: str, *, features: Any, image_col: str = "image", label_col: str = "label",
        id_col: str = "id",
    ) -> "ReferenceStatistics":  # fmt: skip
        """Computes the features of real images and writes them, a file of 2 MB at a time.

        Args:
            path: a folder, local or of any file system that Hadoop reaches. Executors read it later: on a cluster, not
                a local one. Files of other statistics in it are replaced.
            features, image_col, label_col, id_col: as in `metrics.evaluate`.
        Raises:
            ValueError, TypeError: as `metrics.evaluate`; ids or labels that are not integers or text."""
        bridge.check_frame(df, "ReferenceStatistics.write")
        Extractor().check("features", features)
        check_image_column(df, image_col)
        rows = extracted(df, features, image_col, id_col, label_col)
        kinds = {name: rows.schema[name].dataType for name in ("id", "label")}
        for name, kind in kinds.items():
            if kind.simpleString() not in _TYPES:
                raise ValueError(f"`{name}_col` must hold integers or text. Received: {kind.simpleString()}.")
        side = from_frame("reals", rows, id_type=kinds["id"], label_type=kinds["label"])
        try:
            types = {name: kind.simpleString() for name, kind in kinds.items()}
            described = _written(side, path, dict(features.describe()), types)
        finally:
            side.release()
        return cls(path, described)

    @classmethod
    def load(cls, path: str) -> "ReferenceStatistics":
        """Statistics that `write` has written; reads only their description.

        Raises:
            OSError: the folder cannot be read.
            ValueError: it holds something else."""
        try:
            described = json.loads(driver_files.read(f"{path}/{_INDEX}").decode())
            is_ours = described["format"] == FORMAT
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"`path` must hold reference statistics. Received: {path}, whose {_INDEX} is damaged."
            ) from error
        if not is_ours:
            raise ValueError(
                f"`path` must hold reference statistics of format {FORMAT}. Received: {described['format']!r}."
            )
        return cls(path, described)

    def feature_set(self, side: str, extractor: Any) -> FeatureSet:
        """The features as a side of an evaluation.

        Raises:
            ValueError: another extractor, or files that are missing or have another length."""
        given, own = dict(extractor.describe()), self.extractor
        for name in _NAMED:
            if given.get(name) != own.get(name):
                raise ValueError(
                    f"`features` must be the extractor that gave the statistics, with {name} {own.get(name)!r}. "
                    f"Received: {given.get(name)!r}. Write the statistics anew, or take their extractor."
                )
        described = self._described
        index = [Entry(*block) for block in described["index"]]
        frame = self._blocks(index)
        width = described["width"]
        found = FeatureSet(
            side, frame, index, width=width, n_classes=described["classes"], centre=self._numbers("centre", (width,))
        )
        shape = (width, width)
        found.known_moments = Moments(
            described["n"], self._numbers("mean", (width,)), self._numbers("covariance", shape)
        ) if described["n"] > 1 else None  # fmt: skip
        return found

    def _numbers(self, name: str, shape: Sequence[int]) -> np.ndarray:
        data = driver_files.read(f"{self._path}/{name}.f64")
        if len(data) != 8 * int(np.prod(shape)):
            raise ValueError(f"`path` must hold complete statistics. Received: {name}.f64 of {len(data)} bytes.")
        return np.frombuffer(data, "<f8").reshape(shape)

    def _blocks(self, index: Sequence[Entry]) -> DataFrame:
        """The blocks as `feature_set.from_frame` makes them, read by the executors."""
        spark, width, classes = bridge.active_session(), self._described["width"], self._described["classes"]
        files = _files(spark, self._path)
        expected = {_file(entry): 4 * entry.n * (width + classes) for entry in index}
        lengths = {row["name"]: row["length"] for row in files.select("name", "length").collect()}
        wrong = [name for name, length in expected.items() if lengths.get(name) != length]
        if wrong:
            raise ValueError(
                f"`path` must hold complete statistics. Received: {self._path}, where {len(wrong)} files are missing "
                f"or have another length, such as {wrong[0]}."
            )
        kinds = self._described["types"]
        known = [
            (_file(entry), *entry, ids, labels)
            for entry, ids, labels in zip(index, self._described["ids"], self._described["labels"])
        ]  # fmt: skip
        lists = f"ids array<{kinds['id']}>, labels array<{kinds['label']}>"
        cells = spark.createDataFrame(known, f"name string, partition int, block int, n int, {lists}")
        blocks = cells.join(files, "name")
        cut = F.col("n") * F.lit(4 * width)
        content = F.col("content")
        rows = blocks.select(
            "partition", "block", "n", content.substr(F.lit(1), cut).alias("features"),
            content.substr(cut + 1, F.col("n") * F.lit(4 * classes)).alias("probabilities"), "ids", "labels",
        )  # fmt: skip
        n_partitions = len({entry.partition for entry in index})
        ordered = rows.repartition(n_partitions, "partition").sortWithinPartitions("partition", "block")
        return ordered.persist(StorageLevel.MEMORY_AND_DISK)


def _files(spark: SparkSession, path: str) -> DataFrame:
    uri = path if driver_files.is_uri(path) else Path(path).absolute().as_uri()
    files = spark.read.format("binaryFile").option("pathGlobFilter", "*.f32").load(uri)
    return files.select(F.element_at(F.split("path", "/"), -1).alias("name"), "length", "content")


def _file(entry: Entry) -> str:
    return f"block-{entry.partition:05d}-{entry.number:05d}.f32"


def _written(side: FeatureSet, path: str, extractor: Dict[str, Any], types: Mapping[str, str]) -> Dict[str, Any]:
    """Writes the folder, its description last; returns that."""
    odds = side.each(as_they_are, column="probabilities") if side.n_classes else []
    place = 0
    for table in side.tables():
        start = 0
        while start < len(table.values):
            entry = side.index[place]
            data = table.values[start:start + entry.n].tobytes() + (odds[place].tobytes() if odds else b"")
            driver_files.write(f"{path}/{_file(entry)}", data)
            start, place = start + entry.n, place + 1
    numbers = {"centre": side.centre}
    if side.n > 1:
        _, numbers["mean"], numbers["covariance"] = moments_of(side, side.centre)
    for name, values in numbers.items():
        driver_files.write(f"{path}/{name}.f64", np.ascontiguousarray(values, "<f8").tobytes())
    described = {
        "format": FORMAT, "n": side.n, "width": side.width, "classes": side.n_classes, "extractor": extractor,
        "types": dict(types), "index": [list(entry) for entry in side.index],
        **{name: _by_block(side, name) for name in ("ids", "labels")},
    }  # fmt: skip
    driver_files.write(f"{path}/{_INDEX}", json.dumps(described).encode())
    return described


def _by_block(side: FeatureSet, name: str) -> List[List[Any]]:
    values, places = side.column(name), side.places()
    return [values[places[entry.key]] for entry in side.index]
