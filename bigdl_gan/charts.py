"""Charts of a model's history."""

from bigdl_gan.report.charts import write_curves

__all__ = ["write_curves"]
