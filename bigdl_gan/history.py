"""A model's history: the names of its statistics, and a table of them."""

from bigdl_gan.report.history import PENALTY_STATISTICS, POSITION, STATISTICS, to_csv, to_pandas, write_csv

__all__ = ["PENALTY_STATISTICS", "POSITION", "STATISTICS", "to_csv", "to_pandas", "write_csv"]
