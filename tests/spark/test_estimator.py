"""Training through the estimator: what it returns, what it reproduces, what it leaves behind."""

import gc
import itertools
import time

import numpy as np
import pytest
from bigdl.dllib.keras.optimizers import Adam as KerasAdam
from bigdl.dllib.optim.optimizer import SGD, Adam, RMSprop
from pyspark.ml import Pipeline
from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.ml.feature import SQLTransformer
from pyspark.ml.tuning import ParamGridBuilder, TrainValidationSplit, TrainValidationSplitModel

from bigdl_gan import GANModel, datasets, optimizers
from bigdl_gan.jvm import bridge
from bigdl_gan.losses import LOSSES
from bigdl_gan.params import UPDATE_RULES

NUMBERS = (
    "loss/generator", "loss/discriminator", "probability/real", "probability/fake", "accuracy/real", "accuracy/fake",
    "gradient_norm/generator", "gradient_norm/discriminator", "seconds", "seconds/update", "seconds/decode",
    "seconds/compute", "seconds/exchange", "seconds/optimizer",
)  # fmt: skip
CLEAN_UP_SECONDS = 60  # Spark's own cleaner runs after the JVM's garbage collection, in a separate thread


def both_weights(stage):
    return stage.getGenerator().get_weights() + stage.getDiscriminator().get_weights()


def running_mean(stage):
    """The running statistics of the generator's first batch norm."""
    tensors = stage.getGenerator().value.getExtraParameter()
    return np.array(tensors[0].storage().array())


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second))


@pytest.mark.slow
def test_one_seed_gives_the_same_weights_bit_for_bit(digits, digit_gan):
    gan = digit_gan(maxIter=3, seed=5)
    first, again, other = gan.fit(digits), gan.fit(digits), gan.fit(digits, {gan.seed: 6})
    assert same(both_weights(first), both_weights(again))
    np.testing.assert_array_equal(running_mean(first), running_mean(again))
    assert not any(np.array_equal(a, b) for a, b in zip(both_weights(first), both_weights(other)) if a.ndim > 1)


def test_fit_trains_copies(digits, digit_gan):
    gan = digit_gan()
    before, mean_before = both_weights(gan), running_mean(gan)
    model = gan.fit(digits)
    assert same(before, both_weights(gan))
    np.testing.assert_array_equal(mean_before, running_mean(gan))
    assert not any(np.array_equal(a, b) for a, b in zip(before, both_weights(model)))
    assert np.abs(running_mean(model) - mean_before).max() > 0


@pytest.mark.long
@pytest.mark.parametrize("rule, n_critic", [("simultaneous", 1), ("alternating", 1), ("alternating", 3)])
def test_history(noise, dense_gan, rule, n_critic):
    model = dense_gan(updateRule=rule, nCritic=n_critic, maxIter=5).fit(noise)
    assert [row["iteration"] for row in model.history] == [1, 2, 3, 4, 5]
    assert [row["images"] for row in model.history] == [8 * n_critic * i for i in range(1, 6)]
    np.testing.assert_allclose([row["epoch"] for row in model.history], np.arange(1, 6) * 8 * n_critic / 48, rtol=1e-12)
    for row in model.history:
        assert set(row) == {"iteration", "epoch", "images", *NUMBERS}
        assert all(np.isfinite(row[name]) for name in NUMBERS)
        assert all(0 <= row[name] <= 1 for name in NUMBERS if name.startswith(("probability/", "accuracy/")))
        assert row["gradient_norm/generator"] > 0 and row["gradient_norm/discriminator"] > 0
    seconds = [row["seconds"] for row in model.history]
    assert seconds == sorted(seconds) and seconds[0] > 0


@pytest.mark.long
@pytest.mark.parametrize(
    "limits, expected",
    [
        ({"maxIter": 4}, 4),
        ({"maxEpochs": 1.0}, 6),  # 48 images in batches of 8
        ({"maxEpochs": 0.4}, 3),  # 2.4 updates: the third is completed
        ({"maxIter": 2, "maxEpochs": 1.0}, 2),
        ({"maxIter": 9, "maxEpochs": 0.5}, 3),
        ({"maxEpochs": 1.0, "updateRule": "alternating", "nCritic": 2}, 3),  # 16 images for each generator update
    ],
    ids=str,
)
def test_how_long_it_trains(noise, dense_gan, limits, expected):
    gan = dense_gan(**limits)
    if "maxIter" not in limits:
        gan.clear(gan.maxIter)
    assert len(gan.fit(noise).history) == expected


