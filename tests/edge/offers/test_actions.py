"""What is done with offers, over the real writer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from edge.base import log
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.offers import actions, store
from edge.offers.memory import Book
from edge.offers.rules import Offer, Outcome, Result
from edge.offers.rules.refusals import AlreadyUsed, OfferUnknown, UnknownCode
from sync.core.answers import Key
from sync.core.gates.decision import Decision, Shown, Why
from sync.records import RECORD_TYPES, Heard
from tests.edge.offers.conftest import WishMaker, make_wish
from tests.world import OPENING


def test_an_offer_is_made_with_its_event_and_a_code_to_print(edge: Edge) -> None:
    """State, event and code in one transaction."""
    offer = _make(edge)
    with edge.read() as reader:
        assert store.load(reader, offer.offer_id) == offer
        assert [fact.kind for fact in log.read_after(reader, 0)] == ["offer_made"]
        code = store.code_for(reader, "offer", offer.offer_id)
        assert code is not None
        assert store.resolve(reader, code.code).ref == offer.offer_id


def test_a_redemption_has_a_code_to_say_and_leaves_one_fewer(edge: Edge) -> None:
    """The desk types what the customer says, once."""
    offer = _make(edge)
    outcome = _redeem(edge, offer, shopper_key="phone-1")
    redeemed = outcome.or_refusal()
    assert len(redeemed.spoken_code) == 6
    assert redeemed.price_minor == 240
    with edge.read() as reader:
        assert store.load(reader, offer.offer_id).left == 9
    given = edge.write(lambda unit: actions.honour(unit, redeemed.spoken_code.lower(), by="ken"))
    assert given.honoured_at == OPENING
    with pytest.raises(AlreadyUsed):
        edge.write(lambda unit: actions.honour(unit, redeemed.spoken_code, by="ken"))


def test_a_forged_spoken_code_is_unknown(edge: Edge) -> None:
    """And nothing was changed by asking."""
    _make(edge)
    with pytest.raises(UnknownCode):
        edge.write(lambda unit: actions.honour(unit, "ZZZZZZ", by="ken"))


def test_once_per_customer_gives_back_the_first_code(edge: Edge, a_wish: WishMaker) -> None:
    """Somebody who lost the page asks again and is told what to say."""
    offer = _make(edge)
    first = _redeem(edge, offer, shopper_key="phone-1").or_refusal()
    again = _redeem(edge, offer, shopper_key="phone-1")
    assert again.result is Result.ALREADY_USED
    assert again.redemption == first
    assert _redeem(edge, offer, shopper_key="phone-2").result is Result.OK


def test_an_offer_without_that_rule_may_be_used_twice(edge: Edge) -> None:
    """Once per customer is a choice."""
    offer = _make(edge, once_per_customer=False)
    assert _redeem(edge, offer, shopper_key="phone-1").result is Result.OK
    assert _redeem(edge, offer, shopper_key="phone-1").result is Result.OK


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"starts_at": OPENING + timedelta(seconds=1)}, Result.NOT_YET_VALID),
        ({"starts_at": OPENING - timedelta(days=1), "ends_at": OPENING}, Result.NO_LONGER_VALID),
        ({"active": False}, Result.NO_LONGER_VALID),
    ],
)
def test_outside_its_window_nothing_is_redeemed(
    edge: Edge, changes: dict[str, object], result: Result
) -> None:
    """The reason is told, and no row and no event are written."""
    offer = _make(edge, **changes)
    assert _redeem(edge, offer).result is result
    with edge.read() as reader:
        assert store.load(reader, offer.offer_id).used == 0
        assert [fact.kind for fact in log.read_after(reader, 0)] == ["offer_made"]


def test_a_hundred_at_once_never_get_more_than_there_are(edge: Edge) -> None:
    """Seven are left, a hundred phones try in the same moment: seven codes, 93 times sold out."""
    offer = _make(edge, limit=7)
    start = threading.Barrier(20)

    def try_five(phone: int) -> list[Result]:
        start.wait()
        keys = [f"phone-{phone}-{n}" for n in range(5)]
        return [_redeem(edge, offer, shopper_key=key).result for key in keys]

    with ThreadPoolExecutor(20) as phones:
        results = [result for each in phones.map(try_five, range(20)) for result in each]
    assert results.count(Result.OK) == 7
    assert results.count(Result.SOLD_OUT) == 93
    with edge.read() as reader:
        kinds = [fact.kind for fact in log.read_after(reader, 0)]
        assert kinds.count("offer_redeemed") == 7
        assert store.load(reader, offer.offer_id).left == 0


def test_one_customer_on_twenty_screens_gets_one(edge: Edge) -> None:
    """Once holds in a race as well."""
    offer = _make(edge)
    start = threading.Barrier(20)

    def try_it(_: int) -> Result:
        start.wait()
        return _redeem(edge, offer, shopper_key="ana").result

    with ThreadPoolExecutor(20) as screens:
        results = list(screens.map(try_it, range(20)))
    assert results.count(Result.OK) == 1
    assert results.count(Result.ALREADY_USED) == 19


def test_the_statement_itself_holds_the_limit_without_the_gates(edge: Edge) -> None:
    """A build that forgot to ask the gates still could not give out one too many."""
    offer = _make(edge, limit=1)
    taken = _redeem(edge, offer, shopper_key="phone-1").or_refusal()

    def behind_the_gates(unit: Unit) -> bool:
        return actions._take(unit, offer, taken, by="").result is Result.OK

    assert edge.write(behind_the_gates) is False


def test_the_same_key_gives_the_same_answer(edge: Edge) -> None:
    """A double tap is one redemption, and both taps are told the same code."""
    offer = _make(edge, once_per_customer=False)
    key = Key("device:kiosk-1", "tap-0001", "same")
    first = edge.write(lambda unit: actions.redeem(unit, offer.offer_id, surface="kiosk"), key=key)
    again = edge.write(lambda unit: actions.redeem(unit, offer.offer_id, surface="kiosk"), key=key)
    assert first == again
    with edge.read() as reader:
        assert store.load(reader, offer.offer_id).used == 1


def test_an_unknown_offer_is_refused(edge: Edge) -> None:
    """Whatever is done with it."""
    for act in (
        lambda unit: actions.redeem(unit, "no-such", surface="qr"),
        lambda unit: actions.change(unit, "no-such", make_wish(), by="mia"),
        lambda unit: actions.put_off(unit, "no-such", "order-1"),
        lambda unit: actions.stop_kind(unit, "no-such", "c-1"),
    ):
        with pytest.raises(OfferUnknown):
            edge.write(act)


def test_a_lower_limit_keeps_what_was_redeemed(edge: Edge) -> None:
    """Nobody loses a code that they were given."""
    offer = _make(edge, limit=3)
    for phone in ("a", "b"):
        _redeem(edge, offer, shopper_key=phone)
    changed = edge.write(
        lambda unit: actions.change(unit, offer.offer_id, make_wish(limit=1), by="mia")
    )
    assert (changed.left, changed.used) == (0, 2)
    assert _redeem(edge, offer, shopper_key="c").result is Result.SOLD_OUT


def test_what_hq_sends_is_taken_once_and_not_sent_back(edge: Edge) -> None:
    """The same revision again changes nothing; its event says where it came from."""
    made = {**msgspec.to_builtins(make_wish()), "offer_id": "hq-1", "owner": "hq", "revision": 1}
    record = {**made, "offer_kind": made.pop("kind"), "store_id": "harbour-lane"}
    for _ in range(2):
        edge.write(lambda unit: actions.apply_offer(unit, record))
    with pytest.raises(msgspec.ValidationError):
        edge.write(lambda unit: actions.apply_offer(unit, {**record, "texts": {}}))
    with edge.read() as reader:
        facts = log.read_after(reader, 0)
        assert [(fact.kind, fact.origin) for fact in facts] == [("offer_made", "hq")]
        assert store.load(reader, "hq-1").owner == "hq"


def test_a_decision_is_kept_with_its_reasons_when_it_shows_something_else(edge: Edge) -> None:
    """A page that asks every few seconds writes once."""
    offer = _make(edge)
    decision = Decision(
        shown=(Shown(offer.offer_id, Why("goes_with_product", {"sku": "SKU-001"})),),
        declined=(("offer-2", "sold_out"), ("offer-3", "sold_out")),
    )
    for _ in range(3):
        edge.write(lambda unit: actions.note_shown(unit, "order-1", decision))
    with edge.read() as reader:
        (kept,) = store.decisions(reader, "order-1")
        assert kept["shown"][0]["why"] == {
            "key": "goes_with_product",
            "params": {"sku": "SKU-001"},
        }
        assert kept["declined"] == {"sold_out": 2}
        assert [fact.kind for fact in log.read_after(reader, 1)] == ["offer_shown"]


def test_not_now_and_stop_this_kind_are_said_once(edge: Edge) -> None:
    """Saying it twice is one fact; it names a pseudonym and a kind."""
    offer = _make(edge)
    for _ in range(2):
        edge.write(lambda unit: actions.put_off(unit, offer.offer_id, "order-1"))
        edge.write(lambda unit: actions.stop_kind(unit, offer.offer_id, "c-1"))
    with edge.read() as reader:
        assert store.put_off_for(reader, "order-1") == {offer.offer_id}
        assert store.stopped_kinds(reader, "c-1") == {"bakery"}
        assert store.stopped_kinds(reader, "c-2") == frozenset()
        kinds = [fact.kind for fact in log.read_after(reader, 1)]
        assert kinds == ["offer_declined", "offer_kind_stopped"]


def test_the_book_is_read_again_only_when_it_changed(edge: Edge) -> None:
    """A thousand offers need not be read for every phone that asks."""
    offer, book, reads = _make(edge), Book(), 0

    def look() -> int | None:
        nonlocal reads
        with edge.read() as reader:
            reads += 1
            page = book.at(store.book_version(reader), lambda: store.candidates(reader, OPENING))
            return page[0].left

    assert [look(), look()] == [10, 10]
    held = book._page[1]
    look()
    assert book._page[1] is held
    _redeem(edge, offer)
    assert look() == 9


def test_offers_that_are_over_are_not_in_the_book(edge: Edge) -> None:
    """Old ones would only cost time."""
    _make(edge)
    with edge.read() as reader:
        assert len(store.candidates(reader, OPENING)) == 1
        assert store.candidates(reader, OPENING + timedelta(hours=4)) == ()


def _make(edge: Edge, **changes: object) -> Offer:
    return edge.write(lambda unit: actions.make(unit, make_wish(**changes), by="mia"))


def _redeem(edge: Edge, offer: Offer, *, shopper_key: str = "") -> Outcome:
    return edge.write(
        lambda unit: actions.redeem(unit, offer.offer_id, surface="qr", shopper_key=shopper_key)
    )


def test_the_nightly_compares_what_both_ends_hold(edge: Edge) -> None:
    """Every offer and redemption, with the fields that HQ folds from the same events."""
    offer = _make(edge)
    redeemed = _redeem(edge, offer).or_refusal()
    with edge.read() as reader:
        assert dict(store.offer_digest_rows(reader)) == {
            offer.offer_id: {
                "revision": 1,
                "owner": "store",
                "price_minor": 240,
                "limit": 10,
                "active": True,
            }
        }
        assert dict(store.redemption_digest_rows(reader)) == {
            redeemed.redemption_id: {
                "offer_id": offer.offer_id,
                "order_id": "",
                "price_minor": 240,
            }
        }


def test_hq_folds_our_events_into_what_we_hold(edge: Edge) -> None:
    """The record that HQ makes of the log has the digest values of our own tables."""
    offer = _make(edge)
    _redeem(edge, offer).or_refusal()
    with edge.read() as reader:
        for name, ours in (
            ("offer", store.offer_digest_rows(reader)),
            ("redemption", store.redemption_digest_rows(reader)),
        ):
            kind = RECORD_TYPES[name]
            facts = [fact for fact in log.read_after(reader, 0) if fact.kind in kind.kinds]
            folded = {each.aggregate_id: kind.fold(None, _heard(each)) for each in facts}
            theirs = {key: list(kind.digest_values(record)) for key, record in folded.items()}
            assert theirs == {
                key: [row[field] for field in kind.digest_fields] for key, row in ours
            }


def _heard(fact: log.LoggedEvent) -> Heard:
    return Heard(
        store_id="harbour-lane",
        seq=fact.seq,
        event_id=fact.event_id,
        kind=fact.kind,
        aggregate_id=fact.aggregate_id,
        at=fact.at.isoformat(),
        body=fact.body,
    )
