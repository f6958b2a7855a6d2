"""What every shop system's reader must do: a draft that fits, the same order again, rubbish refused, a shop checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from sync.core.errors import Refusal
from sync.hq.orders.rules.calls import NO_SHOP, Call, Shop, WrongShopWords
from sync.hq.orders.rules.draft import NEVER, Draft, HookForged, Needs
from sync.hq.orders.rules.intake import neutral_lines
from sync.hq.orders.sources import SOURCES
from tests.hq.orders import shopify_bodies as bodies
from tests.hq.world import OPENING, SECRET, signature, woo_order


@dataclass(frozen=True)
class Example:
    """One shop system's way to say the same."""

    order: dict[str, Any]
    secret: str
    write_back: str

    def headers(self, body: bytes, secret: str = "") -> dict[str, str]:
        """As the shop sends them."""
        if self.secret == SECRET:
            return {"X-WC-Webhook-Signature": signature(body, secret or self.secret)}
        return bodies.headers("orders/create", body, secret=secret or self.secret)


EXAMPLES = {
    "woocommerce": Example(woo_order(), SECRET, "note"),
    "shopify": Example(bodies.order(), bodies.SECRET, "ready"),
}


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    """Every source there is: a new one needs its example."""
    return str(request.param)


def draft(name: str, said: object, *, secrets: list[str] | None = None) -> Draft:
    """What is known of an order after its message."""
    example, body = EXAMPLES[name], msgspec.json.encode(said)
    known = [example.secret] if secrets is None else secrets
    found = SOURCES[name].read(example.headers(body), body, secrets=known, shop=NO_SHOP)
    assert isinstance(found, Draft | Needs)
    return found.known if isinstance(found, Needs) else found


def test_an_order_becomes_a_draft_that_fits_a_store(name: str) -> None:
    """Lines, times in UTC, money in whole units, a buyer whose name can be shortened."""
    found = draft(name, EXAMPLES[name].order)
    assert [(each.qty, each.unit_price_minor) for each in neutral_lines(found)] == [(2, 680)]
    assert found.modified_at > NEVER
    assert found.modified_at.utcoffset().total_seconds() == 0
    assert (found.currency, found.buyer.first_name, found.buyer.email) == (
        "JPY",
        "Ana",
        "ana@example.com",
    )


def test_the_same_message_gives_the_same_id_and_draft(name: str) -> None:
    """So that sending it again can be known."""
    assert draft(name, EXAMPLES[name].order) == draft(name, EXAMPLES[name].order)


def test_either_of_two_secrets_holds_and_no_other(name: str) -> None:
    """While they rotate."""
    example = EXAMPLES[name]
    draft(name, example.order, secrets=["new", example.secret])
    with pytest.raises(HookForged):
        draft(name, example.order, secrets=["new", "other"])


@pytest.mark.parametrize("body", [b"", b"\0", b"{", b"[]", b"webhook_id=", "ö".encode("utf-16")])
def test_rubbish_is_refused_by_name(name: str, body: bytes) -> None:
    """Unsigned, and signed as well."""
    source, example = SOURCES[name], EXAMPLES[name]
    with pytest.raises(Refusal):
        source.read({}, body, secrets=["s"], shop=NO_SHOP)
    raw = body.strip(b" \t\n\r\0\x0b")
    with pytest.raises(Refusal):
        source.read(example.headers(raw), raw, secrets=[example.secret], shop=NO_SHOP)


def test_a_draft_survives_being_kept(name: str) -> None:
    """It waits in a row while the rest is fetched."""
    found = draft(name, EXAMPLES[name].order)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Draft) == found


def test_a_call_begins_with_a_request_below_the_shops_address(name: str) -> None:
    """Both kinds; what is asked never leaves the shop's own paths."""
    shop = SOURCES[name].checked(Shop(source="s", write_back=EXAMPLES[name].write_back))
    for kind in ("fetch", "ready"):
        known = Draft(source_id="1", refs=("gid://shopify/FulfillmentOrder/1",))
        call = Call(
            source="s", source_id="1", kind=kind, due_at=OPENING, first_at=OPENING, known=known
        )
        ask = SOURCES[name].step(call, [], shop)
        assert ask is not None
        assert ask.path.startswith("/")
    assert SOURCES[name].sign("a:b")


def test_a_way_to_write_back_that_is_not_there_is_refused(name: str) -> None:
    """By name."""
    with pytest.raises(WrongShopWords):
        SOURCES[name].checked(Shop(source="s", write_back="loudly"))
