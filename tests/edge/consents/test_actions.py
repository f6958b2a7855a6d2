"""A yes counts while nothing it had not seen was withdrawn; a no and a Stop are at once."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.base import timers
from edge.base.log import read_after
from edge.consents import actions, store
from edge.consents.rules import NoticeOutdated, Purpose
from edge.consents.rules.receipt import State
from sync.core.canonical import canonical
from sync.core.merge import consent as sets
from sync.core.merge.consent import Consent, Grant
from sync.records.consent import CONSENT, ConsentRecord, fold
from sync.records.record import Heard
from tests.world import OPENING, FixedClock, open_edge

P1 = Purpose.ARRIVAL_TIMING
ANA = {"order_id": "o1", "customer_key": "c1"}


@pytest.fixture
def clock():
    return FixedClock(OPENING)


@pytest.fixture
def edge(tmp_path, clock):
    edge = open_edge(tmp_path, [store.migrations], clock=clock)
    yield edge
    edge.close()


def card(edge, purpose=P1, **more):
    with edge.read() as reader:
        return actions.card(
            reader, purpose, **{**ANA, **more}, lang="en", now=edge.clock.now(), pepper=edge.pepper
        )


def say_yes(edge, shown=None):
    shown = shown or card(edge)
    return edge.write(lambda unit: actions.grant(unit, shown, **ANA, minutes=240))


def stop(edge, purpose=P1, **more):
    return edge.write(lambda unit: actions.withdraw(unit, purpose, **{**ANA, **more}))


def is_allowed(edge, purpose=P1, order_id="o1"):
    with edge.read() as reader:
        return actions.is_allowed(
            reader, purpose, order_id=order_id, customer_key="c1", now=edge.clock.now()
        )


def happened(edge):
    with edge.read() as reader:
        return read_after(reader, 0)


def test_nothing_is_allowed_before_somebody_said_yes(edge):
    """Unknown is no."""
    assert not any(is_allowed(edge, purpose) for purpose in Purpose)


def test_a_yes_allows_this_order_for_four_hours(edge, clock):
    """For this order only, and it ends by itself."""
    say_yes(edge)
    assert is_allowed(edge)
    assert not is_allowed(edge, order_id="o2")
    clock.advance(minutes=239)
    assert is_allowed(edge)
    clock.advance(minutes=1)
    assert not is_allowed(edge)


def test_a_yes_keeps_the_text_that_was_shown(edge):
    """The proof holds the whole text, its hash, its language and the exchange offered."""
    say_yes(edge)
    (fact,) = happened(edge)
    assert fact.kind == "consent_granted"
    with edge.read() as reader:
        text = reader.row(
            "SELECT body FROM consent_notices WHERE text_hash = ?", (fact.body["notice_hash"],)
        )
    assert "Only how far away you are" in text["body"]
    assert fact.body["value_offer"] == "ready-on-arrival/1"


def test_the_same_yes_twice_is_one(edge):
    """A double tap makes no second grant."""
    shown = card(edge)
    assert say_yes(edge, shown) == say_yes(edge, shown)
    assert len(happened(edge)) == 1


def test_a_withdrawal_is_at_once_and_final_for_what_was_granted(edge):
    """One tap; the next use is refused."""
    say_yes(edge)
    assert stop(edge)
    assert not is_allowed(edge)
    assert not stop(edge)


def test_a_yes_to_a_page_from_before_the_withdrawal_is_not_taken(edge):
    """Who withdrew elsewhere meanwhile is asked again, not believed."""
    shown = card(edge)
    stop(edge)
    with pytest.raises(NoticeOutdated):
        say_yes(edge, shown)


def test_a_new_yes_after_a_withdrawal_counts_when_it_was_seen(edge):
    """Changing one's mind works both ways, by looking for the card again."""
    say_yes(edge)
    stop(edge)
    assert card(edge) is None
    say_yes(edge, card(edge, again=True))
    assert is_allowed(edge)


def test_after_a_no_nobody_asks_again(edge):
    """The card is shown once; the no is evidence as well."""
    shown = card(edge)
    edge.write(lambda unit: actions.refuse(unit, shown, **ANA))
    assert card(edge) is None
    assert [fact.kind for fact in happened(edge)] == ["consent_refused"]
    assert not is_allowed(edge)


