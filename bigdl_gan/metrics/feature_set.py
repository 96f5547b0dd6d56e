"""`FeatureSet`: the features of one side, in blocks on the executors."""

import pickle
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from pyspark import RDD, StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, StringType

from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.metrics import tasks
from bigdl_gan.metrics.tasks.packing import blocks_of, by_partition, pack, pick
from bigdl_gan.metrics.tasks.pairs import Table
from bigdl_gan.metrics.tasks.sums import in_order

Key = Tuple[int, int]  # partition, block

TABLE_BYTES = 2**26  # of float32 in a broadcast table: what the driver and each Python worker hold at once
# A side of less lies on the driver as soon as something is computed of it: a Spark job lasts longer than the work
DRIVER_BYTES = 2**24
DRIVER_PAIRS = 2**25  # of rows that meet there: some seconds with 2,048 features
_FAN_IN = 4  # results that are merged at once
_CELLS = (
    "partition int, block int, n int, width int, classes int, total binary, features binary, probabilities binary"
)


class Entry(NamedTuple):
    """A block: where it is, and how many rows it has."""

    partition: int
    number: int
    n: int

    @property
    def key(self) -> Key:
        return self.partition, self.number


class FeatureSet:
    """The features of some images, float32, in an order of their own: by partition, and by row in it.

    The rows stay on the executors. The driver has the list of blocks, one table (64 MB) of rows at a time, and small
    sides (16 MB), whose blocks it then computes itself, one by one and in the same order.

    Attributes:
        side: "fakes", "reals" or "held_out", for messages.
        index: the blocks in order.
        width: F, numbers in a row.
        n_classes: probabilities of a row; 0 if the extractor gives none.
        centre: a point near the rows, float64 (F,).
        known_moments: the rows' moments, if they have been read or computed.
        known: what else was computed of these rows alone: callbacks compare many fakes with the same reals."""

    def __init__(
        self, side: str, frame: Any, index: Sequence[Entry], *, width: int, n_classes: int, centre: np.ndarray,
        part_of: "Optional[FeatureSet]" = None, chosen: Optional[Dict[Key, np.ndarray]] = None,
    ) -> None:  # fmt: skip
        self.side, self.index, self.width, self.n_classes = side, list(index), width, n_classes
        self.centre = centre
        self.known_moments: Any = None
        self.known: Dict[Any, Any] = {}
        self._frame, self._chosen, self._part_of = frame, chosen, part_of
        self._rdds: Dict[Tuple[str, ...], "RDD[Any]"] = {}
        self._held: Dict[str, List[Any]] = {}  # the rows of small sides, by column

    @property
    def n(self) -> int:
        """Rows."""
        return sum(entry.n for entry in self.index)

    def offsets(self) -> Dict[Key, int]:
        """The number of each block's first row."""
        ends = np.cumsum([0] + [entry.n for entry in self.index])
        return {entry.key: int(start) for entry, start in zip(self.index, ends)}

    def places(self) -> Dict[Key, slice]:
        """Where each block's rows are among all."""
        offsets = self.offsets()
        return {entry.key: slice(offsets[entry.key], offsets[entry.key] + entry.n) for entry in self.index}

    def by_block(self, values: np.ndarray) -> Dict[Key, np.ndarray]:
        """One value for each row, as an array for each block."""
        return {key: values[place] for key, place in self.places().items()}

    @property
    def is_small(self) -> bool:
        """Whether the driver may hold it."""
        return 4 * self.n * self.width <= DRIVER_BYTES

    def each(
        self, task: Callable[..., Iterable[Tuple[Any, Any]]], *args: Any, table: Optional[Table] = None,
        column: str = "features",
    ) -> List[Any]:  # fmt: skip
        """What `task(blocks, *args)` yields, or `task(blocks, table, *args)`, for each partition, in its keys' order.

        Args:
            task: a function of `metrics.tasks`.
            table: sent to each executor once.
            column: "features" or "probabilities"."""
        if self.is_small and (table is None or table.is_all and self.n * len(table.values) <= DRIVER_PAIRS):
            pairs = self._here(task, args if table is None else (table, *args), column)
        elif table is None:
            pairs = self._run(task, args, column).collect()
        else:
            # as bytes: pyspark 3.4 cannot broadcast arrays if spark.io.encryption.enabled is set
            sent = self.session.sparkContext.broadcast(table.values.tobytes())
            try:
                empty = table._replace(values=np.zeros((0, self.width), np.float32))
                pairs = self._run(task, (empty, *args), column, sent).collect()
            finally:
                sent.destroy()
        return [value for _, value in sorted(pairs, key=lambda pair: pair[0])]

    def fold(self, task: Callable[..., Iterable[Tuple[Any, Any]]], merge: Callable[..., Any], *args: Any) -> Any:
        """What `task(blocks, *args)` yields for each partition, merged four at a time in the partitions' order.

        Which are merged does not depend on the executors, so the same partitions give the same bits. The driver gets
        four results at most: those of moments have F^2 numbers."""
        places = {partition: place for place, partition in enumerate(sorted({e.partition for e in self.index}))}
        if self.is_small:
            level = [(places[partition], value) for partition, value in self._here(task, args, "features")]
            while len(level) > _FAN_IN:  # as on the executors
                groups = [level[start:start + _FAN_IN] for start in range(0, len(level), _FAN_IN)]
                level = [(place, merge([value for _, value in group])) for place, group in enumerate(groups)]
            return merge([value for _, value in level])
        return self._folded(places, task, merge, args)

    def _folded(self, places: Dict[int, int], task: Any, merge: Any, args: Any) -> Any:
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
                yield Table(self._values(waiting), offsets[waiting[0].key], len(waiting) == len(self.index))
                waiting = []
            if entry is not None:
                waiting.append(entry)

    def _values(self, entries: Sequence[Entry]) -> np.ndarray:
        """The rows of consecutive blocks, float32 (N, F)."""
        first, last = entries[0], entries[-1]
        if self.is_small:
            wanted = {entry.key for entry in entries}
            rows = [row for row in self._rows_here("features") if row[:2] in wanted]
        else:
            partition, block = F.col("partition"), F.col("block")
            after = (partition > first.partition) | ((partition == first.partition) & (block >= first.number))
            before = (partition < last.partition) | ((partition == last.partition) & (block <= last.number))
            rows = sorted(self.rows(["features"], after & before).collect(), key=lambda row: row[:2])
        return np.concatenate([block.values for block in blocks_of(rows)])

    def column(self, name: str) -> List[Any]:
        """`ids` or `labels` of all rows, in order, on the driver."""
        rows = sorted(self.rows([name]).collect(), key=lambda row: row[:2])
        return [value for row in rows for value in row[3]]

    @property
    def session(self) -> SparkSession:
        """The session of its DataFrame."""
        session: SparkSession = self._frame.sparkSession
        return session

    def type_of(self, name: str) -> str:
        """The type of `ids` or `labels`, as Spark SQL spells it."""
        elements: str = self._frame.schema[name].dataType.elementType.simpleString()
        return elements

    def only(self, rows: np.ndarray) -> "FeatureSet":
        """Some rows, by their numbers in ascending order; lazy."""
        chosen: Dict[Key, np.ndarray] = {}
        index, offsets = [], self.offsets()
        for entry in self.index:
            start, end = np.searchsorted(rows, [offsets[entry.key], offsets[entry.key] + entry.n])
            if end > start:
                within = rows[start:end] - offsets[entry.key]
                chosen[entry.key] = within if self._chosen is None else self._chosen[entry.key][within]
                index.append(Entry(*entry.key, int(end - start)))
        return FeatureSet(
            self.side, self._frame, index, width=self.width, n_classes=self.n_classes, centre=self.centre,
            part_of=self._part_of or self, chosen=chosen,
        )  # fmt: skip

    def release(self) -> None:
        """Let Spark forget the features."""
        self._frame.unpersist()

    def rows(self, columns: Sequence[str], where: Any = None) -> "RDD[Any]":
        """(partition, block, n, columns) of each block.

        An RDD and no mapInArrow: Arrow would hand over spark.sql.execution.arrow.maxRecordsPerBatch rows at once, by
        default 10,000 blocks of 2 MB. Pickled rows come some at a time."""
        chosen, base, key = self._chosen, self._part_of or self, tuple(columns)
        if where is not None:
            rows = _as_rdd(self._frame.where(where), columns)
        else:  # planned once: a plan takes longer than a small job
            if key not in base._rdds:
                base._rdds[key] = _as_rdd(self._frame, columns)
            rows = base._rdds[key]
        if chosen is None:
            return rows
        sent = by_value(pick, tasks)
        return rows.mapPartitions(lambda part: pickle.loads(sent)(part, chosen))

    def _rows_here(self, column: str) -> List[Any]:
        """`rows` on the driver, collected once, in order."""
        if column not in self._held:
            if self._part_of is not None and self._part_of.is_small:
                self._held[column] = list(pick(self._part_of._rows_here(column), self._chosen or {}))
            else:
                self._held[column] = sorted(self.rows([column]).collect(), key=lambda row: row[:2])
        return self._held[column]

    def _here(self, task: Callable[..., Any], args: Sequence[Any], column: str) -> List[Tuple[Any, Any]]:
        """What the task yields for each partition, computed by the driver."""
        parts = by_partition(self._rows_here(column))
        return [pair for rows in parts for pair in task(blocks_of(rows), *args)]

    def _run(
        self, task: Callable[..., Any], args: Sequence[Any], column: str, table: Any = None
    ) -> "RDD[Any]":
        sent = by_value((task, blocks_of, by_partition, tuple(args)), tasks)

        def run(rows: Iterable[Any]) -> Iterable[Tuple[Any, Any]]:
            task, blocks_of, by_partition, args = pickle.loads(sent)
            if table is not None:
                values = np.frombuffer(table.value, "<f4").reshape(-1, args[0].values.shape[1])
                args = (args[0]._replace(values=values), *args[1:])
            for part in by_partition(rows):
                yield from task(blocks_of(part), *args)

        return self.rows([column]).mapPartitions(run)


