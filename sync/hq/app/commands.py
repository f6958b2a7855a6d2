"""Every command that writes at HQ, by name: run by the service, or by the command line under the lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sync.core.errors import Refusal
from sync.hq.app import keeping, shop_commands
from sync.hq.app.ports import tell_everything
from sync.hq.base.hq import Hq
from sync.hq.base.rows import Unit
from sync.hq.offers import actions as offers
from sync.hq.orders.actions import sources
from sync.hq.orders.store.intake import SourceRow
from sync.hq.people import actions as people
from sync.hq.people import passwords
from sync.hq.people.rules import Login, PersonName, Role, check_password
from sync.hq.products import actions as products
from sync.hq.products.rules import read_catalogue
from sync.hq.stores.actions import health, registry, taking
from sync.hq.stores.rules import Health, Store
from sync.hq.stores.store import log as store_log
from sync.hq.stores.store import registry as store_rows
from sync.hq.stores.web.parts import StoresParts
from sync.records.offer import Offer

Words = Mapping[str, Any]
Command = Callable[[Hq, Words], Any]


class WrongWords(Refusal):
    """A command with a word that is not allowed."""

    code = "wrong_words"
    status = 422
    sentence = "This was not done: {problem}"


class NewPerson(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who may sign in from now on."""

    login: Login
    name: PersonName
    role: Role
    password: str


def save_store(hq: Hq, words: Words) -> dict[str, Any]:
    """Add or change a store; a new one is told the whole catalogue."""
    store: Store = _read(words, Store)

    def saved(unit: Unit) -> Store:
        is_new = store_rows.by_id(unit, store.store_id) is None
        kept = registry.save_store(unit, store, feed=hq.feed)
        if is_new:
            tell_everything(unit, store.store_id, feed=hq.feed)
        return kept

    kept: Store = hq.write(saved)
    return {"store_id": kept.store_id, "revision": kept.revision}


def enrol_store(hq: Hq, words: Words) -> dict[str, Any]:
    """A one-time code that lets a box become this store."""
    store_id = str(words["store_id"])
    code = hq.write(lambda unit: registry.make_code(unit, store_id, real_now=hq.clock.wall()))
    return {"store_id": store_id, "code": code}


def shut_out(hq: Hq, words: Words) -> dict[str, Any]:
    """Shut a lost or stolen box out."""
    store_id = str(words["store_id"])
    hq.write(lambda unit: registry.shut_out(unit, store_id))
    return {"store_id": store_id}


def add_person(hq: Hq, words: Words) -> dict[str, Any]:
    """Let somebody sign in."""
    asked: NewPerson = _read(words, NewPerson)
    check_password(asked.login, asked.password)
    kept = passwords.hashed(asked.password)
    person = hq.write(
        lambda unit: people.add(
            unit, login=asked.login, name=asked.name, role=asked.role, password_hash=kept
        )
    )
    return {"login": person.login, "role": person.role}


def add_source(hq: Hq, words: Words) -> dict[str, Any]:
    """Let a shop system send orders; without a given secret one is made and shown once."""
    given = dict(words)
    secret = str(given.pop("secret", "")) or hq.ids.token(20)
    source: SourceRow = _read(given, SourceRow)
    sources.keep_secret(hq.home, source.name, secret)
    hq.write(lambda unit: sources.add_source(unit, source))
    return {"name": source.name, "path": f"/hooks/{source.name}", "secret": secret}


def add_api_key(hq: Hq, words: Words) -> dict[str, Any]:
    """A key for a machine that sends neutral orders; shown once."""
    name = str(words["name"])
    return {"name": name, "key": hq.write(lambda unit: sources.add_api_key(unit, name))}


def import_products(hq: Hq, words: Words) -> dict[str, Any]:
    """Take a catalogue in and tell every store."""
    read = read_catalogue(str(words["text"]), str(words["currency"]))
    changed = hq.write(
        lambda unit: products.take_catalogue(
            unit, read, store_ids=store_rows.ids(unit), feed=hq.feed
        )
    )
    return {"products": len(read), "changed": changed}


