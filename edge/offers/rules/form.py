"""The offer form: what somebody typed, field by field, and what to mend where."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from edge.offers.rules.offer import LANGUAGES, Texts, Wish, contradictions

_TEXT_FIELDS = {"title": 80, "body": 400, "why": 200}
_KIND = re.compile(r"^[a-z][a-z0-9_-]{0,31}$")


class Filled(msgspec.Struct, frozen=True):
    """The wish, if every field could be read; otherwise a sentence for each field that could not."""

    wish: Wish | None
    faults: dict[str, str]


class _Fault(Exception):
    """What is wrong with one field."""


def read(form: Mapping[str, str], *, zone: ZoneInfo, currency: str, digits: int) -> Filled:
    """Read what was typed. Times are the store's; money is in the currency's own digits."""
    readers: dict[str, Callable[[str], Any]] = {
        "kind": _kind,
        "price_minor": lambda typed: _money(_needed(typed), digits),
        "was_minor": lambda typed: _money(typed, digits) if typed else None,
        "starts_at": lambda typed: _instant(_needed(typed), zone),
        "ends_at": lambda typed: _instant(_needed(typed), zone),
        "limit": lambda typed: _whole(typed, 1, 1_000_000) if typed else None,
        "preparation_minutes": lambda typed: _whole(typed or "0", 0, 240),
        "sku": lambda typed: _short(typed, 64),
        "goes_with": _words,
        "once_per_customer": lambda typed: typed == "on",
        "active": lambda typed: typed != "off",
    }
    for lang in LANGUAGES:
        readers |= {f"{name}_{lang}": _text(name) for name in _TEXT_FIELDS}
    values, faults = _read_all(form, readers)
    if faults:
        return Filled(None, faults)
    return _between_fields(values, currency)


def fill(wish: Wish, *, zone: ZoneInfo, digits: int) -> dict[str, str]:
    """What stands in the form of an offer, so that reading it again gives the same offer."""
    filled = {
        "kind": wish.kind,
        "price_minor": _amount(wish.price_minor, digits),
        "was_minor": "" if wish.was_minor is None else _amount(wish.was_minor, digits),
        "starts_at": local(wish.starts_at, zone),
        "ends_at": local(wish.ends_at, zone),
        "limit": str(wish.limit or ""),
        "preparation_minutes": str(wish.preparation_minutes),
        "sku": wish.sku,
        "goes_with": ", ".join(wish.goes_with),
        "once_per_customer": "on" if wish.once_per_customer else "",
        "active": "" if wish.active else "off",
    }
    for lang in LANGUAGES:
        texts = msgspec.structs.asdict(wish.texts[lang])
        filled |= {f"{name}_{lang}": texts[name] for name in _TEXT_FIELDS}
    return filled


def local(at: datetime, zone: ZoneInfo) -> str:
    """An instant as a form's field for date and time has it, in the store's own time."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _amount(minor: int, digits: int) -> str:
    return str(Decimal(minor).scaleb(-digits))


def _read_all(
    form: Mapping[str, str], readers: Mapping[str, Callable[[str], Any]]
) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field, reader in readers.items():
        try:
            values[field] = reader(form.get(field, "").strip())
        except _Fault as fault:
            faults[field] = str(fault)
    return values, faults


def _between_fields(values: dict[str, Any], currency: str) -> Filled:
    crossed = ("starts_at", "ends_at", "price_minor", "was_minor")
    if faults := contradictions(**{name: values[name] for name in crossed}):
        return Filled(None, faults)
    texts = {
        lang: Texts(**{name: values.pop(f"{name}_{lang}") for name in _TEXT_FIELDS})
        for lang in LANGUAGES
    }
    return Filled(Wish(**values, texts=texts, currency=currency), {})


def _needed(typed: str) -> str:
    if not typed:
        raise _Fault("Please fill this in")
    return typed


def _text(name: str) -> Callable[[str], str]:
    most = _TEXT_FIELDS[name]
    return lambda typed: _short(_needed(typed) if name == "title" else typed, most)


def _short(typed: str, most: int) -> str:
    if len(typed) > most:
        raise _Fault("This is too long")
    return typed


def _kind(typed: str) -> str:
    if not _KIND.match(_needed(typed)):
        raise _Fault("One word in small letters, such as bakery")
    return typed


def _money(typed: str, digits: int) -> int:
    try:
        amount = Decimal(typed.replace(",", "").lstrip("¥$€£")).scaleb(digits)
    except InvalidOperation:
        raise _Fault("An amount of money, such as 240") from None
    if not amount.is_finite() or amount != int(amount) or not 0 <= amount <= 100_000_000:
        raise _Fault("An amount of money, such as 240")
    return int(amount)


def _whole(typed: str, least: int, most: int) -> int:
    if not typed.isascii() or not typed.isdigit() or not least <= int(typed[:12]) <= most:
        raise _Fault("A whole number that makes sense here")
    return int(typed)


def _instant(typed: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(typed[:16]).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Fault("A date and a time of day") from None


def _words(typed: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(re.split(r"[\s,、]+", typed))) if typed else ()
    if len(words) > 50 or any(not 0 < len(word) <= 64 for word in words):
        raise _Fault("At most 50 words: product numbers or classes")
    return words
