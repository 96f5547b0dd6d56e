"""Reports on a training: its updates' statistics, as a table and as charts."""

from bigdl_gan.report.charts import write_curves
from bigdl_gan.report.history import POSITION, STATISTICS, to_csv, write_csv

__all__ = ["POSITION", "STATISTICS", "to_csv", "write_csv", "write_curves"]