def test_a_no_takes_back_an_older_yes(edge):
    """The last word counts."""
    shown = card(edge)
    say_yes(edge, shown)
    edge.write(lambda unit: actions.refuse(unit, shown, **ANA))
    assert not is_allowed(edge)


def test_the_handover_ends_what_was_granted_for_the_order(edge):
    """Zero seconds later nothing is allowed; a late merge does not revive it."""
    say_yes(edge)
    edge.write(lambda unit: actions.end_for_order(unit, "o1"))
    assert not is_allowed(edge)
    edge.write(lambda unit: store.settle(unit, "c1", P1))
    assert not is_allowed(edge)
    assert happened(edge)[-1].kind == "consent_expired"


def next_card(edge, **more):
    with edge.read() as reader:
        return actions.next_card(
            reader, **ANA, lang="en", now=edge.clock.now(), pepper=edge.pepper, **more
        )


def test_one_purpose_never_grants_another(edge):
    """An adjacent offer needs its own yes and the one it rests on."""
    say_yes(edge, card(edge, Purpose.ADJACENT_OFFER))
    assert not is_allowed(edge, Purpose.ADJACENT_OFFER)
    say_yes(edge)
    assert is_allowed(edge, Purpose.ADJACENT_OFFER)
    stop(edge)
    assert not is_allowed(edge, Purpose.ADJACENT_OFFER)
    assert not is_allowed(edge, Purpose.PURCHASE_OFFERS)


def test_one_card_at_a_time_and_the_second_only_after_a_yes(edge):
    """Who said no to the distance is not asked for what rests on it."""
    assert next_card(edge).notice.purpose is P1
    say_yes(edge)
    assert next_card(edge).notice.purpose is Purpose.ADJACENT_OFFER
    assert next_card(edge, gpc=True) is None
    say_yes(edge, next_card(edge))
    assert next_card(edge) is None
    stop(edge)
    assert next_card(edge) is None


def test_global_privacy_control_switches_the_rest_off_without_asking(edge):
    """No card, and an older yes does not count any more; arrival timing is the customer's own trip."""
    shown = card(edge, Purpose.PURCHASE_OFFERS)
    edge.write(lambda unit: actions.grant(unit, shown, **ANA, minutes=240))
    edge.write(lambda unit: actions.respect_gpc(unit, "c1"))
    assert card(edge, Purpose.PURCHASE_OFFERS, gpc=True) is None
    assert not is_allowed(edge, Purpose.PURCHASE_OFFERS)
    assert card(edge, gpc=True) is not None
    before = len(happened(edge))
    edge.write(lambda unit: actions.respect_gpc(unit, "c1"))
    assert len(happened(edge)) == before


def test_a_withdrawal_heard_from_hq_wins_over_a_grant_made_here(edge):
    """It had not been seen here: the customer is asked again."""
    say_yes(edge)
    told = ConsentRecord(customer_key="c1", purpose=P1, known=Consent(withdrawals=("w9",)))
    assert edge.write(lambda unit: actions.apply_consent(unit, told))
    assert not is_allowed(edge)
    assert not edge.write(lambda unit: actions.apply_consent(unit, told))
    assert [f.origin for f in happened(edge)] == ["edge", "hq"]


def test_one_no_to_several_purposes_takes_each_of_them_back(edge):
    """Who asks to be forgotten says no to everything at once, under one id."""
    no = Consent(withdrawals=("erasure:1",))
    for purpose in (P1, Purpose.PURCHASE_OFFERS):
        say_yes(edge, card(edge, purpose=purpose))
        told = ConsentRecord(customer_key="c1", purpose=purpose, known=no)
        edge.write(lambda unit, told=told: actions.apply_consent(unit, told))
    assert not is_allowed(edge)
    assert not is_allowed(edge, Purpose.PURCHASE_OFFERS)


def test_an_old_grant_from_hq_with_a_clock_ahead_revives_nothing(edge):
    """No clock is in the rule."""
    say_yes(edge)
    stop(edge)
    late = Grant(grant_id="g-hq", granted_at=OPENING + timedelta(days=400), order_id="o1", seen=())
    told = ConsentRecord(customer_key="c1", purpose=P1, known=Consent(grants=(late,)))
    edge.write(lambda unit: actions.apply_consent(unit, told))
    assert not is_allowed(edge)


