"""Canonical form: what both ends hash."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.canonical import canonical

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_the_order_of_keys_does_not_matter():
    """Two dicts that are equal have one text."""
    assert canonical({"b": 1, "a": {"d": 2, "c": 3}}) == b'{"a":{"c":3,"d":2},"b":1}'


@given(values)
def test_reading_the_text_back_and_writing_it_again_gives_the_same_text(value):
    """The form is a fixed point, so either end may re-encode."""
    text = canonical(value)
    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_have_are_refused(number):
    """They would silently become null."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": [None, number]})


def test_a_plain_null_is_fine():
    """Only hidden nulls are refused."""
    assert canonical({"a": None}) == b'{"a":null}'
