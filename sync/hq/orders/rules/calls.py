"""Calls that HQ makes at shop systems: what is asked, who may work on one, and when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

from sync.core.errors import Refusal
from sync.hq.orders.rules.draft import NEVER, Draft

# What a call is for: the rest of an order, or telling the shop that an order is ready.
Kind = Literal["fetch", "ready"]
# Waiting counts down to the next try; given up and refused calls stay to be seen.
State = Literal["waiting", "done", "given_up"]

LEASE = timedelta(seconds=60)
# A call ends well inside its lease, so that nobody else has begun it when it does.
DEADLINE_SECONDS = 40.0
MOST_STEPS = 12
MOST_ANSWER_BYTES = 1024 * 1024
# A shop that says "ask again in 0 seconds" is given a moment all the same.
SHORTEST_WAIT_SECONDS, LONGEST_WAIT = 1.0, timedelta(hours=1)
# After so long without an answer a person hears of an order; after so long nobody asks any more.
PATIENCE = timedelta(minutes=5)
GIVE_UP = timedelta(days=7)
_STEPS_SECONDS = (5, 15, 45, 120, 300, 900, 1800, 3600)
_REFUSED = (401, 403, 404)


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request to a shop: `path` below its address, `body` JSON or empty."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    body: bytes = b""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A row of work. `version` grows with each message about the order; a holder has it until `leased_until`."""

    source: str
    source_id: str
    kind: Kind
    due_at: datetime
    first_at: datetime
    state: State = "waiting"
    version: int = 1
    tries: int = 0
    known: Draft | None = None
    problem: str = ""
    leased_by: str = ""
    leased_until: datetime = NEVER


class CallFailed(Refusal):
    """The shop did not give what was asked for. `seconds` until it may be asked again, if it said so."""

    code = "call_failed"
    status = 502
    sentence = "The shop system did not answer as it should: {problem}"

    def __init__(
        self, problem: str, *, seconds: float | None = None, is_refusal: bool = False
    ) -> None:
        super().__init__(problem=problem)
        self.problem, self.seconds, self.is_refusal = problem, seconds, is_refusal


def check_answer(
    status: int, headers: Mapping[str, str], *, now: datetime, pinned: str = ""
) -> None:
    """Raise CallFailed unless the shop answered well, in the version that was asked for."""
    said = {name.lower(): value for name, value in headers.items()}
    if status in (429, 503):
        wait = retry_after(said.get("retry-after", ""), now=now)
        raise CallFailed(f"it is busy (HTTP {status})", seconds=wait)
    if status in _REFUSED:
        problem = f"it refuses us (HTTP {status}): token, rights or address are wrong"
        raise CallFailed(problem, is_refusal=True)
    if not 200 <= status < 300:
        raise CallFailed(f"HTTP {status}")
    served = said.get("x-shopify-api-version", pinned)
    if pinned and served != pinned:
        raise CallFailed(f"it answers in version {served[:20]}, not in {pinned}")


def retry_after(said: str, *, now: datetime) -> float | None:
    """Seconds until the shop may be asked again, from either form of Retry-After; at most an hour."""
    try:
        seconds = float(said)
    except ValueError:
        try:
            at = parsedate_to_datetime(said)
        except (ValueError, IndexError):
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    if not 0 <= seconds < float("inf"):
        return None
    return min(seconds, LONGEST_WAIT.total_seconds())


def next_try(
    call: Call, problem: str, *, now: datetime, seconds: float | None, jitter: float
) -> Call:
    """The call after a failure. `jitter` (0 to 1) spreads those that failed together."""
    step = _STEPS_SECONDS[min(call.tries, len(_STEPS_SECONDS) - 1)] * (1 + 0.2 * jitter)
    wait = step if seconds is None else max(seconds, SHORTEST_WAIT_SECONDS)
    is_over = now - call.first_at >= GIVE_UP
    return msgspec.structs.replace(
        call,
        tries=call.tries + 1,
        due_at=now + timedelta(seconds=wait),
        problem=problem[:200],
        state="given_up" if is_over else "waiting",
        leased_by="",
        leased_until=NEVER,
    )


def needs_eyes(call: Call, *, now: datetime) -> bool:
    """Whether a person should hear of an order that could not be fetched; a plain delivery can wait."""
    if call.kind != "fetch" or call.known is None or now - call.first_at < PATIENCE:
        return False
    return call.known.pickup.shipping != "delivery"


def merged(call: Call, known: Draft, *, now: datetime) -> Call:
    """A message came: the newer draft stands, and it is asked at once. What was given up begins anew."""
    before = call.known
    newer = known if before is None or known.modified_at >= before.modified_at else before
    asked = msgspec.structs.replace(call, known=newer, version=call.version + 1, due_at=now)
    if call.state == "waiting":
        return asked
    return msgspec.structs.replace(asked, state="waiting", first_at=now, tries=0)


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """How HQ reaches a shop: its address, the version of its API, and how it hears that an order is ready."""

    source: str
    url: str = ""
    api_version: str = ""
    write_back: str = "off"


NO_SHOP = Shop(source="")


class WrongShopWords(Refusal):
    """An address or a way to write back that this shop system does not have."""

    code = "wrong_shop_words"
    status = 422
    sentence = "This was not done: {problem}"
