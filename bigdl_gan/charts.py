"""Charts of a model's history."""

from bigdl_gan.report.charts import curves, write_curves

__all__ = ["curves", "write_curves"]