def publish_offer(hq: Hq, words: Words) -> dict[str, Any]:
    """Make or change an offer of HQ's own and tell every store."""
    offer: Offer = _read({"owner": "hq", **words}, Offer)
    published = hq.write(
        lambda unit: offers.publish(unit, offer, store_ids=store_rows.ids(unit), feed=hq.feed)
    )
    return {"offer_id": published.offer_id, "revision": published.revision}


def retry_waiting(hq: Hq, words: Words) -> dict[str, Any]:
    """Try again every event whose effect waits, after an update mended its handler."""
    parts = hq.part(StoresParts)

    def tried(unit: Unit) -> list[tuple[int, int]]:
        return [
            taking.retry(unit, each, heard=parts.heard, refused=parts.refused)
            for each in store_rows.ids(unit)
        ]

    counts: list[tuple[int, int]] = hq.write(tried)
    return {"tried": sum(n for n, _ in counts), "still_waiting": sum(n for _, n in counts)}


def stores(hq: Hq, words: Words) -> list[dict[str, Any]]:
    """How every store is, the one that most needs somebody first."""
    parts = hq.part(StoresParts)
    with hq.read() as reader:
        seen = [
            health.of(
                reader,
                each,
                report=parts.last_report(reader, each.store_id),
                now=hq.clock.now(),
                real_now=hq.clock.wall(),
            )
            for each in store_rows.every_store(reader)
        ]
    return [_health_told(each) for each in sorted(seen, key=lambda each: -each.troubles)]


def _health_told(seen: Health) -> dict[str, Any]:
    told = seen.told
    return {
        "store_id": seen.store.store_id,
        "name": seen.store.name,
        "contact": seen.contact,
        "silent_seconds": seen.silent_seconds,
        "backlog": seen.backlog,
        "events": seen.epoch.seq if seen.epoch else 0,
        "waiting": seen.quarantined,
        "news_not_taken": max(0, seen.feed_head - seen.taken),
        "clock": seen.clock,
        "skew_seconds": seen.skew,
        "line": seen.line,
        "night": seen.night,
        "version": told.version if told else "",
        "printer": told.printer if told else "",
        "disk_free": told.disk_free if told else None,
        "backup_age_seconds": seen.backup_age,
        "troubles": seen.troubles,
    }


def quarantine(hq: Hq, words: Words) -> list[dict[str, Any]]:
    """Every event whose effect waits, oldest first; of one store, or of all."""
    wanted = str(words.get("store_id", ""))
    with hq.read() as reader:
        ids = [wanted] if wanted else store_rows.ids(reader)
        rows = [row for each in ids for row in store_log.quarantined(reader, each)]
        return [
            {
                "store_id": row["store_id"],
                "seq": row["seq"],
                "kind": row["kind"],
                "about": row["aggregate_id"],
                "problem": row["reason"],
                "is_parked": bool(row["parked"]),
                "since": row["at"],
            }
            for row in sorted(rows, key=lambda row: (row["at"], row["store_id"], row["seq"]))
        ]


COMMANDS: dict[str, Command] = {
    "stores": stores,
    "quarantine": quarantine,
    "save-store": save_store,
    "enrol-store": enrol_store,
    "shut-out": shut_out,
    "add-person": add_person,
    "add-source": add_source,
    "add-api-key": add_api_key,
    "import-products": import_products,
    "publish-offer": publish_offer,
    "retry-waiting": retry_waiting,
    "back-up": keeping.back_up,
    **shop_commands.COMMANDS,
}


def run(hq: Hq, name: str, words: Words) -> dict[str, Any]:
    """Run one command: {"said": ...} or {"error": sentence}."""
    command = COMMANDS.get(name)
    if command is None:
        return {"error": "The running HQ does not know this command; restart it."}
    try:
        return {"said": command(hq, words)}
    except Refusal as refusal:
        return {"error": refusal.message()}


def _read(words: Words, kind: Any) -> Any:
    try:
        return msgspec.convert(dict(words), kind, strict=False)
    except msgspec.ValidationError as problem:
        raise WrongWords(problem=str(problem)) from None
