"""Commands about shops: setting one up, its secrets and locations, what waits for it, what customers ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sync.hq.base.hq import Hq
from sync.hq.base.rows import Unit
from sync.hq.orders.actions import privacy, sources
from sync.hq.orders.rules.calls import Shop, WrongShopWords
from sync.hq.orders.rules.intake import SourceUnknown
from sync.hq.orders.store import calls, intake
from sync.hq.orders.store import privacy as requests_store
from sync.hq.orders.store.intake import SourceRow
from sync.hq.orders.web import shops as shown
from sync.hq.orders.web.parts import Bell, intake_at
from sync.hq.stores.store import registry

Words = Mapping[str, Any]


class NewShop(SourceRow, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shop with all that HQ has to know; empty words keep what was known."""

    currency: str = ""
    lang: str = ""
    url: str = ""
    api_version: str = ""
    write_back: str = ""
    secret: str = ""
    token: str = ""


def add_shop(hq: Hq, words: Words) -> dict[str, Any]:
    """Let a shop send orders and be called; a second call changes what is given and keeps the rest."""
    asked: NewShop = _read(words, NewShop)
    shop = Shop(
        source=asked.name,
        url=asked.url.rstrip("/"),
        api_version=asked.api_version,
        write_back=asked.write_back,
    )

    def added(unit: Unit) -> bool:
        before = intake.source(unit, asked.name)
        sources.add_source(unit, _whole(asked, before))
        sources.set_shop(unit, shop)
        return before is None

    is_new = hq.write(added)
    secret = asked.secret or (hq.ids.token(20) if is_new else "")
    if secret:
        sources.keep_secret(hq.home, asked.name, secret)
    if asked.token:
        sources.keep_token(hq.home, asked.name, asked.token)
    hq.part(Bell).ring()
    return {"name": asked.name, "path": f"/hooks/{asked.name}", "secret": secret}


def set_write_back(hq: Hq, words: Words) -> dict[str, Any]:
    """Say how a shop hears that an order is ready, or that it does not."""
    shop = Shop(source=str(words["name"]), write_back=str(words["write_back"]))
    kept: Shop = hq.write(lambda unit: sources.set_shop(unit, shop))
    return {"name": kept.source, "write_back": kept.write_back, "mails_ready": shown.mailer(kept)}


def change_secret(hq: Hq, words: Words) -> dict[str, Any]:
    """Give a shop a new secret; the one before it counts until the next change."""
    name = _known(hq, words)
    secret = str(words.get("secret", "")) or hq.ids.token(20)
    sources.keep_secret(hq.home, name, secret)
    return {"name": name, "secret": secret}


def change_token(hq: Hq, words: Words) -> dict[str, Any]:
    """Keep what HQ shows when it calls a shop, and ask again for what waited."""
    name = _known(hq, words)
    sources.keep_token(hq.home, name, str(words["token"]).strip())
    return retry_shop(hq, {"name": name})


def map_location(hq: Hq, words: Words) -> dict[str, Any]:
    """Say which store a shop's location is."""
    name, store_id = str(words["name"]), str(words.get("store_id", ""))

    def mapped(unit: Unit) -> None:
        is_known = registry.by_id(unit, store_id) is not None
        sources.map_location(unit, name, str(words["location"]), store_id, known=is_known)

    hq.write(mapped)
    return {"name": name, "location": words["location"], "store_id": store_id}


def list_shops(hq: Hq, words: Words) -> dict[str, Any]:
    """Every shop, and every call that waits or was given up."""
    with hq.read() as reader:
        told: dict[str, Any] = msgspec.to_builtins(shown.everything(reader))
    return told


def retry_shop(hq: Hq, words: Words) -> dict[str, Any]:
    """Ask a shop again at once for all that waits."""
    name = _known(hq, words)

    def again(unit: Unit) -> int:
        sources.ask_again(unit, name)
        return len(calls.listed(unit, source=name))

    count: int = hq.write(again)
    hq.part(Bell).ring()
    return {"name": name, "waiting": count}


def list_requests(hq: Hq, words: Words) -> dict[str, Any]:
    """What customers asked through their shops."""
    with hq.read() as reader:
        found = requests_store.listed(reader)
    return {"requests": [msgspec.to_builtins(shown.shown(each)) for each in found]}


def export_person(hq: Hq, words: Words) -> dict[str, Any]:
    """All that HQ holds of the person of a request."""
    with hq.read() as reader:
        return privacy.known_of(reader, str(words["request_id"]), intake=intake_at(hq, reader))


def close_request(hq: Hq, words: Words) -> dict[str, Any]:
    """Say that a person's data was handed over."""
    request_id, by = str(words["request_id"]), str(words.get("by") or "command line")
    closed = hq.write(lambda unit: privacy.close(unit, request_id, by=by))
    told: dict[str, Any] = msgspec.to_builtins(shown.shown(closed))
    return told


COMMANDS = {
    "add-shop": add_shop,
    "shop-write-back": set_write_back,
    "shop-secret": change_secret,
    "shop-token": change_token,
    "shop-location": map_location,
    "shop-list": list_shops,
    "shop-retry": retry_shop,
    "privacy-list": list_requests,
    "privacy-export": export_person,
    "privacy-done": close_request,
}


def _whole(asked: NewShop, before: SourceRow | None) -> SourceRow:
    """What was given, else what was known, else what most shops have."""
    usual = before or SourceRow(name=asked.name, adapter="", currency="JPY", lang="en")
    names = SourceRow.__struct_fields__
    return SourceRow(**{name: getattr(asked, name) or getattr(usual, name) for name in names})


def _known(hq: Hq, words: Words) -> str:
    name = str(words["name"])
    with hq.read() as reader:
        if intake.source(reader, name) is None:
            raise SourceUnknown
    return name


def _read(words: Words, kind: Any) -> Any:
    try:
        return msgspec.convert(dict(words), kind, strict=False)
    except msgspec.ValidationError as problem:
        raise WrongShopWords(problem=str(problem)) from None
