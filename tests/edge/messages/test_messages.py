"""Notices: once of a kind, never when they are no longer true, never promotion without leave."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from edge.base import log as event_log
from edge.messages import actions, store
from edge.messages.rules import (
    GOOD_FOR,
    NoticeClass,
    NoticeKind,
    PromotionNotAllowed,
    is_good,
    make,
)
from tests.world import OPENING, open_edge


@pytest.fixture
def edge(tmp_path) -> Iterator:
    """A store with nothing to say."""
    opened = open_edge(tmp_path, [store.migrations])
    yield opened
    opened.close()


def tell(edge, kind=NoticeKind.READY, order_id="o-1", **more):
    """There is something to tell."""
    return edge.write(lambda u: actions.tell(u, order_id, kind, **more))


def test_every_kind_of_notice_has_an_end() -> None:
    """Nothing is true for ever."""
    assert set(GOOD_FOR) == set(NoticeKind)


def test_a_notice_is_no_longer_told_when_it_is_no_longer_true(edge) -> None:
    """No "your order is ready" from yesterday."""
    told = tell(edge)
    with edge.read() as reader:
        assert store.good_ones(reader, "o-1", OPENING) == [told]
        assert store.good_ones(reader, "o-1", told.good_until) == []
        assert store.unsent(reader, told.good_until) == []
    assert is_good(told, told.good_until - timedelta(seconds=1))
    assert not is_good(told, told.good_until)


def test_the_same_notice_is_made_once(edge) -> None:
    """However often the reaction runs."""
    tell(edge)
    tell(edge)
    tell(edge, NoticeKind.BRINGING)
    with edge.read() as reader:
        kinds = [event.body["notice_kind"] for event in event_log.read_after(reader, 0)]
    assert kinds == ["ready", "bringing"]


def test_a_notice_goes_out_once(edge) -> None:
    """What was sent is not sent again."""
    told = tell(edge)
    edge.write(lambda u: store.mark_sent(u, told))
    with edge.read() as reader:
        assert store.unsent(reader, OPENING) == []
        assert store.good_ones(reader, "o-1", OPENING)[0].sent_at == OPENING


def test_promotion_needs_leave(edge) -> None:
    """Service does not; each notice says which it is."""
    with pytest.raises(PromotionNotAllowed):
        tell(edge, NoticeKind.OFFER)
    told = tell(edge, NoticeKind.OFFER, may_promote=True)
    assert told.notice_class is NoticeClass.PROMOTIONAL
    assert make("o-1", NoticeKind.READY, at=OPENING).notice_class is NoticeClass.SERVICE


def test_old_notices_are_forgotten(edge) -> None:
    """They are nobody's business any more."""
    told = tell(edge)
    assert edge.write(lambda u: store.forget_before(u, told.good_until)) == 0
    later = told.good_until + timedelta(seconds=1)
    assert edge.write(lambda u: store.forget_before(u, later)) == 1
