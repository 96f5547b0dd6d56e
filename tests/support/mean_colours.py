"""A feature extractor for tests: an image's rows' mean colours, and the shares of dark and of bright pixels."""

import numpy as np
import pandas as pd
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, FloatType, StructField, StructType


class MeanColours:
    """Counts how often it is used.

    Attributes:
        n_rows: an accumulator of images whose features were computed.
        width: features of an image."""

    def __init__(self, spark, *, name="mean colours"):
        self.name, self.n_rows = name, spark.sparkContext.accumulator(0)

    def describe(self):
        return {"extractor": self.name, "layer": "rows", "resizing": "none", "versions": {"pandas": pd.__version__}}

    def extract(self, df, image_col="image", keep=()):
        n_rows = self.n_rows

        def run(batches):
            for batch in batches:
                features, likely = [], []
                for data, height in zip(batch.pop("data"), batch.pop("height")):
                    pixels = np.frombuffer(data, np.uint8).reshape(height, -1) / 255
                    features.append(np.float32(pixels.mean(1)))
                    likely.append(np.float32([pixels.mean(), 1 - pixels.mean()]))
                n_rows.add(len(batch))
                yield batch.assign(features=features, probabilities=likely)

        kept = [df.schema[name] for name in keep]
        lists = [StructField(name, ArrayType(FloatType())) for name in ("features", "probabilities")]
        image = F.col(image_col)
        rows = df.select(*keep, image["data"].alias("data"), image["height"].alias("height"))
        return rows.mapInPandas(run, StructType([*kept, *lists]))
