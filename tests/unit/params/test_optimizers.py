"""Optimisers as plain values: what they take, how they are saved, and what the core is told."""

import dataclasses
import json

import numpy as np
import pytest
from pyspark import SparkContext

from bigdl_gan.optimizers import SGD, Adam, RMSprop
from bigdl_gan.params import optimizers
from bigdl_gan.params.gan_params import GANParams

ALL = [Adam(), Adam(1e-3, beta_1=0.0), RMSprop(), RMSprop(5e-5, rho=0.99), SGD(), SGD(0.1, momentum=0.9, nesterov=True)]


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
def test_saved_as_json_and_read_again(optimizer):
    description = json.loads(json.dumps(optimizers.describe(optimizer)))
    assert optimizers.create(description) == optimizer
    assert optimizers.copied(optimizer) == optimizer


def test_defaults_are_those_of_gans():
    """Radford et al. 2016, section 4: 0.0002 and 0.5."""
    assert (Adam().learning_rate, Adam().beta_1, Adam().beta_2) == (2e-4, 0.5, 0.999)
    assert repr(Adam(1e-3)) == "Adam(learning_rate=0.001, beta_1=0.5, beta_2=0.999, epsilon=1e-08)"


@pytest.mark.parametrize("kind", [Adam, RMSprop, SGD])
def test_making_one_prints_nothing_and_needs_no_session(kind, capfd, monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    assert kind(learning_rate=0.5).learning_rate == 0.5
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("optimizer, rule", [
    (Adam(1e-3, beta_2=0.9), {"kind": "adam", "learningRate": 1e-3, "decay": 0, "beta1": 0.5, "beta2": 0.9,
                              "epsilon": 1e-8}),
    (RMSprop(0.5), {"kind": "rmsprop", "learningRate": 0.5, "decay": 0, "decayRate": 0.9, "epsilon": 1e-7}),
    (SGD(0.5, 0.9, True, 0.25), {"kind": "sgd", "learningRate": 0.5, "decay": 0, "weightDecay": 0.25, "momentum": 0.9,
                                 "dampening": 0, "nesterov": 1}),
])  # fmt: skip
def test_what_the_core_is_told(optimizer, rule):
    """By the names that the core's `Optimizer.of` reads."""
    told = optimizers.rule(optimizer)
    assert {name: value if name == "kind" else float(value) for name, value in told.items()} == rule


@pytest.mark.parametrize("make, error, message", [
    (lambda: Adam(0), ValueError, "`learning_rate` must be a finite number above 0. Received: learning_rate=0."),
    (lambda: Adam("fast"), TypeError, "`learning_rate` must be a finite number above 0. Received: .*='fast'"),
    (lambda: Adam(beta_1=1.0), ValueError, "`beta_1` must be a finite number from 0 on below 1. Received: beta_1=1.0"),
    (lambda: Adam(beta_2=-0.1), ValueError, "`beta_2` must be .*from 0 on below 1"),
    (lambda: Adam(epsilon=0), ValueError, "`epsilon` must be a finite number above 0"),
    (lambda: RMSprop(rho=1), ValueError, "`rho` must be .* below 1"),
    (lambda: SGD(momentum=True), TypeError, "`momentum` must be a finite number"),
    (lambda: SGD(weight_decay=-1), ValueError, "`weight_decay` must be a finite number from 0 on"),
    (lambda: SGD(nesterov=1), TypeError, "`nesterov` must be True or False. Received: nesterov=1"),
    (lambda: SGD(nesterov=True), ValueError, "`momentum` must be positive with nesterov=True"),
    (lambda: Adam(lr=1e-3), TypeError, "unexpected keyword argument 'lr'"),
])  # fmt: skip
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("value, received", [("adam", "str"), (Adam, "the class Adam"), (1e-3, "float")])
def test_what_is_no_optimiser(value, received):
    advice = r"Pass bigdl_gan.optimizers.Adam\(2e-4, beta_1=0.5\)"
    with pytest.raises(TypeError, match=f"`x` must be bigdl_gan.optimizers.Adam, .*Received: {received}. {advice}"):
        optimizers.check("x", value)


def test_numpys_numbers_become_pythons():
    """A stage is saved as JSON."""
    assert json.loads(json.dumps(optimizers.describe(Adam(np.float32(0.5)))))["arguments"]["learning_rate"] == 0.5


def test_nothing_can_change_them():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Adam().learning_rate = 1.0


@pytest.mark.parametrize("description", [
    {"module": "bigdl_gan.optimizers", "class": "Lion", "arguments": {}},
    {"module": "bigdl_gan.optimizers", "class": "os", "arguments": {}},
])  # fmt: skip
def test_saved_by_another_version(description):
    with pytest.raises(ValueError, match="A saved optimizer must be bigdl_gan.optimizers.Adam"):
        optimizers.create(description)


def test_learning_rate_of_its_own():
    params = GANParams()._set(generatorLearningRate=0.5, discriminatorOptimizer=SGD(momentum=0.9))
    assert optimizers.of(params, "generator") == Adam(0.5)
    assert optimizers.of(params, "discriminator") == SGD(momentum=0.9)
    params._set(discriminatorLearningRate=0.25)
    assert optimizers.of(params, "discriminator") == SGD(0.25, momentum=0.9)
    assert params.getDiscriminatorOptimizer() == SGD(momentum=0.9)
