"""What front door and store say to each other: one message a frame, with limits that both sides enforce.

A store calls out to the front door and proves itself by a ticket that HQ made for this one connection.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import unquote

import msgspec

from sync.core.errors import Refusal

LINE_PATH = "/line"
# What a store says on a line that it is about to end, because it has a new one at another front door.
LEAVING = "leaving"
POKE_PATH = "/internal/poke"
POKE_HEADER = "x-store-edge-poke"
# From one front door to another: a phone came to one, and its store's line to the other.
ACROSS_PATH = "/internal/across"
ACROSS_HEADER = "x-store-edge-across"

REQUEST_BODY_LIMIT = 64 * 1024
ANSWER_BODY_LIMIT = 256 * 1024
# Above this a message ends the connection, so it leaves room for headers around the largest answer.
FRAME_LIMIT = ANSWER_BODY_LIMIT + 64 * 1024
IN_FLIGHT_LIMIT = 16
# More than that wait for a place, so many and so long, and are told to come back after that.
QUEUE_LIMIT = 64
QUEUE_SECONDS = 1.0
HANDLER_THREADS = 8
RELAY_TIMEOUT_SECONDS = 5.0
SUSPECT_TIMEOUT_SECONDS = 1.0
RETRY_AFTER_SECONDS = 5
# 25/20, the usual pair, leaves a dead line unnoticed for most of a minute. Engine.IO looks at all of its connections
# once in a time-out, so the front door notices after interval and twice the time-out: 10/5 took it 17.6 s.
PING_INTERVAL_SECONDS = 6.0
PING_TIMEOUT_SECONDS = 4.0
TICKET_LIFE = timedelta(seconds=60)
# A store tries so many front doors of several before it rests.
WAYS_LIMIT = 4

PUBLIC_METHODS = frozenset({"GET", "HEAD", "POST"})
PUBLIC_PATHS = ("/p/", "/q/", "/Q/", "/01/", "/loc/")
# Of one connection, not of the message; Host and Content-Length are made anew on each side, and
# nobody on the road may say where a request came from.
_OF_ONE_HOP = frozenset(
    {
        "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host",
        "content-length", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
    }
)  # fmt: skip
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

HeaderPairs = list[tuple[str, str]]


class RelayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's request on its way down to the store."""

    id: str
    method: str
    path: str
    query: str = ""
    headers: HeaderPairs = []
    body: bytes = b""
    client: str = ""
    deadline_ms: int = int(RELAY_TIMEOUT_SECONDS * 1000)
    scheme: str = "https"
    host: str = ""


class RelayResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The store's answer on its way back."""

    status: int
    headers: HeaderPairs = []
    body: bytes = b""


class Ticket(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """HQ's word that the caller may serve one store's public name; good for one connection.

    `door` names the only one of several front doors that takes it: none could see that another has had it.
    """

    store_id: str
    public_host: str
    exp: int
    nonce: str
    door: str = ""


class TicketForged(Refusal):
    """Not made with the secret that front door and HQ share, or damaged."""

    code = "ticket_forged"
    status = 401
    sentence = "This line ticket was not made by HQ."


class TicketExpired(Refusal):
    """Too old."""

    code = "ticket_expired"
    status = 401
    sentence = "This line ticket has expired; ask HQ for a new one."


class TicketReplayed(Refusal):
    """Used before, or it may have been before this front door started."""

    code = "ticket_replayed"
    status = 401
    sentence = "This line ticket was used before; ask HQ for a new one."


class TicketElsewhere(Refusal):
    """Made for another one of several front doors."""

    code = "ticket_elsewhere"
    status = 401
    sentence = "This line ticket is for another front door."


def mint_ticket(
    secret: bytes, *, store_id: str, public_host: str, now: datetime, nonce: str, door: str = ""
) -> str:
    """A ticket for one connection of `store_id`; `now` is wall time, `nonce` unguessable."""
    exp = int((now + TICKET_LIFE).timestamp())
    ticket = Ticket(store_id=store_id, public_host=public_host, exp=exp, nonce=nonce, door=door)
    said = msgspec.json.encode(ticket)
    return f"{_text(said)}.{_text(_signature(secret, said))}"


def verify_ticket(secret: bytes, text: str, *, now: datetime) -> Ticket:
    """What the ticket says, or the refusal. That it is used only once is the front door's to know."""
    try:
        said, signature = (_bytes(part) for part in text.split("."))
    except (ValueError, binascii.Error) as error:
        raise TicketForged from error
    if not hmac.compare_digest(signature, _signature(secret, said)):
        raise TicketForged
    ticket = msgspec.json.decode(said, type=Ticket)
    if ticket.exp <= now.timestamp():
        raise TicketExpired
    return ticket


def poke_key(secret: bytes) -> str:
    """What HQ puts into POKE_HEADER: derived, so that the ticket secret itself never travels."""
    return hmac.new(secret, b"store-edge poke", hashlib.sha256).hexdigest()


def across_key(secret: bytes) -> str:
    """What a front door puts into ACROSS_HEADER when it asks another one."""
    return hmac.new(secret, b"store-edge across", hashlib.sha256).hexdigest()


def is_public(path: str) -> bool:
    """Whether a path, percent-encoded or not, is one that customers may reach from the road."""
    decoded = unquote(path)
    odd = "\\" in decoded or any(part in {"", ".", ".."} for part in decoded.split("/")[1:-1])
    return decoded.startswith(PUBLIC_PATHS) and not odd and not decoded.endswith(("/.", "/.."))


def passed_on(headers: Iterable[tuple[str, str]]) -> HeaderPairs:
    """The headers that mean something beyond one connection, in order, repeated ones kept."""
    return [(name, value) for name, value in headers if _travels(name, value)]


def host_name(host: str) -> str:
    """A Host header without port, as one spelling."""
    return re.sub(r":\d+$", "", host.strip()).rstrip(".").lower()


def _travels(name: str, value: str) -> bool:
    whole = _HEADER_NAME.fullmatch(name) and not any(c in value for c in "\r\n\0")
    return bool(whole) and name.lower() not in _OF_ONE_HOP


def _signature(secret: bytes, said: bytes) -> bytes:
    return hmac.new(secret, b"store-edge line ticket\n" + said, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
