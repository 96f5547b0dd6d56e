"""Measurements against PyTorch, interleaved with it in one run; the numbers in the README come from here."""
