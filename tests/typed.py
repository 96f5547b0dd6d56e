"""What an editor and mypy know of the stages: `make lint` checks these lines, nobody runs them."""

from typing import Any, Dict, List

from pyspark.sql import DataFrame
from typing_extensions import assert_type

import bigdl_gan
from bigdl_gan import GANEstimator, GANModel, ImagePreparer


def stages(df: DataFrame) -> None:
    assert_type(GANEstimator(batchSize=64).fit(df), GANModel)
    assert_type(GANEstimator().fit(df).generate(10, seed=1), DataFrame)
    assert_type(GANEstimator().setBatchSize(64).setParams(maxIter=3), GANEstimator)
    assert_type(GANEstimator().getBatchSize(), int)
    assert_type(ImagePreparer(size=64, crop="box").setSize((64, 48)), ImagePreparer)
    assert_type(ImagePreparer(size=64).getArrayRange(), List[float])
    assert_type(GANModel.load("path").setTruncation(0.7), GANModel)
    assert_type(GANModel.load("path").score(df), DataFrame)
    assert_type(GANModel.from_weights("path", generator=None, discriminator=None), GANModel)
    assert_type(GANEstimator.load("path"), GANEstimator)
    assert_type(GANModel.load("path"), GANModel)
    assert_type(ImagePreparer.load("path"), ImagePreparer)


def submodules(history: List[Dict[str, Any]]) -> None:
    assert_type(bigdl_gan.callbacks.Curves("curves.png").every, int)
    assert_type(bigdl_gan.optimizers.Adam(learning_rate=1e-4).learning_rate, float)
    assert_type(bigdl_gan.layers.__name__, str)
    assert_type(bigdl_gan.history.to_csv(history), str)
    assert_type(bigdl_gan.charts.write_curves(history, "curves.png"), None)
    assert_type(bigdl_gan.networks.dcgan.__name__, str)
    assert_type(bigdl_gan.__version__, str)