@pytest.mark.slow
@pytest.mark.parametrize("rule, loss", list(itertools.product(UPDATE_RULES, LOSSES)))
@pytest.mark.parametrize("make", [Adam, SGD, RMSprop], ids=["Adam", "SGD", "RMSprop"])
def test_rules_losses_and_optimizers(noise, dense_gan, make, rule, loss):
    gan = dense_gan(updateRule=rule, loss=loss, maxIter=3)
    with bridge.quiet_dllib():
        gan.setParams(generatorOptimizer=make(learningrate=0.01), discriminatorOptimizer=make(learningrate=0.02))
    model = gan.fit(noise)
    assert np.isfinite([[row["loss/generator"], row["loss/discriminator"]] for row in model.history]).all()
    assert not same(both_weights(gan), both_weights(model))
    assert all(np.isfinite(w).all() for w in both_weights(model))


@pytest.mark.slow
@pytest.mark.parametrize("ours, dllibs", [
    (optimizers.Adam(0.01, beta_1=0.3, beta_2=0.9, epsilon=1e-5),
     lambda: Adam(learningrate=0.01, beta1=0.3, beta2=0.9, epsilon=1e-5)),
    (optimizers.RMSprop(0.01, rho=0.8, epsilon=1e-4), lambda: RMSprop(learningrate=0.01, decayrate=0.8, epsilon=1e-4)),
    (optimizers.SGD(0.01, momentum=0.9, nesterov=True, weight_decay=0.1),
     lambda: SGD(learningrate=0.01, momentum=0.9, dampening=0.0, nesterov=True, weightdecay=0.1)),
], ids=["Adam", "RMSprop", "SGD"])  # fmt: skip
def test_our_optimizers_are_dllibs(noise, dense_gan, ours, dllibs, tmp_path):
    with bridge.quiet_dllib():
        theirs = dllibs()
    gan = dense_gan(generatorOptimizer=ours, discriminatorOptimizer=ours, maxIter=3)
    model = gan.fit(noise)
    expected = dense_gan(generatorOptimizer=theirs, discriminatorOptimizer=theirs, maxIter=3).fit(noise)
    assert same(both_weights(model), both_weights(expected))
    model.save(str(tmp_path / "model"))
    assert GANModel.load(str(tmp_path / "model")).getGeneratorOptimizer() == ours


@pytest.mark.slow
@pytest.mark.parametrize("given, same_as", [
    ({"generatorLearningRate": 0.02, "discriminatorLearningRate": 0.01},
     {"generatorOptimizer": optimizers.Adam(0.02), "discriminatorOptimizer": optimizers.Adam(0.01)}),
    ({"generatorOptimizer": lambda: RMSprop(learningrate=1.0), "generatorLearningRate": 0.01},
     {"generatorOptimizer": lambda: RMSprop(learningrate=0.01)}),
    ({"generatorOptimizer": lambda: KerasAdam(lr=1.0), "generatorLearningRate": 0.01},
     {"generatorOptimizer": lambda: KerasAdam(lr=0.01)}),
], ids=["ours", "dllib's", "dllib's Keras's"])  # fmt: skip
def test_learning_rates_as_params(noise, dense_gan, given, same_as):
    with bridge.quiet_dllib():
        given, same_as = ({k: v() if callable(v) else v for k, v in part.items()} for part in (given, same_as))
    assert same(both_weights(dense_gan(**given).fit(noise)), both_weights(dense_gan(**same_as).fit(noise)))


def test_a_search_over_learning_rates_is_saved(noise, dense_gan, tmp_path):
    gan = dense_gan(maxIter=1)
    grid = ParamGridBuilder().addGrid(gan.generatorLearningRate, [1e-3, 1e-2]).build()
    search = TrainValidationSplit(estimator=gan, estimatorParamMaps=grid, evaluator=RegressionEvaluator())
    search.write().overwrite().save(str(tmp_path / "search"))
    loaded = TrainValidationSplit.load(str(tmp_path / "search"))
    assert [list(values.values()) for values in loaded.getEstimatorParamMaps()] == [[1e-3], [1e-2]]
    assert [p.name for values in loaded.getEstimatorParamMaps() for p in values] == ["generatorLearningRate"] * 2


