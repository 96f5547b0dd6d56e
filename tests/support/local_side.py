"""A side whose blocks lie in this process: a metric's numbers without Spark."""

import numpy as np

from bigdl_gan.metrics.feature_set import Entry, FeatureSet
from bigdl_gan.metrics.sides import Sides
from bigdl_gan.metrics.tasks.packing import Block
from bigdl_gan.metrics.tasks.pairs import Table


class LocalSide(FeatureSet):
    """Features (N, F) in partitions of blocks of some rows.

    Args:
        partitions: their number.
        rows: in a block."""

    def __init__(self, name, values, *, partitions=3, rows=50, probabilities=None, ids=None):
        self.blocks = {}
        values, odds = np.asarray(values, np.float32), {}
        for partition, part in enumerate(np.array_split(np.arange(len(values)), partitions)):
            for number, start in enumerate(range(0, len(part), rows)):
                self.blocks[partition, number] = values[part[start:start + rows]]
                odds[partition, number] = None if probabilities is None else probabilities[part[start:start + rows]]
        self.odds, self.ids = odds, list(range(len(values)) if ids is None else ids)
        index = [Entry(*key, len(block)) for key, block in self.blocks.items()]
        n_classes = 0 if probabilities is None else probabilities.shape[1]
        centre = values.mean(0, dtype=float)
        super().__init__(name, None, index, width=values.shape[1], n_classes=n_classes, centre=centre)

    def each(self, task, *args, table=None, column="features"):
        args = args if table is None else (table, *args)
        return [value for _, value in sorted(self.yielded(task, args, column), key=lambda pair: pair[0])]

    def fold(self, task, merge, *args):
        return merge([value for _, value in self.yielded(task, args, "features")])

    def yielded(self, task, args, column):
        found = []
        for partition in sorted({key[0] for key in self.blocks}):
            source = self.blocks if column == "features" else self.odds
            found += task((Block(*key, source[key]) for key in self.blocks if key[0] == partition), *args)
        return found

    def tables(self):
        values = np.concatenate(list(self.blocks.values()))
        for start in range(0, len(values), 70):
            yield Table(values[start:start + 70], start, False)

    def column(self, name):
        return self.ids

    def only(self, rows):
        values = np.concatenate(list(self.blocks.values()))[rows]
        odds = None if not self.n_classes else np.concatenate(list(self.odds.values()))[rows]
        return LocalSide(self.side, values, partitions=1, probabilities=odds, ids=[self.ids[row] for row in rows])


def local_sides(fakes, reals, *, seed=0, **others):
    """Both sides, and maybe held_out, float (N, F) each."""
    named = {"fakes": fakes, "reals": reals, **others}
    return Sides({name: LocalSide(name, values) for name, values in named.items()}, seed=seed)
