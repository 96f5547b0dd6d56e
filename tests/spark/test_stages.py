"""Every stage with networks as a Spark ML stage: Params, setters, copies, persistence, pipelines, odd inputs."""

import inspect

import numpy as np
import pytest
from param_cases import of_another_type, others
from pyspark.ml import Estimator, Model, Pipeline, PipelineModel
from pyspark.ml.base import Transformer

import bigdl_gan
from bigdl_gan import GANEstimator, GANModel, ImagePreparer
from bigdl_gan.params import GAN_TABLE

STAGES = sorted(
    (c for c in vars(bigdl_gan).values() if inspect.isclass(c) and issubclass(c, (Estimator, Transformer))),
    key=lambda c: c.__name__,
)
STAGES.remove(ImagePreparer)  # test_preparer.py
DEFAULTS, OTHERS = GAN_TABLE.defaults(), others(GAN_TABLE)
OBJECTS = GAN_TABLE.names(is_plain=False)

pytestmark = pytest.mark.usefixtures("spark")
every_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda c: c.__name__)


def plain_values(stage):
    return {p.name: v for p, v in stage.extractParamMap().items() if p.name not in OBJECTS}


def getter(name):
    return f"get{name[0].upper()}{name[1:]}"


def test_which_stages_there_are():
    assert STAGES == [GANEstimator, GANModel]
    assert issubclass(GANEstimator, Estimator) and issubclass(GANModel, Model)


@every_stage
def test_defaults_and_documentation(stage):
    instance = stage()
    assert plain_values(instance) == DEFAULTS
    assert sorted(p.name for p in instance.params) == sorted([*OTHERS, *OBJECTS])
    assert all(p.doc and p.parent == instance.uid for p in instance.params)


@every_stage
def test_every_param_has_a_getter(stage):
    instance = stage()._set(**OTHERS)
    assert {name: getattr(instance, getter(name))() for name in OTHERS} == OTHERS
    assert all(hasattr(instance, getter(name)) for name in OBJECTS)


def test_set_params():
    gan = GANEstimator()
    assert gan.setParams(**OTHERS) is gan and plain_values(gan) == OTHERS
    assert plain_values(gan.setParams(batchSize=16)) == {**OTHERS, "batchSize": 16}
    assert plain_values(GANEstimator(**OTHERS)) == OTHERS
    for arguments in ({"batch_size": 4}, {"outputcol": "x"}):
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            gan.setParams(**arguments)


@pytest.mark.parametrize(
    "stage, names",
    [(GANEstimator, [*OTHERS, *OBJECTS]), (GANModel, [row.name for row in GAN_TABLE if row.is_models])],
)
def test_setters(stage, names):
    for name in names:
        instance, value = stage(), OTHERS.get(name, [])
        setter = getattr(instance, f"set{name[0].upper()}{name[1:]}")
        assert setter(value) is instance and instance.getOrDefault(name) == value


@every_stage
@pytest.mark.parametrize("name, value, rule", list(of_another_type(GAN_TABLE)))
def test_values_of_another_type(stage, name, value, rule):
    with pytest.raises(TypeError, match=f'Invalid param value given for param "{name}". `{name}` must be {rule}'):
        stage()._set(**{name: value})


@every_stage
def test_copy(stage):
    instance = stage()._set(seed=3)
    copied = instance.copy({instance.seed: 4})
    assert type(copied) is stage and copied.uid == instance.uid
    assert (copied.getSeed(), instance.getSeed()) == (4, 3)
    copied._set(batchSize=2)
    assert instance.getBatchSize() == 32


@every_stage
def test_save_and_load(stage, dense_networks, tmp_path):
    instance = stage()._set(**OTHERS, **dense_networks())
    instance.save(str(tmp_path / "stage"))
    loaded = stage.load(str(tmp_path / "stage"))
    assert loaded.uid == instance.uid and plain_values(loaded) == OTHERS
    for role in ("generator", "discriminator"):
        for a, b in zip(instance.getOrDefault(role).get_weights(), loaded.getOrDefault(role).get_weights()):
            np.testing.assert_array_equal(a, b)


@pytest.mark.slow
def test_pipelines(noise, dense_gan, spark, tmp_path, pixels):
    pipeline = Pipeline(stages=[dense_gan(outputCol="fake", idCol="id")])
    pipeline.save(str(tmp_path / "pipeline"))
    Pipeline.load(str(tmp_path / "pipeline"))
    fitted = pipeline.fit(noise)
    fitted.save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted"))
    first, second = (model.transform(spark.range(3)).selectExpr("id", "fake as image") for model in (fitted, loaded))
    assert pixels(first) == pixels(second) and len(pixels(first)) == 3
    assert isinstance(loaded.stages[0], GANModel) and loaded.stages[0].uid == pipeline.getStages()[0].uid


def test_the_model_keeps_uid_and_params(noise, dense_gan):
    gan = dense_gan(seed=9, outputCol="fake")
    model = gan.fit(noise)
    assert model.uid == gan.uid and plain_values(model) == plain_values(gan)
    assert all(p.parent == model.uid for p in model.params)
    assert model.copy().history == model.history and len(model.history) == 2


@pytest.mark.slow
def test_fit_with_param_maps(noise, dense_gan):
    gan = dense_gan()
    longer = gan.fit(noise, {gan.maxIter: 3})
    assert len(longer.history) == 3 and longer.getMaxIter() == 3 and gan.getMaxIter() == 2
    models = gan.fit(noise, [{gan.maxIter: 1}, {gan.maxIter: 2, gan.seed: 1}, {}])
    assert [len(model.history) for model in models] == [1, 2, 2]
    assert models[2].getGenerator().value != models[1].getGenerator().value
    assert not np.array_equal(models[1].getGenerator().get_weights()[0], models[2].getGenerator().get_weights()[0])


def test_missing_column(noise, dense_gan, spark):
    with pytest.raises(ValueError, match="`imageCol` must name a column .* Received: imageCol='picture'"):
        dense_gan(imageCol="picture").fit(noise)
    with pytest.raises(ValueError, match="`idCol` must name a column of the DataFrame. Received: idCol='id'"):
        dense_gan().fit(noise).transform(spark.range(2).selectExpr("id as number"))


def test_empty_dataframe(noise, dense_gan):
    with pytest.raises(ValueError, match="The DataFrame must hold images in `image`. Received: an empty DataFrame"):
        dense_gan().fit(noise.limit(0))
    empty = dense_gan().fit(noise).copy()._set(outputCol="fake").transform(noise.where("id < 0"))
    assert empty.columns == ["image", "id", "fake"] and empty.count() == 0


@pytest.mark.long
def test_empty_partitions(noise, dense_gan):
    lopsided = noise.where("id < 16")  # the third of three partitions has no rows, the second none either
    model = dense_gan(outputCol="fake").fit(lopsided)
    assert len(model.history) == 2
    assert model.transform(lopsided.repartition(20)).count() == 16