def test_hq_folds_our_events_to_the_same_digest(edge):
    """What the nightly compares is equal on both sides by construction."""
    say_yes(edge)
    stop(edge)
    say_yes(edge, card(edge, again=True))
    record = None
    for fact in happened(edge):
        if fact.kind in CONSENT.kinds:
            record = fold(
                record,
                Heard(
                    store_id="s",
                    seq=fact.seq,
                    event_id=fact.event_id,
                    kind=fact.kind,
                    aggregate_id=fact.aggregate_id,
                    at=fact.at.isoformat(),
                    body=fact.body,
                ),
            )
    with edge.read() as reader:
        rows = dict(store.digest_rows(reader))
    assert canonical(rows["c1:arrival_timing"]) == canonical(CONSENT.digest_values(record))


words = st.lists(
    st.one_of(
        st.just(("yes", 0)),
        st.just(("stop", 0)),
        st.tuples(st.just("hq_withdrawal"), st.integers(0, 3)),
        st.tuples(st.just("hq_grant"), st.integers(0, 3)),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(words)
def test_allowed_is_exactly_what_the_two_sets_say(tmp_path_factory, story):
    """Whatever order things are heard in, the store's row agrees with the rule without clocks."""
    edge = open_edge(tmp_path_factory.mktemp("edge"), [store.migrations])
    try:
        for what, n in story:
            _tell(edge, what, n)
        with edge.read() as reader:
            both = store.known(reader, "c1", P1)
        expected = sets.standing_grant(both, edge.clock.now(), "o1") is not None
        assert is_allowed(edge) == expected
    finally:
        edge.close()


def _tell(edge, what, n):
    if what == "yes":
        if shown := card(edge, again=True):
            say_yes(edge, shown)
    elif what == "stop":
        stop(edge)
    else:
        seen = tuple(f"w{i}" for i in range(n))
        grant = Grant(grant_id=f"g{n}", granted_at=OPENING, order_id="o1", seen=seen)
        known = (
            Consent(withdrawals=(f"w{n}",))
            if what == "hq_withdrawal"
            else Consent(grants=(grant,))
        )
        told = ConsentRecord(customer_key="c1", purpose=P1, known=known)
        edge.write(lambda unit: actions.apply_consent(unit, told))


def test_what_ran_out_stays_out_whatever_is_said_after_a_clock_was_set_back(edge, clock):
    """A new word on the same purpose works out anew what stands: what lapsed is a fact by then."""
    say_yes(edge)
    clock.set(OPENING + timedelta(hours=4, minutes=1))
    edge.write(lambda unit: actions.lapse(unit, "o1"))
    clock.set(OPENING + timedelta(minutes=30))
    whose = {"order_id": "o2", "customer_key": "c1"}
    shown = card(edge, order_id="o2")
    edge.write(lambda unit: actions.grant(unit, shown, **whose, minutes=240))
    assert is_allowed(edge, order_id="o2")
    assert not is_allowed(edge)
    with edge.read() as reader:
        [kept] = store.kept_for_order(reader, "o1", now=edge.clock.now())
    assert kept.state is State.EXPIRED


def test_a_grant_that_ran_out_unseen_is_noted_by_the_next_word(edge, clock):
    """The timer had not rung yet: working out what stands is enough to see it."""
    say_yes(edge)
    clock.set(OPENING + timedelta(hours=5))
    shown = card(edge, order_id="o2")
    whose = {"order_id": "o2", "customer_key": "c1"}
    edge.write(lambda unit: actions.grant(unit, shown, **whose, minutes=240))
    clock.set(OPENING + timedelta(minutes=30))
    assert not is_allowed(edge)


def test_a_grant_from_hq_ends_by_a_timer_as_well(edge, clock):
    """Else a clock set back would bring it back: nobody had noted its end."""
    foreign = Grant(
        grant_id="g9",
        granted_at=OPENING,
        expires_at=OPENING + timedelta(hours=4),
        order_id="o1",
    )
    told = ConsentRecord(customer_key="c1", purpose=P1.value, known=Consent(grants=(foreign,)))
    edge.write(lambda unit: actions.apply_consent(unit, told))
    assert is_allowed(edge)
    clock.set(OPENING + timedelta(hours=4))
    with edge.read() as reader:
        [timer] = timers.due(reader, edge.clock.now())
    edge.write(lambda unit: actions.lapse(unit, timer.ref))
    clock.set(OPENING + timedelta(minutes=30))
    assert not is_allowed(edge)
