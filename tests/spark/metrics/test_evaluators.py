"""The metrics as evaluators of Spark ML: Params, copies, searches with a GAN."""

import numpy as np
import pytest
from mean_colours import MeanColours
from param_cases import others
from pyspark.ml.evaluation import Evaluator
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder, TrainValidationSplit

from bigdl_gan import GANEstimator, images, metrics
from bigdl_gan.layers import Dense, Flatten, Input, Reshape, Sequential
from bigdl_gan.metrics.evaluator_table import EVALUATOR_TABLES

PIXELS = np.random.default_rng(0).integers(0, 256, (48, 4, 4, 1), dtype=np.uint8)
ALL = pytest.mark.parametrize("name", EVALUATOR_TABLES)
LARGER = {
    "precision", "recall", "density", "coverage", "inception_score", "memorization", "authenticity", "diversity",
    "feature_diversity", "classification_accuracy",
}  # fmt: skip

pytestmark = [pytest.mark.usefixtures("spark"), pytest.mark.filterwarnings("ignore:.*:UserWarning")]


@ALL
def test_params(name):
    table = EVALUATOR_TABLES[name]
    evaluator = getattr(metrics, name)()
    assert isinstance(evaluator, Evaluator)
    assert {p.name: v for p, v in evaluator.extractParamMap().items()} == table.defaults()
    values = others(table)
    assert {one: getattr(evaluator._set(**values), f"get{one[0].upper()}{one[1:]}")() for one in values} == values
    copied = evaluator.copy({evaluator.seed: 77})
    assert (type(copied), copied.getSeed(), evaluator.getSeed()) == (type(evaluator), 77, values["seed"])


@pytest.mark.parametrize("name", metrics.evaluation.METRICS)
def test_which_way_is_better(name):
    assert metrics.evaluation.METRICS[name](metricName=name).isLargerBetter() == (name in LARGER)


def test_what_is_missing(spark):
    df = images.from_numpy(spark, PIXELS)
    with pytest.raises(ValueError, match="`fakesCol` must name a column of the DataFrame. Received: fakesCol='gener"):
        metrics.KID().evaluate(df)
    fakes = df.withColumnRenamed("image", "generated")
    with pytest.raises(ValueError, match="`features` must be set. .* metrics.KID\\(features=...\\)"):
        metrics.KID(reals=df).evaluate(fakes)
    with pytest.raises(ValueError, match="`features` must be set"):
        metrics.KID(imageCol="generated").evaluate(fakes)
    with pytest.raises(ValueError, match="`imageCol` must name a column of the DataFrame. Received: imageCol='image'"):
        metrics.KID(features=MeanColours(spark)).evaluate(fakes)
    with pytest.raises(ValueError, match="`reals` must be set to the training images"):
        metrics.Memorization(features=MeanColours(spark)).evaluate(fakes)
    with pytest.raises(ValueError, match="`heldOut` must be set for memorization"):
        metrics.Memorization(features=MeanColours(spark), reals=df).evaluate(fakes)
    with pytest.raises(ValueError, match="`metricName` must be one of fid, fid_infinity. Received: metricName='kid'"):
        metrics.FrechetDistance(metricName="kid", features=MeanColours(spark)).evaluate(fakes)
    with pytest.raises(TypeError, match="`features` must be a feature extractor"):
        metrics.KID(features=3).evaluate(fakes)


@pytest.mark.slow
def test_evaluates_a_column_against_another(spark):
    """As `transform` leaves them; Params in a map of their own."""
    both = images.from_numpy(spark, PIXELS).withColumnRenamed("image", "picture")
    both = both.join(images.from_numpy(spark, PIXELS[::-1].copy()), "id")
    evaluator = metrics.FrechetDistance(features=MeanColours(spark), fakesCol="image", imageCol="picture")
    assert abs(evaluator.evaluate(both)) < 1e-12
    few = images.from_numpy(spark, PIXELS[:20])
    assert evaluator.evaluate(both, {evaluator.reals: few.withColumnRenamed("image", "picture")}) > 1e-6


@pytest.mark.slow
def test_searches(spark):
    """A rate of nearly nothing leaves the generator grey; both searches rank by the metric."""
    generator = Sequential([Input((4,)), Dense(16, activation="tanh"), Reshape((1, 4, 4))])
    discriminator = Sequential([Input((1, 4, 4)), Flatten(), Dense(1)])
    gan = GANEstimator(generator=generator, discriminator=discriminator, batchSize=8, maxIter=2, seed=1)
    grid = ParamGridBuilder().addGrid(gan.generatorLearningRate, [1e-7, 1e-2]).build()
    df = images.from_numpy(spark, PIXELS)
    evaluator = metrics.KID(features=MeanColours(spark), nSubsets=0)
    split = TrainValidationSplit(estimator=gan, estimatorParamMaps=grid, evaluator=evaluator, seed=0).fit(df)
    assert len(split.validationMetrics) == 2 and split.validationMetrics[0] != split.validationMetrics[1]
    best = grid[int(np.argmin(split.validationMetrics))][gan.generatorLearningRate]
    assert split.bestModel.getGeneratorLearningRate() == best
    crossed = CrossValidator(estimator=gan, estimatorParamMaps=grid[:1], evaluator=evaluator, numFolds=2, seed=0)
    assert np.isfinite(crossed.fit(df).avgMetrics).all()
