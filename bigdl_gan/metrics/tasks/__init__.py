"""What metrics compute in tasks, with only NumPy and pyarrow.

This folder imports nothing else from the package: its code is sent to executors, which need not have the package."""
