from decimal import Decimal

import numpy as np
import pytest

from bigdl_gan.params.values import LEAST_LONG, MOST_INT, MOST_LONG, to_integer, to_number, to_words


@pytest.mark.parametrize("value", [3, np.int8(3), np.int64(3), np.uint64(3)])
def test_integers(value):
    got = to_integer("n", value, least=3, most=3)
    assert got == 3 and type(got) is int


@pytest.mark.parametrize("value", [True, np.bool_(True), 3.0, 3.5, np.float32(3), float("inf"), float("nan"), "3", None,
                                   np.array(3), [3], 3 + 0j, Decimal(3)])  # fmt: skip
def test_what_is_no_integer(value):
    with pytest.raises(TypeError, match="`n` must be an integer from 1 on. Received: n="):
        to_integer("n", value, least=1)


@pytest.mark.parametrize("value, remedy", [
    (3.0, " Pass 3."), (3.5, ""), (float("inf"), ""), (np.float32(2), " Pass 2."),
])  # fmt: skip
def test_whole_floats_are_named_as_integers(value, remedy):
    with pytest.raises(TypeError) as caught:
        to_integer("n", value)
    assert str(caught.value) == f"`n` must be an integer. Received: n={value!r}.{remedy}"


@pytest.mark.parametrize("bounds, rule", [
    ({"least": 6}, "an integer from 6 on"), ({"most": 4}, "an integer up to 4"),
    ({"least": 6, "most": 9}, "an integer from 6 to 9"),
])  # fmt: skip
def test_bounds_of_integers(bounds, rule):
    with pytest.raises(ValueError, match=f"`n` must be .*{rule}. Received: n=5.$"):
        to_integer("n", 5, **bounds)


def test_the_jvms_integers():
    """Compared without rounding: as floats, 2**63 and 2**63 - 1 are one number."""
    assert to_integer("seed", MOST_LONG, least=LEAST_LONG, most=MOST_LONG) == 2**63 - 1
    for value in (2**63, -(2**63) - 1):
        with pytest.raises(ValueError, match="integer from -9223372036854775808 to 9223372036854775807"):
            to_integer("seed", value, least=LEAST_LONG, most=MOST_LONG)
    with pytest.raises(ValueError, match="up to 2147483647. Received: n=2147483648"):
        to_integer("n", 2**31, most=MOST_INT)


@pytest.mark.parametrize("value", [1, 1.0, np.int16(1), np.float16(1), np.float64(1)])
def test_numbers(value):
    got = to_number("x", value, least=1, most=1, above=0)
    assert got == 1.0 and type(got) is float


@pytest.mark.parametrize("value", [True, np.bool_(False), "1", None, [1.0], 1j, np.array(1.0)])
def test_what_is_no_number(value):
    with pytest.raises(TypeError, match="`x` must be a finite number from 0 to 1. Received: x="):
        to_number("x", value, least=0, most=1)


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), float("nan"), np.float32("nan"), 10**400])
def test_numbers_are_finite(value):
    with pytest.raises(ValueError, match="`x` must be a finite number. Received: x="):
        to_number("x", value)


@pytest.mark.parametrize("bounds, rule", [
    ({"least": 0.6}, "from 0.6 on"), ({"most": 0.4}, "up to 0.4"), ({"above": 0.5}, "number above 0.5"),
    ({"above": 0.5, "most": 1}, "up to 1 above 0.5"),
])  # fmt: skip
def test_bounds_of_numbers(bounds, rule):
    with pytest.raises(ValueError, match=f"`x` must be a finite .*{rule}. Received: x=0.5.$"):
        to_number("x", 0.5, **bounds)


def test_long_values_are_shortened():
    with pytest.raises(TypeError) as caught:
        to_integer("n", list(range(1000)))
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("text, words", [("", ""), ("  ", ""), ("b", "b"), ("c, a", "c,a"), ("a,b,c", "a,b,c")])
def test_words(text, words):
    assert to_words("x", text, among=("a", "b", "c")) == words


@pytest.mark.parametrize("text", ["d", "a,", "a,a", "a b", "A", ",", "a;b"])
def test_other_words(text):
    message = f"`x` must be a text with some of a, b, each once, .* Received: x='{text}'. Use 'a,b' for all, or ''"
    with pytest.raises(ValueError, match=message):
        to_words("x", text, among=("a", "b"))


@pytest.mark.parametrize("value", [None, ["a"], 1, True, b"a"])
def test_what_is_no_text(value):
    with pytest.raises(TypeError, match="`x` must be a text with some of a, b, each once, separated by commas. Receiv"):
        to_words("x", value, among=("a", "b"))
