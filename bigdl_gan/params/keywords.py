"""The keyword arguments of a stage's constructor and `setParams`."""

from typing import TypeVar

from pyspark.ml.param import Params

_Stage = TypeVar("_Stage", bound=Params)


def set_given(stage: _Stage) -> _Stage:
    """Sets what pyspark's `keyword_only` kept of the present call; None stands for a keyword that was not given."""
    given = stage._input_kwargs  # type: ignore[attr-defined]
    return stage._set(**{name: value for name, value in given.items() if value is not None})
