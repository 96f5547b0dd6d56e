"""`EarlyStopping` in trainings that resume from checkpoints."""

import pytest
from scripted_figures import Scripted

from bigdl_gan import callbacks

FIGURES = {1: 5.0, 2: 7.0, 3: 6.0, 4: 5.5, 5: 9.0}  # the best is of update 2; 3 and 4 are no better


def die(rows, training):
    """As a driver does before the checkpoint of update 4, when training is about to stop."""
    if training.iteration == 4:
        raise KeyboardInterrupt


@pytest.mark.slow
def test_a_resumed_training_stops_where_an_unbroken_one_does(noise, dense_gan, tmp_path):
    """The checkpoint is of update 3, after one figure that is no better. A stopped training is returned as it is."""

    def observers(*others, patience=2):
        return [callbacks.EarlyStopping("metric/taste", patience, every=1), Scripted(FIGURES), *others]

    place = {"checkpointDir": str(tmp_path), "checkpointInterval": 1, "maxIter": 6}
    unbroken = dense_gan(maxIter=6, callbacks=observers()).fit(noise)
    assert unbroken.iteration == 4
    with pytest.raises(KeyboardInterrupt):
        dense_gan(callbacks=observers(die), **place).fit(noise)
    for _ in range(2):
        resumed = dense_gan(callbacks=observers(), **place).fit(noise)
        assert resumed.iteration == 4 and resumed.weights_digest() == unbroken.weights_digest()
    assert dense_gan(callbacks=observers(patience=3), **place).fit(noise).iteration == 6
