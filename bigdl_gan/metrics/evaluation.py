"""`evaluate`: several metrics of generated images against real ones, in one call."""

from typing import Any, Callable, Dict, List, Mapping, Sequence, Union

from pyspark.sql import DataFrame

from bigdl_gan.images.schema import check_image_column
from bigdl_gan.jvm import bridge
from bigdl_gan.metrics.class_evaluators import ClassBalance, InceptionScore
from bigdl_gan.metrics.classification_evaluator import ClassificationAccuracy
from bigdl_gan.metrics.evaluators import KID, FrechetDistance, PrecisionRecall
from bigdl_gan.metrics.image_evaluators import Diversity, Weave
from bigdl_gan.metrics.measuring import Sources, measure
from bigdl_gan.metrics.memory_evaluator import Memorization
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator, check_evaluators
from bigdl_gan.metrics.results import Results
from bigdl_gan.params.rules import Extractor, Images
from bigdl_gan.params.values import to_seed

METRICS: Dict[str, Callable[..., Any]] = {
    "fid": FrechetDistance, "fid_infinity": FrechetDistance, "kid": KID, "precision": PrecisionRecall,
    "recall": PrecisionRecall, "density": PrecisionRecall, "coverage": PrecisionRecall,
    "inception_score": InceptionScore, "class_balance": ClassBalance, "missing_classes": ClassBalance,
    "memorization": Memorization, "authenticity": Memorization, "diversity": Diversity,
    "feature_diversity": Diversity, "weave": Weave,
    "classification_accuracy": ClassificationAccuracy,
}  # fmt: skip
_LABEL = "label"


def evaluate(
    fakes: DataFrame, reals: Any, metrics: Sequence[Union[str, MetricEvaluator]] = ("fid", "kid"), *,
    features: Any = None, seed: int = 0,
    image_col: str = "image", label_col: str = _LABEL, id_col: str = "id", held_out: Any = None,
) -> Results:  # fmt: skip
    """Measures generated images against real ones. Features are extracted once, and kept by Spark until the end.

    If both DataFrames have `label_col`, each result has one for each class as well.

    Args:
        fakes: DataFrame of generated images.
        reals: DataFrame of real images, or `ReferenceStatistics` of one.
        metrics: names, or evaluators with Params of their own: "fid", PrecisionRecall(metricName="recall", k=3).
        features: what gives an image its features: a feature extractor. "diversity", "weave" and
            "classification_accuracy" need none.
        seed: of all random choices.
        image_col: image structs, in all DataFrames.
        label_col: classes, integers or text. "": none.
        id_col: what names a row in tables. Without it, Spark's monotonically increasing ids do.
        held_out: for "memorization" and "classification_accuracy": real images that were not trained on, DataFrame or
            (for the first) `ReferenceStatistics`.
    Returns:
        A mapping from names to results: `evaluate(...)["kid"].value`.
    Raises:
        ValueError, TypeError: an argument breaks its rule, a column is missing, a DataFrame is empty, or has too few
            images for a figure. All but the last two are found before any Spark job.
    Warns:
        UserWarning: a figure of so few images should not be trusted; how many it needs."""
    evaluators = as_evaluators(metrics)
    held_out = held_out_of(evaluators, held_out)
    bridge.check_frame(fakes, "`fakes`")
    given = {"fakes": fakes, "reals": reals, "held_out": held_out}
    check_inputs(evaluators, features, given, image_col, label_col)
    label_col = _shared_label(label_col, [df for df in (fakes, reals) if isinstance(df, DataFrame)])
    sources = Sources(fakes, reals, held_out, image_col=image_col, id_col=id_col, label_col=label_col)
    return measure(evaluators, sources, features, to_seed(seed))


def check_inputs(
    evaluators: Sequence[MetricEvaluator], features: Any, given: Mapping[str, Any], image_col: str, label_col: str
) -> None:
    """Check what is to be measured, and of which images; no Spark job.

    Args:
        given: by name, `reals`, `held_out` (or None), and maybe `fakes`.
    Raises:
        ValueError, TypeError: as `evaluate`."""
    check_evaluators(evaluators)
    if features is not None or any(evaluator.needs_features for evaluator in evaluators):
        Extractor().check("features", features)
    Images().check("reals", given["reals"])
    _check_held_out(evaluators, given["held_out"])
    for name, df in given.items():
        if isinstance(df, DataFrame):
            bridge.refuse_stream(df, "Take its batches, in writeStream.foreachBatch(...).")
            _check_columns(name, df, image_col)
    for evaluator in evaluators:
        evaluator.check_frames(given, image_col, label_col)


def held_out_of(evaluators: Sequence[MetricEvaluator], held_out: Any) -> Any:
    """What was given as `held_out`, or else to an evaluator."""
    if held_out is not None:
        return held_out
    return next((one.held_out() for one in evaluators if one.held_out() is not None), None)


def _check_held_out(evaluators: Sequence[MetricEvaluator], held_out: Any) -> None:
    if held_out is not None:
        Images().check("held_out", held_out)
        return
    needing = [evaluator.name for evaluator in evaluators if evaluator.needs_held_out]
    if needing:
        raise ValueError(
            f"`held_out` must be given for {', '.join(needing)}: real images that were not trained on. Received: "
            "nothing."
        )


def as_evaluators(metrics: Any) -> List[MetricEvaluator]:
    """An evaluator for each metric, which may be one. Raises ValueError or TypeError for what names no metric."""
    if isinstance(metrics, (str, MetricEvaluator)):
        metrics = [metrics]
    found = []
    for metric in metrics:
        if isinstance(metric, MetricEvaluator):
            found.append(metric)
        elif not isinstance(metric, str):
            raise TypeError(
                "`metrics` must hold names or evaluators of `bigdl_gan.metrics`. Received: "
                f"{metric if isinstance(metric, type) else type(metric)}."
            )
        elif metric not in METRICS:
            raise ValueError(f"`metrics` must hold names among {', '.join(METRICS)}. Received: {metric!r}.")
        else:
            found.append(METRICS[metric](metricName=metric))
    return found


def _check_columns(name: str, df: DataFrame, image_col: str) -> None:
    try:
        check_image_column(df, image_col)
    except (ValueError, TypeError) as error:
        raise type(error)(f"`{name}`: {error}") from error


def _shared_label(label_col: str, frames: List[DataFrame]) -> str:
    """The column of labels, if all have it; "" otherwise. Raises ValueError if another than the usual is missing."""
    if not label_col or all(label_col in df.columns for df in frames):
        return label_col
    if label_col != _LABEL:
        raise ValueError(
            f"`label_col` must name a column of both DataFrames. Received: label_col={label_col!r}, columns: "
            f"{'; '.join(', '.join(df.columns) for df in frames)}."
        )
    return ""
