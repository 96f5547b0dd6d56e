"""Measures during training how good the generated images are."""

from typing import Any, Dict, List, Sequence, Union

from bigdl_gan.callbacks.base import Callback
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.metrics.metric_evaluator import MetricEvaluator
from bigdl_gan.metrics.repeated import Repeated
from bigdl_gan.metrics.results import Results
from bigdl_gan.params.values import to_integer, to_seed


class Evaluate(Callback):
    """Measures generated images against real ones at the multiples of `every`, and after the last update.

    Its figures are in the history, as "metric/kid" and so on, beside "standard_error/kid" for those that have one, and
    with it in checkpoints, `history_frame`, CSV files, TensorBoard and MLflow. `EarlyStopping("kid")`,
    `Checkpoint(folder, keep_best="kid")` and the Param `returnBest` go by them. It is called before callbacks that
    measure nothing, wherever it is among them. Its images are those that the model would generate: of the averaged
    weights, by default. A training that is stopped is not measured once more.

    The reals' features are extracted before the first update, and Spark keeps them until the end. If that fails, a
    warning says so; if something goes by its figures, `fit` raises RuntimeError instead, before the first update. If a
    later measurement fails, a warning says so, its generator has no figure, and the next measurement comes in its turn.

    Args:
        reals: DataFrame of real images, best ones that are not trained on, or `metrics.ReferenceStatistics`.
        metrics: names, or evaluators with Params of their own, as for `metrics.evaluate`. "kid" leaves out the random
            subsets, which take longer than the value.
        every: generator updates.
        n: generated images, always from the same latents. Precision, recall, density and coverage should have as many
            as there are reals.
        features: what gives an image its features: a feature extractor. Only "diversity" and "weave" need none.
        seed: of the latents, and of the metrics' random choices.
        image_col: column of the real images.
        held_out: for "memorization", as for `metrics.evaluate`.
    Attributes:
        results: all that the metrics say but their tables, by generator updates, of the last training in this process:
            for example `evaluate.results[1000]["kid"].interval`.
    Raises:
        ValueError, TypeError: as `metrics.evaluate`, at once and without a Spark job; also if n is too small.
    Example:
        >>> from bigdl_gan.metrics import features
        >>> evaluate = Evaluate(held_out, ["kid", "recall"], every=500, features=features.digits())
    """

    def __init__(
        self, reals: Any, metrics: Sequence[Union[str, MetricEvaluator]] = ("kid",), every: int = 1000, n: int = 1000,
        *, features: Any = None, seed: int = 0, image_col: str = "image", held_out: Any = None,
    ) -> None:  # fmt: skip
        self.every, self._seed = to_integer("every", every, least=1), to_seed(seed)
        self._repeated = Repeated(
            reals, metrics, features=features, seed=self._seed, image_col=image_col, held_out=held_out
        )
        self._n = to_integer("n", n, least=2)
        self._repeated.check_enough("n", self._n)
        self.metrics = self._repeated.metrics
        self.results: Dict[int, Results] = {}

    def on_begin(self, training: Training) -> None:
        self.results = {}
        self._repeated.prepare()

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        if training.iteration % self.every == 0 or training.iteration == training.total:
            found = self._repeated.measure(training.generate(self._n, self._seed))
            results = Results({name: result._replace(tables={}) for name, result in found.items()})
            self.results[training.iteration] = results
            errors = {name: result.standard_error for name, result in results.items()}
            training.record(
                {name: result.value for name, result in results.items()},
                standard_errors={name: error for name, error in errors.items() if error is not None},
            )

    def on_rollback(self, training: Training) -> None:
        self.results = {done: found for done, found in self.results.items() if done <= training.iteration}

    def on_end(self, training: Training) -> None:
        self._repeated.release()
