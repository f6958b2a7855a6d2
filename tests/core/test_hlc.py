"""Hybrid logical clocks under any wall clock."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sync.core import hlc

any_ms = st.integers(0, 2**41)
stamps = st.builds(hlc.Hlc, any_ms, st.integers(0, 9_999))


@given(st.lists(any_ms, min_size=1, max_size=30))
def test_stamps_only_grow_whatever_the_clock_says(readings):
    """A day ahead, back to 1970, frozen: the order of one log's events holds."""
    last = hlc.ZERO
    for now_ms in readings:
        stamp = hlc.tick(last, now_ms)
        assert stamp > last
        assert stamp.ms >= now_ms
        last = stamp


@given(stamps, stamps)
def test_texts_sort_as_the_stamps_do(one, other):
    """SQL may compare the text."""
    assert (str(one) < str(other)) == (one < other)


@given(stamps)
def test_a_stamp_survives_its_text(stamp):
    """Text and back."""
    assert hlc.parse(str(stamp)) == stamp


@given(any_ms, stamps, any_ms)
def test_a_remote_clock_never_pulls_us_further_than_a_minute(own_ms, remote, now_ms):
    """One store a year ahead poisons nobody."""
    last = hlc.Hlc(min(own_ms, now_ms), 0)
    assert hlc.receive(last, remote, now_ms).ms <= now_ms + hlc.DRIFT_MS


@given(stamps, stamps, any_ms)
def test_what_was_heard_lies_in_the_past(last, remote, now_ms):
    """An answer is stamped after what it answers (as far as the bound allows)."""
    assert hlc.receive(last, remote, now_ms) > max(last, hlc.effective(remote, now_ms))


def test_a_full_counter_carries_into_the_milliseconds():
    """A clock that stands still may not run out of stamps."""
    assert hlc.tick(hlc.Hlc(5, 9_999), 5) == hlc.Hlc(6, 0)


def test_an_instant_before_1970_is_zero():
    """A box without battery clock may say anything."""
    assert hlc.milliseconds(datetime(1969, 12, 31, tzinfo=UTC)) == 0
    assert hlc.milliseconds(datetime(1970, 1, 1, 0, 0, 1, 500, tzinfo=UTC)) == 1000
