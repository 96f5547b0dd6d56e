"""What an editor and mypy know of the stages: `make lint` checks these lines, nobody runs them."""

from typing import List

from pyspark.sql import DataFrame
from typing_extensions import assert_type

from bigdl_gan import GANEstimator, GANModel, ImagePreparer


def stages(df: DataFrame) -> None:
    assert_type(GANEstimator(batchSize=64).fit(df), GANModel)
    assert_type(GANEstimator().fit(df).generate(10, seed=1), DataFrame)
    assert_type(GANEstimator().setBatchSize(64).setParams(maxIter=3), GANEstimator)
    assert_type(GANEstimator().getBatchSize(), int)
    assert_type(ImagePreparer(size=64, crop="box").setSize((64, 48)), ImagePreparer)
    assert_type(ImagePreparer(size=64).getArrayRange(), List[float])
    assert_type(GANModel.load("path").setTruncation(0.7), GANModel)
    assert_type(GANEstimator.load("path"), GANEstimator)
    assert_type(GANModel.load("path"), GANModel)
    assert_type(ImagePreparer.load("path"), ImagePreparer)
