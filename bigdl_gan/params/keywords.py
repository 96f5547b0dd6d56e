"""The keyword arguments of a stage's constructor and `setParams`."""

from typing import Any, Dict

from pyspark.ml.param import Params


def given(stage: Params) -> Dict[str, Any]:
    """What pyspark's `keyword_only` kept of the call that runs now, None for what was not passed."""
    return dict(stage._input_kwargs)  # type: ignore[attr-defined]
