"""Reports on a training: its updates' statistics as a table, as text and as charts.

`charts` is not imported here: it loads matplotlib."""

from bigdl_gan.report.history import PENALTY_STATISTICS, POSITION, STATISTICS, to_csv, to_pandas, write_csv

__all__ = ["PENALTY_STATISTICS", "POSITION", "STATISTICS", "to_csv", "to_pandas", "write_csv"]
