"""From images to results: features are extracted once, and forgotten at the end."""

import warnings
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence

import numpy as np
import pyspark
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bigdl_gan.images.schema import quoted
from bigdl_gan.metrics.feature_set import FeatureSet, extracted, from_frame
from bigdl_gan.metrics.own_version import own_version
from bigdl_gan.metrics.results import Figure, Result, Results
from bigdl_gan.metrics.sides import Sides

_CALLER = 5  # frames from a warning to the caller of `metrics.evaluate`


class Sources(NamedTuple):
    """Where images come from.

    Attributes:
        fakes: DataFrame; None if there are none yet.
        reals: DataFrame or `ReferenceStatistics`.
        held_out: the same, or None."""

    fakes: Optional[DataFrame]
    reals: Any
    held_out: Any
    image_col: str
    id_col: str
    label_col: str


def measure(
    evaluators: Sequence[Any], sources: Sources, extractor: Any, seed: int, *, kept: Mapping[str, FeatureSet] = {}
) -> Results:
    """The evaluators' figures. Features are extracted once for each source, kept by Spark meanwhile, and released.

    Args:
        kept: features that are known already, by side; they are not released."""
    described = dict(extractor.describe()) if extractor is not None else {}
    found = dict(kept)
    try:
        extract(evaluators, sources, extractor, found)
        _check_widths(found)
        sides = Sides(found, seed=seed, images=_images(sources))
        classes = _classes(sides) if sources.label_col else {}
        return Results({
            evaluator.name: _result(evaluator, sides, classes, described) for evaluator in evaluators
        })  # fmt: skip
    finally:
        for side, feature_set in found.items():
            if side not in kept:
                feature_set.release()


def extract(evaluators: Sequence[Any], sources: Sources, extractor: Any, found: Dict[str, FeatureSet]) -> None:
    """Add the features that the evaluators need and `found`, by side, lacks. Who calls this releases them."""
    if not any(evaluator.needs_features for evaluator in evaluators):
        return
    needed = [evaluator.name for evaluator in evaluators if evaluator.needs_probabilities]
    for side in ("fakes", "reals", "held_out"):
        source = getattr(sources, side)
        is_used = side != "held_out" or any(one.uses_held_out for one in evaluators)
        if side not in found and source is not None and is_used:
            found[side] = _features(side, source, extractor, sources, needed)


def _check_widths(found: Dict[str, FeatureSet]) -> None:
    widths = {side: feature_set.width for side, feature_set in found.items()}
    if len(set(widths.values())) > 1:
        listed = ", ".join(f"{width} of {side}" for side, width in widths.items())
        raise ValueError(f"All images must have as many features. Received: {listed}. Prepare them to one size.")


def _features(side: str, source: Any, extractor: Any, sources: Sources, needed: Sequence[str]) -> FeatureSet:
    """A source's features.

    Args:
        needed: the metrics that need probabilities."""
    if not isinstance(source, DataFrame):
        found: FeatureSet = source.feature_set(side, extractor)
        if needed and not found.n_classes:
            found.release()
            raise ValueError(f"`{side}` must have probabilities for {', '.join(needed)}. Received: statistics without.")
        return found
    features = extracted(source, extractor, sources.image_col, sources.id_col, sources.label_col)
    if needed and "probabilities" not in features.columns:
        raise ValueError(
            f"`features` must be a classifier's for {', '.join(needed)}, and give `probabilities`. Received: "
            f"{extractor.describe()['extractor']}, which gives {', '.join(features.columns[2:])}."
        )
    kinds = [features.schema[name].dataType for name in ("id", "label")]
    return from_frame(side, features, id_type=kinds[0], label_type=kinds[1])


def _images(sources: Sources) -> Dict[str, DataFrame]:
    """The images with their ids, and their labels if they have some, of sources that are DataFrames."""
    found = {}
    for side in ("fakes", "reals", "held_out"):
        df = getattr(sources, side)
        if isinstance(df, DataFrame):
            own = sources.id_col in df.columns
            number = F.col(quoted(sources.id_col)) if own else F.monotonically_increasing_id()
            labels = [F.col(quoted(sources.label_col)).alias("label")] if sources.label_col in df.columns else []
            found[side] = df.select(number.alias("id"), F.col(quoted(sources.image_col)).alias("image"), *labels)
    return found


def _classes(sides: Sides) -> Dict[Any, Sides]:
    """The sides of each label that both have."""
    labels = {side: np.array(found.column("labels"), object) for side, found in sides.features.items()}
    fakes, reals = (set(labels.get(side, ())) - {None} for side in ("fakes", "reals"))
    both = fakes & reals
    if fakes and reals and not both:
        warnings.warn(
            "No label is on both sides, so no class is measured by itself. Are they of one type? "
            'label_col="" measures no classes.', stacklevel=_CALLER - 2,
        )  # fmt: skip
    return {
        label: sides.of_class({side: np.flatnonzero(own == label) for side, own in labels.items()})
        for label in sorted(both)
    }


def _result(evaluator: Any, sides: Sides, classes: Dict[Any, Sides], described: Dict[str, Any]) -> Result:
    whole = _as_result(evaluator, evaluator.figure(sides), sides, described)
    if whole.caution:
        warnings.warn(f"{evaluator.name}: {whole.caution}", stacklevel=_CALLER)
    if not evaluator.is_per_class:
        return whole
    enough = {label: own for label, own in classes.items() if min(own.fakes.n, own.reals.n) > evaluator.most_refused()}
    by_class = {
        label: _as_result(evaluator, evaluator.figure(own), own, described) for label, own in enough.items()
    }  # fmt: skip
    left_out = [str(label) for label in classes if label not in enough]
    doubtful = [str(label) for label, result in by_class.items() if result.caution]
    if left_out or doubtful:
        warnings.warn(
            f"{evaluator.name}: too few images of single classes. Left out: {', '.join(left_out) or 'none'}. Not to be "
            f"trusted: {', '.join(doubtful) or 'none'}; `caution` of these results says how many are needed.",
            stacklevel=_CALLER,
        )
    return whole._replace(by_class=by_class)


def _as_result(evaluator: Any, figure: Figure, sides: Sides, described: Dict[str, Any]) -> Result:
    versions = {"bigdl_gan": own_version(), "numpy": np.__version__, "pyspark": pyspark.__version__}
    source = described if evaluator.needs_features else {}
    versions.update(source.get("versions", {}))
    return Result(
        name=evaluator.name, value=figure.value, standard_error=figure.standard_error, interval=figure.interval,
        details=figure.details, settings={**evaluator.settings(), **figure.settings}, tables=figure.tables,
        caution=figure.caution, is_larger_better=evaluator.isLargerBetter(),
        n_fakes=figure.n_fakes or sides.fakes.n, n_reals=figure.n_reals or sides.reals.n,
        extractor={name: value for name, value in source.items() if name != "versions"}, seed=sides.seed,
        versions=versions, by_class={},
    )  # fmt: skip
