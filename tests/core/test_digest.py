"""Table digests that two ends build independently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.digest import BUCKETS, TableDigest, bucket_of

tables = st.dictionaries(
    st.text(min_size=1, max_size=8), st.tuples(st.integers(0, 9), st.text(max_size=3))
)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(table, chance):
    """Two ends read their tables in any order."""
    rows = list(table.items())
    chance.shuffle(rows)
    assert TableDigest.of(rows) == TableDigest.of(table.items())


@given(tables, tables)
def test_the_buckets_that_differ_hold_the_rows_that_differ(ours, theirs):
    """Drilling into differing buckets finds every differing row and no bucket is named in vain."""
    differing = {key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)}
    named = TableDigest.of(ours.items()).differing(TableDigest.of(theirs.items()))
    assert set(named) == {bucket_of(key) for key in differing}


@given(tables)
def test_a_row_counted_out_leaves_no_trace(table):
    """Digests may be kept up row by row."""
    digest = TableDigest.of(table.items())
    digest.add("extra", [1, "x"])
    digest.remove("extra", [1, "x"])
    assert digest == TableDigest.of(table.items())


@given(tables)
def test_a_digest_survives_its_text(table):
    """It travels as base64."""
    digest = TableDigest.of(table.items())
    assert TableDigest.parse(digest.text(), digest.count) == digest


def test_a_text_of_another_size_is_refused():
    """A short text is not an empty table."""
    with pytest.raises(ValueError, match=str(BUCKETS)):
        TableDigest.parse("AAAAAAAAAAA=", 0)
