"""What an offer is, without a database."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.offers.rules import HQ, STORE, Offer, offer, qr_code, redemption
from edge.offers.rules.refusals import OfferOfHq, UnknownCode, WrongStore
from sync.core import base32
from tests.edge.offers.conftest import make_wish
from tests.world import OPENING

HOST = "harbour-lane.localhost:8443"


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": OPENING},
        {"was_minor": 240},
        {"texts": {}},
        {"texts": {"en": {"title": "Only English"}}},
        {"price_minor": -1},
        {"limit": 0},
        {"preparation_minutes": -1},
        {"kind": "Fresh Bread"},
        {"currency": "yen"},
        {"starts_at": "2026-11-22T12:00:00"},
        {"surprise": True},
    ],
)
def test_a_wish_that_makes_no_sense_is_not_an_offer(changes: dict[str, object]) -> None:
    """Each of these is refused when it is read, with the place where it went wrong."""
    good = msgspec.to_builtins(make_wish())
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins({**good, **changes}), offer.Wish)


@given(limit=st.none() | st.integers(1, 50), used=st.integers(0, 100))
def test_what_is_left_is_never_negative(limit: int | None, used: int) -> None:
    """Also when a limit was lowered below what was redeemed before."""
    left = _offer(used=used, limit=limit).left
    assert left is None if limit is None else (left is not None and 0 <= left <= limit)


def test_a_change_counts_up_and_tells_all_of_the_offer() -> None:
    """Whoever reads the event needs nothing else."""
    changed, event = offer.change(_offer(), make_wish(price_minor=200))
    assert (changed.revision, event.revision, event.price_minor) == (2, 2, 200)
    assert event.offer_kind == "bakery"


def test_an_offer_of_hq_is_changed_at_hq() -> None:
    """Two owners of one thing would have to be merged."""
    with pytest.raises(OfferOfHq):
        offer.change(_offer(owner=HQ), make_wish())


@pytest.mark.parametrize(
    ("held_owner", "held_revision", "is_taken"),
    [(HQ, 1, True), (HQ, 2, False), (HQ, 3, False), (STORE, 1, False)],
)
def test_only_a_newer_revision_of_hqs_own_offer_is_taken(
    held_owner: str, held_revision: int, *, is_taken: bool
) -> None:
    """Twice is once, and older never wins."""
    held = _offer(owner=held_owner, revision=held_revision, used=3)
    taken = offer.from_hq("offer-1", 2, make_wish(), held)
    assert (taken is not None) == is_taken
    assert taken is None or (taken.used, taken.owner) == (3, HQ)


def test_texts_come_in_the_language_that_was_asked_for() -> None:
    """And in one that there is, when somebody asks for another."""
    assert _offer().words("ja").title == "サワードウ"
    assert _offer().words("de").title == "Sourdough loaf"


@pytest.mark.parametrize(
    "scanned",
    [
        "HTTPS://HARBOUR-LANE.LOCALHOST:8443/Q/0123ABCD",
        "https://harbour-lane.localhost:8443/q/0123abcd",
        " 0123 abcd ",
        "O123-ABCD",
    ],
)
def test_a_code_is_read_however_it_comes(scanned: str) -> None:
    """As a link in either case, or typed with the usual slips."""
    assert qr_code.read(scanned, HOST) == "0123ABCD"


@pytest.mark.parametrize(
    ("scanned", "refusal"),
    [
        ("HTTPS://OTHER.LOCALHOST/Q/0123ABCD", WrongStore),
        ("https://harbour-lane.localhost:8443/p/0123ABCD", UnknownCode),
        ("https://harbour-lane.localhost:8443/q/short", UnknownCode),
        ("https://[", UnknownCode),
        ("0123ABC", UnknownCode),
        ("0123ABCDE", UnknownCode),
        ("0123AB!D", UnknownCode),
        ("", UnknownCode),
        ("javascript://x/q/0123ABCD", WrongStore),
    ],
)
def test_what_is_not_our_code_is_refused_by_name(scanned: str, refusal: type[Exception]) -> None:
    """Nothing else of it is looked at."""
    with pytest.raises(refusal):
        qr_code.read(scanned, HOST)


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_a_refusal(scanned: str) -> None:
    """A scanner may give us anything."""
    try:
        code = qr_code.read(scanned, HOST)
    except (UnknownCode, WrongStore):
        return
    assert len(code) == qr_code.LENGTH
    assert set(code) <= set(base32.ALPHABET)


def test_the_longest_allowed_host_still_makes_a_small_code() -> None:
    """A host of 25 characters gives a link of at most 44."""
    assert len(qr_code.url("x" * 25, "0" * 8)) <= qr_code.LONGEST_URL


def test_every_result_but_ok_has_a_refusal_with_its_name_and_a_sentence() -> None:
    """The list is closed, for screens that give each a colour."""
    assert set(redemption.REFUSALS) == set(redemption.Result) - {redemption.Result.OK}
    for result, kind in redemption.REFUSALS.items():
        assert kind.code == result
        assert kind.sentence.endswith(".")


def test_a_spoken_code_is_said_in_two_groups() -> None:
    """And typed by the desk as it was heard."""
    assert redemption.as_said("B4K7QX") == "B4K 7QX"
    assert redemption.as_typed(" b4k 7qx") == "B4K7QX"


def _offer(*, owner: str = STORE, revision: int = 1, used: int = 0, **changes: object) -> Offer:
    return Offer(
        offer_id="offer-1",
        owner=owner,
        revision=revision,
        used=used,
        wish=make_wish(ends_at=OPENING + timedelta(hours=4), **changes),
    )
