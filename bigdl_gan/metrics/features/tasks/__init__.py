"""Computes features in tasks, with only Pillow, NumPy and pandas, and onnxruntime if a file needs it.

This folder imports nothing else from the package: its code is sent to executors, which need not have the package."""
