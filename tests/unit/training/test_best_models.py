"""Which generator counts as the best, without networks and without Spark: `returnBest` in the driver's memory."""

from types import SimpleNamespace

import pytest
from scripted_figures import Scripted

from bigdl_gan.checkpoints.keeper import Past
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.report.history import STATISTICS, History
from bigdl_gan.report.progress import Progress
from bigdl_gan.training import best_models
from bigdl_gan.training.best_models import BestModels


class Played:
    """A training whose state is its update's number.

    Attributes:
        gathered: updates whose state was asked for."""

    def __init__(self, *, is_larger_better, return_best="taste", interval=1, keeper=None, **params_of):
        params = GANParams()._set(callbacks=[Scripted({}, is_larger_better=is_larger_better)], **params_of)
        self.params = params._set(returnBest=return_best) if return_best else params
        self.progress, self.gathered = Progress(total=9, batch_size=8, n_images=32), []
        self.progress.go_to(0, History(interval))
        request = SimpleNamespace(spark=None, params=self.params)
        self.best = BestModels(request, keeper, SimpleNamespace(past=self.past), self.progress, begin=None)

    def past(self, progress, *, moments=True):
        assert moments == self.params.isDefined("checkpointDir")  # nothing resumes from memory
        self.gathered.append(progress.iteration)
        return Past(progress.iteration, progress.history, progress.iteration, stream=0)

    def play(self, *figures, unmeasured=()):
        """One update for each figure, or None.

        Args:
            unmeasured: updates after which measuring failed."""
        for figure in figures:
            i = self.progress.iteration + 1
            position = {"iteration": i, "epoch": i / 4, "images": 8 * i, "seconds": float(i)}
            self.progress.advance([{**position, **dict.fromkeys(STATISTICS, 0.0)}])
            if figure is not None:
                self.progress.record({"taste": figure})
            self.best.keep_returned()
        return self.best.returned({}, {"taste": unmeasured} if unmeasured else {})


@pytest.mark.parametrize(
    "is_larger_better, figures, iteration",
    [(True, [1, 3, None, 3, 2], 2), (False, [3, 1, None, 1, 2], 2), (True, [-2, -1], 2), (False, [-2, -1], 1)],
)
def test_the_earliest_of_the_best(is_larger_better, figures, iteration):
    found = Played(is_larger_better=is_larger_better).play(*figures)
    assert (found.state, found.history[-1]["iteration"], found.path) == (iteration, iteration, None)
    assert found.history[-1]["metric/taste"] == figures[iteration - 1] and len(found.history) == iteration


def test_only_better_ones_are_gathered():
    training = Played(is_larger_better=True)
    training.play(1.0, 1.0, 0.5, None, 2.0)
    assert training.gathered == [1, 5]


def test_the_history_ends_with_the_best_within_an_interval():
    found = Played(is_larger_better=True, interval=2).play(None, None, 5.0, 4.0)
    assert [(row["iteration"], row.get("metric/taste")) for row in found.history] == [(2, None), (3, 5.0)]


def test_a_rollback_undoes_none():
    training = Played(is_larger_better=True)
    training.play(1.0, 5.0, 3.0)
    training.progress.go_to(1, History(1))
    found = training.play(5.0, 4.0)
    assert training.gathered == [1, 2] and found.history[-1]["metric/taste"] == 5.0


def test_without_a_figure_it_is_the_last():
    with pytest.warns(RuntimeWarning, match="`returnBest`='taste' has no generator to return: none was measured. The "
                      "returned model is from the last update, 2. Measure it by metrics.evaluate"):  # fmt: skip
        assert Played(is_larger_better=True).play(None, None) is None


@pytest.mark.parametrize(
    "unmeasured, named, remedy",
    [
        ([3], "3, because", "of the others.$"),
        ([1, 4], "1, 4, because", "of the others. With a `checkpointDir`, the last one would have been kept as well"),
        (range(11, 19), "11, 12, 13, 14, 15 and 3 more, because", "of the others.$"),
    ],
    ids=str,
)
def test_generators_that_could_not_be_compared_are_named(unmeasured, named, remedy):
    message = f"`returnBest`='taste' could not compare .* updates {named} .* model, of update 2 of 4, is .*{remedy}"
    with pytest.warns(RuntimeWarning, match=message):
        assert Played(is_larger_better=True).play(None, 5.0, None, None, unmeasured=unmeasured).state == 2


def test_nothing_is_gathered_if_nothing_is_asked_for():
    training = Played(is_larger_better=True, return_best="")
    assert training.play(1.0, 2.0) is None and not training.gathered


class Full:
    """A keeper whose file system is full after the first checkpoint.

    Attributes:
        reported: update, folder and error of each that failed."""

    def __init__(self):
        self.reported, self.written = [], []

    def write_to(self, past, folder):
        if self.written:
            raise OSError("no space left")
        self.written.append(past.iteration)
        return f"{folder}/checkpoint-{past.iteration:08d}"

    def report(self, iteration, folder, error):
        self.reported.append((iteration, folder, str(error)))


def test_one_that_cannot_be_written_leaves_the_one_before(monkeypatch):
    deleted, opened = [], []

    def open_at(spark, path):
        opened.append(path)
        raise OSError("gone too")

    monkeypatch.setattr(best_models, "delete_others", lambda spark, folder, path: deleted.append(path))
    monkeypatch.setattr(best_models.checkpoints, "open_at", open_at)
    keeper = Full()
    training = Played(is_larger_better=True, keeper=keeper, checkpointDir="/run/")
    with pytest.warns(RuntimeWarning, match="has no generator to return: gone too. .* update, 3"):
        assert training.play(1.0, 2.0, 0.5) is None
    assert keeper.reported == [(2, "/run/best-taste", "no space left")] and training.gathered == [1, 2]
    assert deleted == opened == ["/run/best-taste/checkpoint-00000001"]
