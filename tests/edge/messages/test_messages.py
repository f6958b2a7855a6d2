"""Notices: once of a kind, never when they are no longer true, never promotion without leave."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from edge.base import log as event_log
from edge.base import timers
from edge.messages import actions, store
from edge.messages.rules import (
    GOOD_FOR,
    NoticeClass,
    NoticeKind,
    PromotionNotAllowed,
    is_good,
    make,
    may_be_told,
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
        assert store.untold(reader, "o-1", told.good_until) == []
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


def test_a_notice_is_told_until_it_was_seen(edge) -> None:
    """And not again."""
    told = tell(edge)
    with edge.read() as reader:
        assert store.untold(reader, "o-1", OPENING) == [told]
    for _ in range(2):
        edge.write(lambda u: actions.seen(u, "o-1", NoticeKind.READY))
    with edge.read() as reader:
        assert store.untold(reader, "o-1", OPENING) == []
        assert store.good_ones(reader, "o-1", OPENING)[0].sent_at == OPENING


def test_what_is_heard_of_late_is_as_old_as_it_is(edge) -> None:
    """A store that was off makes no fresh news of yesterday's."""
    late = tell(edge, at=OPENING - timedelta(hours=3))
    assert late.good_until == OPENING + timedelta(hours=1)
    tell(edge, order_id="o-2", at=OPENING - timedelta(hours=5))
    with edge.read() as reader:
        assert store.good_ones(reader, "o-2", OPENING - timedelta(hours=5)) == []
        assert len(event_log.read_after(reader, 0)) == 1


def test_promotion_needs_leave(edge) -> None:
    """Service does not; each notice says which it is."""
    with pytest.raises(PromotionNotAllowed):
        tell(edge, NoticeKind.OFFER)
    told = tell(edge, NoticeKind.OFFER, may_promote=True)
    assert told.notice_class is NoticeClass.PROMOTIONAL
    assert make("o-1", NoticeKind.READY, at=OPENING).notice_class is NoticeClass.SERVICE


def test_a_promotion_also_needs_a_decent_hour() -> None:
    """Service may be told at night; an offer only by day, and only while the leave stands."""
    ready = make("o-1", NoticeKind.READY, at=OPENING)
    offer = make("o-1", NoticeKind.OFFER, at=OPENING, may_promote=True)
    hours = {
        (kind.kind, hour, may): may_be_told(kind, OPENING, hour=hour, may_promote=may)
        for kind in (ready, offer)
        for hour in (7, 8, 20, 21)
        for may in (True, False)
    }
    told = {key for key, may in hours.items() if may}
    assert {hour for kind, hour, may in told if kind is NoticeKind.READY and not may} == {
        7,
        8,
        20,
        21,
    }
    assert {(hour, may) for kind, hour, may in told if kind is NoticeKind.OFFER} == {
        (8, True),
        (20, True),
    }
    assert not may_be_told(offer, offer.good_until, hour=12, may_promote=True)


def test_old_notices_are_forgotten_by_a_timer(edge) -> None:
    """A clock that is set back afterwards finds nothing to tell."""
    told = tell(edge)
    with edge.read() as reader:
        [timer] = timers.due(reader, told.good_until)
    edge.write(lambda u: actions.lapse(u, timer.ref))
    with edge.read() as reader:
        assert store.good_ones(reader, "o-1", OPENING) == []
