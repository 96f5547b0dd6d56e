"""What Spark's settings say of the ring, which rank an executor gets, and what ends with a training."""

import pytest

from bigdl_gan.jvm import bridge


@pytest.fixture
def read(spark):
    """The core's settings of a ring, from these of Spark's."""

    def read(**settings):
        classes = spark.sparkContext._jvm
        conf = classes.org.apache.spark.SparkConf(False)
        for name, value in settings.items():
            conf.set(f"spark.{name.replace('__', '.')}", value)
        core = classes.com.intel.analytics.bigdl.dllib.gan.cluster.RingSettings
        found = bridge.run(core.of, conf)
        return found, core.warning(conf)

    return read


def test_defaults(read):
    found, warning = read()
    assert (found.port(), found.portRetries(), found.encrypted(), warning) == (0, 0, False, "")
    assert found.silenceMillis() == (120 + 60 + 30) * 1000  # heartbeats missed, the driver's next look, a margin


def test_the_timeout_of_heartbeats(read):
    """Where it is not that of the network, Spark's driver goes by it."""
    found, warning = read(storage__blockManagerHeartbeatTimeoutMs="600000", network__timeout="20s")
    assert found.silenceMillis() == (600 + 60 + 30) * 1000 and warning == ""


@pytest.mark.parametrize(
    "given, used",
    [("10s", 10), ("9s", 10), ("0", 10), ("60000ms", 60), ("1h", 3600), ("3601s", 3600), ("3600000s", 3600)],
)
def test_the_timeout_of_the_network(read, given, used):
    """From 10 s to 1 h; beyond, the nearest, with a word."""
    found, warning = read(network__timeout=given, network__timeoutInterval="5s")
    assert found.silenceMillis() == (used + 5 + 30) * 1000
    seconds = {"0": 0, "9s": 9, "3601s": 3601, "3600000s": 3_600_000}.get(given)
    expected = (
        "spark.network.timeout must be from 10 s to 3600 s for a training. "
        f"Received: {seconds} s. The training uses {used} s."
    )
    assert (warning == "") if seconds is None else warning.endswith(expected)


@pytest.mark.parametrize(
    "settings, port, retries",
    [
        ({"bigdl_gan__port": "40000"}, 40000, 16),
        ({"bigdl_gan__port": "40000", "port__maxRetries": "3"}, 40000, 3),
        ({"bigdl_gan__port": "40000", "port__maxRetries": "3", "bigdl_gan__portMaxRetries": "0"}, 40000, 0),
        ({"bigdl_gan__portMaxRetries": "7"}, 0, 0),
    ],
)
def test_ports(read, settings, port, retries):
    """The retries of Spark's own ports count where there are none of ours."""
    found, _ = read(**settings)
    assert (found.port(), found.portRetries()) == (port, retries)


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"bigdl_gan__port": "80"}, "spark.bigdl_gan.port must be 0 .any .*. or from 1024 to 65535. Received: 80."),
        ({"bigdl_gan__port": "70000"}, ".* from 1024 to 65535. Received: 70000."),
        ({"bigdl_gan__port": "many"}, "spark.bigdl_gan.port must be an integer. Received: many."),
        ({"bigdl_gan__port": "65530"}, r".*port \+ .*portMaxRetries must be at most 65535. Received: 65530 \+ 16."),
        ({"bigdl_gan__portMaxRetries": "-1"}, "spark.bigdl_gan.portMaxRetries must be at least 0. Received: -1."),
    ],
)  # fmt: skip
def test_ports_that_are_none(read, settings, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        read(**settings)


@pytest.mark.parametrize("name", ["network__crypto__enabled", "authenticate__enableSaslEncryption"])
@pytest.mark.parametrize("is_on", ["true", "false"])
def test_it_encrypts_where_spark_does(read, name, is_on):
    assert read(**{name: is_on})[0].encrypted() == (is_on == "true")


RANKS = [
    # those of a host are neighbours, in the order of their numbers
    (["2@b", "10@a", "1@b", "9@a"], 4, [], ["9", "10", "1", "2"]),
    (["2@b", "10@a", "1@b", "9@a"], 2, [], ["9", "10"]),
    # who holds images keeps his rank, and others fill the gaps
    (["1@a", "2@b", "3@c"], 3, ["3", "1", "2"], ["3", "1", "2"]),
    (["1@a", "3@c", "4@d"], 3, ["3", "2", "1"], ["3", "4", "1"]),
    (["1@a", "3@c", "4@d"], 2, ["4", "2"], ["4", "1"]),
    # with more or fewer executors, every share is another one
    (["1@a", "3@c"], 2, ["3", "2", "1"], ["1", "3"]),
]


@pytest.mark.parametrize("live, count, holders, expected", RANKS)
def test_ranks(spark, live, count, holders, expected):
    assert bridge.strings(bridge.call("probeRanks", live, count, holders)) == expected


@pytest.mark.parametrize(
    "calls, closed",
    [
        (["put a 1", "put b 2", "end a"], ["1"]),
        (["put a 1", "put a 2", "end a"], ["1", "2"]),
        (["end a", "put a 1"], ["1", "late"]),
        (["put a 1", "end a", "put b 3", "put a 2", "end b"], ["1", "2", "late", "3"]),
        (["put a 1", "offer a 2", "offer b 3", "end a", "end b"], ["2", "late", "1", "3"]),
        (["put a 1", "remove a", "remove b", "put a 2", "end a"], ["1", "2"]),
    ],
)
def test_what_comes_after_the_end_is_released(spark, calls, closed):
    """A set-up that was given up, and goes on in an executor until it is done."""
    assert bridge.strings(bridge.call("probeRegistry", calls)) == closed
