"""Replays are refused by nonce and sequence."""

import pytest

from sync.protocol.freshness import Session, continued, greeted
from sync.protocol.refusals import SequenceSeen, UnknownSession
from sync.protocol.signature import NO_NONCE, Signed


def test_a_hello_opens_a_session_above_the_last_number():
    """The nonce is new, the number is kept."""
    assert greeted(Session(last_sequence=4), Signed("s", NO_NONCE, 5), "N") == Session(
        nonce="N", last_sequence=5
    )


@pytest.mark.parametrize("sequence", [3, 4])
def test_a_replayed_hello_is_told_the_last_number(sequence):
    """So that a restored store can jump over it."""
    with pytest.raises(SequenceSeen) as refused:
        greeted(Session(nonce="N", last_sequence=4), Signed("s", NO_NONCE, sequence), "M")
    assert refused.value.details == {"last_sequence": 4}


def test_further_requests_carry_the_nonce_and_count_up():
    """Each number once."""
    session = continued(Session(nonce="N", last_sequence=5), Signed("s", "N", 9))
    assert session.last_sequence == 9
    with pytest.raises(SequenceSeen):
        continued(session, Signed("s", "N", 9))


@pytest.mark.parametrize(
    ("ours", "theirs"), [("N", "M"), ("N", NO_NONCE), ("", ""), ("", NO_NONCE)]
)
def test_another_nonce_belongs_to_no_session(ours, theirs):
    """HQ restarted, or the request is an old one."""
    with pytest.raises(UnknownSession):
        continued(Session(nonce=ours), Signed("s", theirs, 1))


def test_a_hello_with_a_nonce_is_no_hello():
    """A push cannot be replayed as hello."""
    with pytest.raises(UnknownSession):
        greeted(Session(), Signed("s", "N", 1), "M")
