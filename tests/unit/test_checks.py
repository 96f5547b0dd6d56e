"""The checks that need no JVM: plain descriptions in, messages out."""

import pytest

from bigdl_gan._checks import check_cluster, check_images, check_networks


def network(inputs, outputs, sigmoid=False):
    return {"inputShape": inputs, "outputShape": outputs, "endsInSigmoid": sigmoid, "layers": [{"name": "Dense 'x'"}]}


def executors(n):
    return [{"id": str(i), "host": "host", "cores": 1} for i in range(n)]


def table(*kinds, nulls=0, short=""):
    names = ("height", "width", "channels", "mode", "count", "origin")
    return {"nulls": nulls, "short": short, "kinds": [dict(zip(names, kind)) for kind in kinds]}


GREY = (4, 6, 1, 0, 10, "a.png")
COLOUR = (4, 6, 3, 16, 5, "b.png")


@pytest.mark.parametrize("shape", [[1, 4, 6], [3, 4, 6]])
def test_networks_that_fit(shape):
    check_networks(network([2], shape), network(shape, [1]))


@pytest.mark.parametrize(
    "generator, discriminator, message",
    [
        (network([2], [1, 4, 6]), network([1, 4, 6], [2]), r"one logit, shape \(1,\). Received: shape \(2,\)"),
        (network([2], [1, 4, 6]), network([1, 4, 6], [1], True), "without a sigmoid. Received: Dense 'x' at its end"),
        (network([2], [2, 4, 6]), network([2, 4, 6], [1]), r"1 or 3 channels. Received: input shape \(2, 4, 6\)"),
        (network([2], [4, 6]), network([4, 6], [1]), r"1 or 3 channels. Received: input shape \(4, 6\)"),
        (network([2], [1, 6, 4]), network([1, 4, 6], [1]), r"output \(1, 6, 4\), discriminator input \(1, 4, 6\)"),
    ],
)
def test_networks_that_do_not(generator, discriminator, message):
    with pytest.raises(ValueError, match=message):
        check_networks(generator, discriminator)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"spark.dynamicAllocation.enabled": "false", "spark.dynamicAllocation.maxExecutors": "9"},
        {
            "spark.dynamicAllocation.enabled": "true",
            "spark.dynamicAllocation.minExecutors": "3",
            "spark.dynamicAllocation.maxExecutors": "3",
        },
    ],
)
def test_clusters_of_fixed_size(settings):
    check_cluster(executors(3), settings, 9)


@pytest.mark.parametrize("limits", [{}, {"minExecutors": "3"}, {"maxExecutors": "3"}])
def test_dynamic_allocation(limits):
    settings = {f"spark.dynamicAllocation.{name}": value for name, value in {"enabled": "TRUE", **limits}.items()}
    with pytest.raises(RuntimeError, match="executors must be fixed while a GAN trains. Received: .*enabled=true"):
        check_cluster(executors(3), settings, 9)


def test_no_executor():
    with pytest.raises(RuntimeError, match="at least one executor. Received: none alive. Wait for them"):
        check_cluster([], {}, 9)


@pytest.mark.parametrize("batch_size, advice", [(8, "6 or 9"), (7, "6 or 9"), (2, "3"), (64, "63 or 66")])
def test_batches_that_cannot_be_dealt(batch_size, advice):
    message = rf"multiple of the number of executors \(3\). Received: batchSize={batch_size}. Use {advice}\.$"
    with pytest.raises(ValueError, match=message):
        check_cluster(executors(3), {}, batch_size)


def test_images_that_fit():
    check_images(table(GREY), "image", [1, 4, 6], 10)
    check_images(table(COLOUR), "image", [3, 4, 6], 1)


@pytest.mark.parametrize(
    "census, message",
    [
        (table(), "The DataFrame must hold images in `picture`. Received: an empty DataFrame"),
        (table(GREY, nulls=2), r"no null images. Received: 2 of 12. Drop them: df.dropna\(subset=\['picture'\]\)"),
        (table(nulls=2), "no null images. Received: 2 of 2"),
        (table(GREY, short="x with 3 bytes"), "height x width x nChannels bytes each. Received: x with 3 bytes"),
        (table(COLOUR), "nChannels=1, mode=0. Received: 5 of 5 with height=4, width=6, nChannels=3, mode=16"),
        (table(GREY, COLOUR), "Received: 5 of 15 with .*nChannels=3, mode=16, the first from 'b.png'"),
        (table((6, 4, 1, 0, 10, "c.png")), "height=4, width=6, .* Received: 10 of 10 with height=6, width=4"),
        (table((4, 6, 1, 5, 10, "c.png")), "mode=0. Received: 10 of 10 with .*mode=5"),
        (table((4, 6, 1, 0, 7, "c.png")), r"must not exceed the number of images \(7\). Received: batchSize=8"),
    ],
)
def test_images_that_do_not(census, message):
    with pytest.raises(ValueError, match=message):
        check_images(census, "picture", [1, 4, 6], 8)