@pytest.mark.slow
def test_a_finished_search_is_saved(noise, dense_gan, tmp_path):
    """The evaluator gets a number that depends on the generated images, whatever it means."""
    gan = dense_gan(maxIter=1)
    numbers = SQLTransformer(statement="SELECT double(id) AS label, double(crc32(generated.data)) AS prediction FROM "
                                       "__THIS__")  # fmt: skip
    search = TrainValidationSplit(
        estimator=Pipeline(stages=[gan, numbers]), evaluator=RegressionEvaluator(), seed=0,
        estimatorParamMaps=ParamGridBuilder().addGrid(gan.generatorLearningRate, [1e-3, 1e-2]).build(),
    )  # fmt: skip
    found = search.fit(noise)
    found.write().overwrite().save(str(tmp_path / "search"))
    loaded = TrainValidationSplitModel.load(str(tmp_path / "search"))
    assert loaded.validationMetrics == found.validationMetrics and len(set(loaded.validationMetrics)) == 2
    best, kept = found.bestModel.stages[0], loaded.bestModel.stages[0]
    assert kept.getGeneratorLearningRate() == best.getGeneratorLearningRate()
    assert same(both_weights(kept), both_weights(best))


def test_the_progress_bar_shows_both_losses(noise, dense_gan, capfd):
    gan = dense_gan()
    gan.clear(gan.callbacks)
    gan.fit(noise)
    out, err = capfd.readouterr()
    assert out == "" and "2/2" in err and "loss G " in err and "images/s" in err
    gan.setParams(callbacks=[]).fit(noise)
    assert capfd.readouterr() == ("", "")


def test_one_image_a_replica_and_partitions_without_rows(frame, dense_gan):
    arrays = list(np.random.default_rng(1).integers(0, 256, size=(3, 4, 4, 1), dtype=np.uint8))
    model = dense_gan(batchSize=3).fit(frame(arrays, 7))
    assert [row["images"] for row in model.history] == [3, 6]


def broadcasts(sc):
    """The broadcasts that have a block anywhere."""
    statuses = sc._jsc.sc().env().blockManager().master().getStorageStatus()
    names = ",".join(status.blocks().keys().toSeq().mkString(",") for status in statuses).split(",")
    return {name.split("_piece")[0] for name in names if name.startswith("broadcast_")}


@pytest.mark.slow
def test_twenty_trainings_leave_nothing_behind(spark, digits, digit_gan):
    sc, gan = spark.sparkContext, digit_gan(maxIter=1)
    held = sc.broadcast(0)
    assert broadcasts(sc)  # the test does see them
    held.destroy()
    gan.fit(digits)
    persisted, broadcast = set(sc._jsc.getPersistentRDDs()), broadcasts(sc)
    for _ in range(20):
        gan.fit(digits)
    assert set(sc._jsc.getPersistentRDDs()) == persisted
    assert list(bridge.call("resourceUse")) == [0, 0]
    deadline = time.monotonic() + CLEAN_UP_SECONDS
    while broadcasts(sc) - broadcast and time.monotonic() < deadline:
        gc.collect()  # Python's handles keep JVM objects alive
        sc._jvm.System.gc()
        time.sleep(0.2)
    assert broadcasts(sc) - broadcast == set()


@pytest.mark.slow
def test_twenty_updates_lower_the_discriminators_loss(spark, digit_gan):
    model = digit_gan(maxIter=20, batchSize=32, seed=1).fit(datasets.mnist(spark))
    losses = [row["loss/discriminator"] for row in model.history]
    assert np.mean(losses[-5:]) < losses[0]


def test_used_optimizers_begin_anew(noise, dense_gan):
    """dllib keeps counters and moments in the object: a training must not start with another's."""
    with bridge.quiet_dllib():
        fresh, used = Adam(learningrate=0.01), Adam(learningrate=0.01)
    used.value.state().update("evalCounter", 1000)  # as after this many updates: Adam's bias correction has vanished
    expected = dense_gan(generatorOptimizer=fresh).fit(noise)
    with pytest.warns(RuntimeWarning, match="`generatorOptimizer` was used before. .* training starts without them"):
        found = dense_gan(generatorOptimizer=used).fit(noise)
    assert same(both_weights(found), both_weights(expected))
