"""What every reader of a shop's JSON needs: text, ids, numbers, instants and money, never an error."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec
from babel.numbers import get_currency_precision

from sync.core.depth import is_too_deep
from sync.core.instants import of_our_time
from sync.hq.orders.rules.calls import CallFailed
from sync.hq.orders.rules.draft import HookForged, NotAnOrder

MOST_MINOR = 1_000_000_000
_LANG = re.compile(r"^[a-z]{2}")
_CURRENCY = re.compile(r"^[A-Z]{3}$")


def check_signature(sent: str, body: bytes, keys: Sequence[bytes]) -> None:
    """HookForged unless `sent` is the base64 HMAC-SHA256 of `body` under one of the keys."""
    shown = sent.strip().encode("utf-8", "replace")
    for key in keys:
        right = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest())
        if hmac.compare_digest(right, shown):
            return
    raise HookForged


def decoded(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; NotAnOrder for anything else."""
    if is_too_deep(body):
        raise NotAnOrder(problem="it is nested too deep")
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise NotAnOrder(problem=str(problem)) from None
    if not isinstance(said, dict):
        raise NotAnOrder(problem="it is no object")
    return said


def answer(body: bytes) -> dict[str, Any]:
    """The object that a shop answered; CallFailed when it is none, or cut."""
    try:
        return decoded(body)
    except NotAnOrder:
        raise CallFailed("its answer cannot be read") from None


def answers(body: bytes) -> list[dict[str, Any]]:
    """The list of objects that a shop answered; CallFailed when it is none, or cut."""
    found = answer(b'{"all":' + body + b"}").get("all")
    if not isinstance(found, list):
        raise CallFailed("its answer is no list")
    return dicts(found)


def child(holder: Any, *keys: str) -> Any:
    """What lies at this path of objects; None where the path ends before."""
    for key in keys:
        holder = holder.get(key) if isinstance(holder, dict) else None
    return holder


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; nothing for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def ident(value: Any) -> str:
    """An id as text, from a number or a text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return text(str(value), 64)


def number(value: Any) -> Decimal | None:
    """A finite number below 10**12, from a number or a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 12 else None


def minor(amount: Decimal | None, currency: str) -> int | None:
    """An amount in the currency's smallest unit; halves go up. None when it cannot be said."""
    if amount is None or amount < 0 or not currency:
        return None
    whole = amount.scaleb(get_currency_precision(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return int(whole) if whole <= MOST_MINOR else None


def currency(value: Any) -> str:
    """A currency code, or empty."""
    code = text(value, 3).upper()
    return code if _CURRENCY.match(code) else ""


def lang(value: Any) -> str:
    """The first two letters of a language tag, or empty."""
    found = _LANG.match(text(value, 20).lower())
    return found[0] if found else ""


def instant(value: Any, *, needs_zone: bool = False) -> datetime | None:
    """An ISO 8601 instant in UTC; without a zone it is UTC, or nothing if a zone is needed."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        of_our_time(aware)
        return None if needs_zone and at.tzinfo is None else aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def text(value: Any, longest: int) -> str:
    """Plain text: entities decoded, nothing unprintable, blanks collapsed, cut."""
    if not isinstance(value, str):
        return ""
    plain = "".join(char if char.isprintable() else " " for char in html.unescape(value))
    return " ".join(plain.split())[:longest].strip()
