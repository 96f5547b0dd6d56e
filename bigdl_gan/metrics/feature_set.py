"""`FeatureSet`: the features of one side, in blocks on the executors."""

import pickle
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from pyspark import RDD, StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, StringType

from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.metrics import tasks
from bigdl_gan.metrics.tasks.packing import blocks_of, pack, pick
from bigdl_gan.metrics.tasks.pairs import Table
from bigdl_gan.metrics.tasks.sums import as_they_are, in_order

Key = Tuple[int, int]  # partition, block

TABLE_BYTES = 2**26  # of float32 in a broadcast table: what the driver and each Python worker hold at once
_FAN_IN = 4  # results that are merged at once
_CELLS = "partition int, block int, n int, width int, classes int, features binary, probabilities binary"


class Entry(NamedTuple):
    """A block: where it is, and how many rows it has."""

    partition: int
    number: int
    n: int

    @property
    def key(self) -> Key:
        return self.partition, self.number


class FeatureSet:
    """Features of some images, float32, in an order of their own: by partition, and by row in it.

    The rows stay on the executors. The driver has the list of blocks, and one table (64 MB) of rows at a time.

    Attributes:
        side: "fakes", "reals" or "held_out", for messages.
        index: the blocks in order.
        width: F, numbers in a row.
        n_classes: probabilities of a row; 0 if the extractor gives none."""

    def __init__(
        self, side: str, frame: DataFrame, index: Sequence[Entry], *, width: int, n_classes: int,
        chosen: Optional[Dict[Key, np.ndarray]] = None,
    ) -> None:  # fmt: skip
        self.side, self.index, self.width, self.n_classes = side, list(index), width, n_classes
        self._frame, self._chosen = frame, chosen

    @property
    def n(self) -> int:
        """Rows."""
        return sum(entry.n for entry in self.index)

    def offsets(self) -> Dict[Key, int]:
        """The number of each block's first row."""
        ends = np.cumsum([0] + [entry.n for entry in self.index])
        return {entry.key: int(start) for entry, start in zip(self.index, ends)}

    def by_block(self, values: np.ndarray) -> Dict[Key, np.ndarray]:
        """One value for each row, as an array for each block."""
        offsets = self.offsets()
        return {entry.key: values[offsets[entry.key]:offsets[entry.key] + entry.n] for entry in self.index}

    def each(
        self, task: Callable[..., Iterable[Tuple[Any, Any]]], *args: Any, table: Any = None, column: str = "features"
    ) -> List[Any]:
        """What `task(blocks, *args)` yields, or `task(blocks, table, *args)`, on the executors, in its keys' order.

        Args:
            task: a function of `metrics.tasks`, called for each partition.
            table: a `pairs.Table`, sent to each executor once.
            column: "features" or "probabilities"."""
        if table is None:
            return [value for _, value in sorted(self._run(task, args, column).collect(), key=lambda pair: pair[0])]
        context = self._frame.sparkSession.sparkContext
        # as bytes: pyspark 3.4 cannot broadcast arrays if spark.io.encryption.enabled is set
        sent = context.broadcast(table.values.tobytes())
        try:
            pairs = self._run(task, (table._replace(values=np.zeros((0, self.width))), *args), column, sent).collect()
        finally:
            sent.destroy()
        return [value for _, value in sorted(pairs, key=lambda pair: pair[0])]

    def fold(self, task: Callable[..., Iterable[Tuple[Any, Any]]], merge: Callable[..., Any], *args: Any) -> Any:
        """What `task(blocks, *args)` yields for each partition, merged four at a time in the partitions' order.

        Which are merged does not depend on the executors, so the same partitions give the same bits. The driver gets
        four results at most: those of moments have F^2 numbers."""
        places = {partition: place for place, partition in enumerate(sorted({e.partition for e in self.index}))}
        left, level = len(places), self._run(task, args, "features").map(lambda pair: (places[pair[0]], pair[1]))
        sent = by_value((in_order, merge), tasks)

        def together(pairs: Iterable[Any]) -> Iterator[Tuple[int, Any]]:
            in_order, merge = pickle.loads(sent)
            yield from in_order(pairs, merge)

        while left > _FAN_IN:
            left = -(-left // _FAN_IN)
            level = level.map(lambda pair: (pair[0] // _FAN_IN, pair)).partitionBy(left, int).mapPartitions(together)
        return merge([value for _, value in sorted(level.collect(), key=lambda pair: pair[0])])

    def tables(self) -> Iterator[Table]:
        """All rows as tables of consecutive rows, one after the other on the driver."""
        offsets, limit = self.offsets(), max(1, TABLE_BYTES // (4 * self.width))
        waiting: List[Entry] = []
        for entry in [*self.index, None]:
            if waiting and (entry is None or sum(e.n for e in waiting) + entry.n > limit):
                yield Table(self._values(waiting), offsets[waiting[0].key])
                waiting = []
            if entry is not None:
                waiting.append(entry)

    def head(self) -> np.ndarray:
        """The first block's rows, float32 (N, F)."""
        return self._values(self.index[:1])

    def _values(self, entries: Sequence[Entry]) -> np.ndarray:
        first, last = entries[0], entries[-1]
        partition, block = F.col("partition"), F.col("block")
        after = (partition > first.partition) | ((partition == first.partition) & (block >= first.number))
        before = (partition < last.partition) | ((partition == last.partition) & (block <= last.number))
        pairs = self._run(as_they_are, (), "features", where=after & before).collect()
        return np.concatenate([values for _, values in sorted(pairs, key=lambda pair: pair[0])])

    def column(self, name: str) -> List[Any]:
        """`ids` or `labels` of all rows, in order, on the driver."""
        rows = sorted(self.rows([name]).collect(), key=lambda row: row[:2])
        return [value for row in rows for value in row[3]]

    def only(self, rows: np.ndarray) -> "FeatureSet":
        """Some rows, by their numbers in ascending order; lazy."""
        chosen, index = {}, []
        offsets = self.offsets()
        for entry in self.index:
            start, end = np.searchsorted(rows, [offsets[entry.key], offsets[entry.key] + entry.n])
            if end > start:
                within = rows[start:end] - offsets[entry.key]
                chosen[entry.key] = within if self._chosen is None else self._chosen[entry.key][within]
                index.append(Entry(*entry.key, int(end - start)))
        return FeatureSet(
            self.side, self._frame, index, width=self.width, n_classes=self.n_classes, chosen=chosen
        )  # fmt: skip

    def release(self) -> None:
        """Let Spark forget the features."""
        self._frame.unpersist()

    def rows(self, columns: Sequence[str], where: Any = None) -> "RDD[Any]":
        """(partition, block, n, columns) of each block.

        An RDD and no mapInArrow: Arrow would hand over spark.sql.execution.arrow.maxRecordsPerBatch rows at once, by
        default 10,000 blocks of 2 MB. Pickled rows come some at a time."""
        frame = self._frame if where is None else self._frame.where(where)
        rows: "RDD[Any]" = frame.select("partition", "block", "n", *columns).rdd.map(tuple)
        chosen = self._chosen
        if chosen is None:
            return rows
        sent = by_value(pick, tasks)
        return rows.mapPartitions(lambda part: pickle.loads(sent)(part, chosen))

    def _run(
        self, task: Callable[..., Any], args: Sequence[Any], column: str, table: Any = None, where: Any = None
    ) -> "RDD[Any]":
        sent = by_value((task, blocks_of, tuple(args)), tasks)

        def run(rows: Iterator[Any]) -> Iterator[Tuple[Any, Any]]:
            task, blocks_of, args = pickle.loads(sent)
            if table is None:
                return task(blocks_of(rows), *args)
            empty, *others = args
            values = np.frombuffer(table.value, "<f4").reshape(-1, empty.values.shape[1])
            return task(blocks_of(rows), empty._replace(values=values), *others)

        return self.rows([column], where).mapPartitions(run)


def from_frame(side: str, df: DataFrame, *, id_type: DataType, label_type: DataType) -> FeatureSet:
    """The features in a DataFrame(id, label, features, and maybe probabilities), computed once and kept by Spark.

    Raises:
        ValueError: no row, or features that cannot be used."""
    sent = by_value(pack, tasks)

    def packed(batches: Iterator[Any]) -> Iterator[Any]:
        yield from pickle.loads(sent)(batches)

    likely = ["probabilities"] if "probabilities" in df.columns else []
    rows = df.select("id", "label", "features", *likely)
    cells = f"{_CELLS}, ids {ArrayType(id_type).simpleString()}, labels {ArrayType(label_type).simpleString()}"
    frame = rows.mapInArrow(packed, cells).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        blocks = sorted(map(tuple, frame.select("partition", "block", "n", "width", "classes").collect()))
        if not blocks:
            raise ValueError(f"`{side}` must have an image at least. Received: an empty DataFrame.")
        widths = sorted({block[3] for block in blocks})
        if len(widths) != 1:
            raise ValueError(
                f"The extractor must give as many `features` for each row. Received: {widths[0]} to {widths[-1]}."
            )
    except BaseException:
        frame.unpersist()
        raise
    index = [Entry(*block[:3]) for block in blocks]
    return FeatureSet(side, frame, index, width=widths[0], n_classes=blocks[0][4])


def extracted(
    side: str, df: DataFrame, extractor: Any, *, image_col: str, id_col: str, label_col: str
) -> FeatureSet:
    """The features of a DataFrame's images, computed once and kept by Spark until `release`.

    Args:
        id_col: a column that names a row; if the DataFrame has none, rows have Spark's monotonically increasing ids.
        label_col: of classes; if the DataFrame has none, labels are null."""
    own_id = F.col(quoted(id_col)) if id_col in df.columns else F.monotonically_increasing_id()
    own_label = F.col(quoted(label_col)) if label_col in df.columns else F.lit(None).cast(StringType())
    rows = df.select(F.col(quoted(image_col)).alias("image"), own_id.alias("id"), own_label.alias("label"))
    features = extractor.extract(rows, image_col="image", keep=("id", "label"))
    types = {field.name: field.dataType for field in rows.schema}
    return from_frame(side, features, id_type=types["id"], label_type=types["label"])
