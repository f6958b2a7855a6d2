"""Nesting is measured before anything is decoded."""

import pytest

from sync.core.depth import DEEPEST, is_too_deep


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_twenty_levels_are_taken_and_one_more_is_not(bracket):
    """Lists and objects count alike, sound or not."""
    assert not is_too_deep(bracket * DEEPEST)
    assert is_too_deep(bracket * (DEEPEST + 1))


def test_brackets_in_texts_are_only_texts():
    """Also behind an escaped quotation mark."""
    assert not is_too_deep(b'{"note": "' + b"[" * 99 + b'\\"' + b"{" * 99 + b'"}')


def test_many_brackets_side_by_side_are_not_deep():
    """A long list of small things is fine."""
    assert not is_too_deep(b"[" + b",".join([b"{}"] * 500) + b"]")
