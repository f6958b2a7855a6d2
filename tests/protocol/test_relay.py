from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from sync.frontdoor.lines import UsedTickets
from sync.protocol.frames import OneFramePacket
from sync.protocol.relay import (
    TICKET_LIFE,
    TicketExpired,
    TicketForged,
    TicketReplayed,
    host_name,
    is_public,
    mint_ticket,
    passed_on,
    verify_ticket,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = b"shared"


def ticket(nonce: str = "n1", now: datetime = NOW) -> str:
    """A ticket as HQ makes it."""
    return mint_ticket(
        SECRET, store_id="harbour-lane", public_host="hl.example", now=now, nonce=nonce
    )


def test_a_ticket_says_what_hq_put_into_it():
    """Store, name, end and nonce survive the trip."""
    got = verify_ticket(SECRET, ticket(), now=NOW)
    assert (got.store_id, got.public_host, got.nonce) == ("harbour-lane", "hl.example", "n1")
    assert got.exp == int((NOW + TICKET_LIFE).timestamp())


def test_every_changed_character_of_a_ticket_is_noticed():
    """No position of the text is without effect."""
    good = ticket()
    for place, letter in enumerate(good):
        other = "A" if letter != "A" else "B"
        with pytest.raises(TicketForged):
            verify_ticket(SECRET, good[:place] + other * 2 + good[place + 1 :], now=NOW)


def test_a_ticket_ends_with_its_life():
    """Good to the last second, then expired."""
    verify_ticket(SECRET, ticket(), now=NOW + TICKET_LIFE - timedelta(seconds=1))
    with pytest.raises(TicketExpired):
        verify_ticket(SECRET, ticket(), now=NOW + TICKET_LIFE)


def test_a_ticket_is_used_once_and_forgotten_when_it_has_expired():
    """Memory holds only tickets that could still be replayed."""
    used = UsedTickets(NOW - timedelta(hours=1))
    first = verify_ticket(SECRET, ticket(), now=NOW)
    used.use(first, now=NOW)
    with pytest.raises(TicketReplayed):
        used.use(first, now=NOW + timedelta(seconds=30))
    used.use(
        verify_ticket(SECRET, ticket("n2", NOW + TICKET_LIFE), now=NOW + TICKET_LIFE),
        now=NOW + TICKET_LIFE,
    )
    assert set(used._exp_of) == {"n2"}


def test_a_ticket_from_before_a_restart_is_not_good_again():
    """What was used is forgotten with the process, so older tickets are all refused."""
    restarted = UsedTickets(NOW)
    with pytest.raises(TicketReplayed):
        restarted.use(
            verify_ticket(SECRET, ticket(now=NOW - timedelta(seconds=5)), now=NOW), now=NOW
        )
    restarted.use(verify_ticket(SECRET, ticket(), now=NOW), now=NOW)


@pytest.mark.parametrize(
    "path",
    [
        "/p/x",
        "/p/assets/pass.js",
        "/q/A1",
        "/Q/A1",
        "/01/04912345678904",
        "/loc/owntracks",
        "/loc/osmand",
    ],
)
def test_customers_paths_are_public(path):
    """What phones need."""
    assert is_public(path)


@pytest.mark.parametrize(
    "path",
    ["/", "/board", "/p", "/P/x", "/p/..", "/p/../x", "/q/%2E%2e/x", "/p//x", "/01/a\\b", "p/x"],
)
def test_everything_else_is_not_public(path):
    """Also when it hides behind dots, doubled slashes or percent signs."""
    assert not is_public(path)


def test_headers_of_one_hop_and_broken_ones_stay_behind():
    """Order and repeats are kept; a line break in a value never travels."""
    given = [("A", "1"), ("Connection", "close"), ("a", "2"), ("Host", "x"), ("X-Forwarded-For", "6.6.6.6"),
             ("b", "1\r\nc: 2"), ("bad name", "1"), ("Content-Length", "5")]  # fmt: skip
    assert passed_on(given) == [("A", "1"), ("a", "2")]


def test_a_host_has_one_spelling():
    """Case, port and a last dot do not matter."""
    assert (
        host_name(" Harbour-Lane.Example.:8443")
        == host_name("harbour-lane.example")
        == "harbour-lane.example"
    )


def test_a_packet_with_bytes_is_one_frame():
    """Encode gives one piece, decode the same packet; text and rubbish are refused."""
    sent = OneFramePacket(2, data=["request", {"body": b"\x00\xff"}], namespace="/", id=7)
    got = OneFramePacket(encoded_packet=sent.encode())
    assert (got.packet_type, got.data, got.namespace, got.id) == (2, sent.data, "/", 7)
    for rubbish in ("2[1]", b"\xc1", b"\x01", b"\x80"):
        with pytest.raises(msgspec.MsgspecError):
            OneFramePacket(encoded_packet=rubbish)