def _as_rdd(frame: DataFrame, columns: Sequence[str]) -> "RDD[Any]":
    return frame.select("partition", "block", "n", *columns).rdd.map(tuple)


def from_frame(side: str, df: DataFrame, *, id_type: DataType, label_type: DataType) -> FeatureSet:
    """The features in a DataFrame(id, label, features, and maybe probabilities), computed once and kept by Spark.

    Raises:
        ValueError: no row, or features that cannot be used."""
    sent = by_value(pack, tasks)

    def packed(batches: Iterable[Any]) -> Iterable[Any]:
        yield from pickle.loads(sent)(batches)

    likely = ["probabilities"] if "probabilities" in df.columns else []
    rows = df.select("id", "label", "features", *likely)
    cells = f"{_CELLS}, ids {ArrayType(id_type).simpleString()}, labels {ArrayType(label_type).simpleString()}"
    frame = rows.mapInArrow(packed, cells).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        known = frame.select("partition", "block", "n", "width", "classes", "total")
        blocks = sorted(tuple(row) for row in known.collect())
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
    total = np.sum([np.frombuffer(block[5], "<f8") for block in blocks], axis=0)
    centre = total / sum(entry.n for entry in index)
    return FeatureSet(side, frame, index, width=widths[0], n_classes=blocks[0][4], centre=centre)


def extracted(df: DataFrame, extractor: Any, image_col: str, id_col: str, label_col: str) -> DataFrame:
    """A lazy DataFrame(id, label, features, and maybe probabilities) of images.

    Args:
        id_col: a column that names a row; if the DataFrame has none, rows have Spark's monotonically increasing ids.
        label_col: of classes; if the DataFrame has none, labels are null."""
    own_id = F.col(quoted(id_col)) if id_col in df.columns else F.monotonically_increasing_id()
    own_label = F.col(quoted(label_col)) if label_col in df.columns else F.lit(None).cast(StringType())
    rows = df.select(F.col(quoted(image_col)).alias("image"), own_id.alias("id"), own_label.alias("label"))
    features: DataFrame = extractor.extract(rows, image_col="image", keep=("id", "label"))
    return features
