"""What a customer is shown, as laws over any offers, customers and moments."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sync.core.gates import GATES, REASONS
from sync.core.gates.decision import MOST_SHOWN, decide, first_refusal
from sync.core.gates.facts import Candidate, Customer, Moment

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SKUS = [f"SKU-{n:03d}" for n in range(1, 8)]
KINDS = ["bakery", "coffee", "drinks"]
NEEDS = frozenset({"arrival_timing", "adjacent_offer"})

skus = st.frozensets(st.sampled_from(SKUS), max_size=4)
instants = st.integers(-120, 120).map(lambda minutes: NOON + timedelta(minutes=minutes))
candidates = st.builds(
    Candidate,
    offer_id=st.sampled_from([f"offer-{n}" for n in range(30)]),
    kind=st.sampled_from(KINDS),
    sku=st.sampled_from([*SKUS, ""]),
    active=st.booleans(),
    starts_at=instants,
    ends_at=instants,
    left=st.none() | st.integers(-2, 3),
    once_per_customer=st.booleans(),
    preparation_minutes=st.integers(0, 30),
    goes_with=st.frozensets(st.sampled_from([*SKUS, "*", "dairy"]), max_size=4),
)
customers = st.builds(
    Customer,
    purposes=st.sampled_from([NEEDS, frozenset(), frozenset({"arrival_timing"})]),
    stopped_kinds=st.frozensets(st.sampled_from(KINDS), max_size=2),
    put_off=st.frozensets(st.sampled_from([f"offer-{n}" for n in range(30)]), max_size=3),
    redeemed=st.frozensets(st.sampled_from([f"offer-{n}" for n in range(30)]), max_size=3),
)
moments = st.builds(
    Moment,
    now=st.just(NOON),
    needs=st.just(NEEDS),
    order_skus=skus,
    order_classes=st.sampled_from([frozenset(), frozenset({"dairy"})]),
    minutes_left=st.none() | st.floats(-10, 60, allow_nan=False),
)
books = st.lists(candidates, max_size=25, unique_by=lambda offer: offer.offer_id)


@given(books, customers, moments)
def test_what_is_shown_passed_every_gate(
    book: list[Candidate], customer: Customer, at: Moment
) -> None:
    """Never without consent, never stopped, never over, never sold out, never late."""
    by_id = {offer.offer_id: offer for offer in book}
    for shown in decide(book, customer, at).shown:
        assert first_refusal(by_id[shown.offer_id], customer, at) is None


@given(books, customers, moments)
def test_every_offer_is_shown_or_declined_or_simply_not_the_best(
    book: list[Candidate], customer: Customer, at: Moment
) -> None:
    """Nothing disappears: whoever was declined has a reason from the closed list, and only then."""
    decision = decide(book, customer, at)
    reasons = {reason.reason for reason in REASONS}
    declined = dict(decision.declined)
    assert set(declined.values()) <= reasons
    assert set(declined) == {
        offer.offer_id for offer in book if first_refusal(offer, customer, at)
    }
    assert not declined.keys() & {shown.offer_id for shown in decision.shown}


@given(books, customers, moments)
def test_nothing_is_shown_twice(book: list[Candidate], customer: Customer, at: Moment) -> None:
    """At most three, no offer twice and no two for the same goods."""
    shown = [offer.offer_id for offer in decide(book, customer, at).shown]
    goods = [offer.sku for offer in book if offer.offer_id in shown and offer.sku]
    assert len(shown) <= MOST_SHOWN
    assert len(set(shown)) == len(shown)
    assert len(set(goods)) == len(goods)


@given(books, customers, moments, st.randoms())
def test_the_order_of_the_book_does_not_matter(
    book: list[Candidate], customer: Customer, at: Moment, chance: random.Random
) -> None:
    """The same facts give the same offers, so a retry shows what was shown before."""
    shuffled = list(book)
    chance.shuffle(shuffled)
    assert decide(shuffled, customer, at).shown == decide(book, customer, at).shown


@given(books, moments)
def test_without_consent_nothing_is_shown(book: list[Candidate], at: Moment) -> None:
    """Unknown customers have no purposes: the first gate is closed for all."""
    decision = decide(book, Customer(), at)
    assert decision.shown == ()
    assert {reason for _, reason in decision.declined} <= {"no_consent"}


@given(candidates, customers, moments)
def test_the_first_gate_in_the_table_gives_the_reason(
    offer: Candidate, customer: Customer, at: Moment
) -> None:
    """The reason a person hears is the one that comes first in the list."""
    answers = [first_refusal(offer, customer, at, [gate]) for gate in GATES]
    assert first_refusal(offer, customer, at) == next(
        (answer for answer in answers if answer), None
    )


def test_the_reason_names_what_it_goes_with_and_nothing_else() -> None:
    """A key and the sku that made the choice: no text that somebody could have typed."""
    ana = Customer(purposes=NEEDS)
    at = Moment(
        now=NOON,
        needs=NEEDS,
        order_skus=frozenset({"SKU-002"}),
        order_classes=frozenset({"dairy"}),
        minutes_left=20,
    )
    book = [_offer(1, {"SKU-002", "dairy"}), _offer(2, {"dairy"}), _offer(3, {"*"})]
    assert [msgspec.to_builtins(shown.why) for shown in decide(book, ana, at).shown] == [
        {"key": "goes_with_product", "params": {"sku": "SKU-002"}},
        {"key": "goes_with_class", "params": {"class": "dairy"}},
        {"key": "goes_with_any_order", "params": {}},
    ]


def _offer(n: int, goes_with: set[str]) -> Candidate:
    return Candidate(
        offer_id=f"offer-{n:04d}",
        kind="bakery",
        sku=f"SKU-1{n:04d}",
        active=True,
        starts_at=NOON - timedelta(hours=1),
        ends_at=NOON + timedelta(hours=1),
        left=5,
        once_per_customer=True,
        preparation_minutes=n % 30,
        goes_with=frozenset(goes_with),
    )
