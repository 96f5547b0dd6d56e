"""Schedules for `generatorSchedule`, `discriminatorSchedule` and `penaltySchedule`."""

from bigdl_gan.params.schedules import Constant, Cosine, Linear, Steps, Warmup

__all__ = ["Constant", "Cosine", "Linear", "Steps", "Warmup"]
