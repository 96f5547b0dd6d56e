"""Turns a row's picture into the target's pixels, in tasks, with only Pillow, NumPy and pandas.

This folder imports nothing else from the package: its code is sent to executors, which need not have the package."""
