"""Setting up where orders come from: shop systems with secrets, machines with keys."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec

from sync.hq.base import secret_files
from sync.hq.base.rows import Unit
from sync.hq.orders.rules.calls import Shop, WrongShopWords
from sync.hq.orders.rules.intake import SourceUnknown
from sync.hq.orders.sources import SOURCES
from sync.hq.orders.store import calls, intake, shops
from sync.hq.orders.store.intake import SourceRow
from sync.hq.orders.store.shops import Health

# Without TLS only on this machine: a token must not cross a network in clear.
_URL = re.compile(r"^(https://[^/\s@]+|http://(127\.0\.0\.1|localhost)(:\d+)?)$")


def add_source(unit: Unit, source: SourceRow) -> SourceRow:
    """Let a shop system send orders."""
    if source.adapter not in SOURCES:
        raise SourceUnknown
    intake.save_source(unit, source)
    return source


def set_shop(unit: Unit, shop: Shop) -> Shop:
    """Say how a shop is reached and how it hears that an order is ready; what is empty stays as it was."""
    source = intake.source(unit, shop.source)
    if source is None:
        raise SourceUnknown
    if shop.url and not _URL.match(shop.url):
        raise WrongShopWords(problem="a shop's address is https://NAME, without a path")
    before = shops.of_source(unit, shop.source)
    given = {name: value for name, value in msgspec.structs.asdict(shop).items() if value}
    kept = SOURCES[source.adapter].checked(msgspec.structs.replace(before, **given))
    if kept.write_back != "off" and not kept.url:
        raise WrongShopWords(problem="to write back, the shop's address must be known (--url)")
    shops.save(unit, kept)
    ask_again(unit, shop.source)
    return kept


def ask_again(unit: Unit, name: str) -> None:
    """Somebody mended a shop: all that waits for it is due now."""
    shops.save_health(unit, Health(source=name))
    calls.ask_again(unit, name)


def map_location(unit: Unit, name: str, location: str, store_id: str, *, known: bool) -> None:
    """From now on this location of the shop is that store; an empty store forgets it."""
    if intake.source(unit, name) is None:
        raise SourceUnknown
    if store_id and not known:
        raise WrongShopWords(problem=f"there is no store {store_id}")
    shops.map_location(unit, name, location.rpartition("/")[2], store_id)


def secret_path(home: Path, name: str) -> Path:
    """The file with a source's secrets, newest first; two while they rotate."""
    return home / "secrets" / "sources" / name


def token_path(home: Path, name: str) -> Path:
    """The file with what HQ shows when it calls a shop."""
    return home / "secrets" / "shops" / name


def keep_token(home: Path, name: str, token: str) -> None:
    """From now on HQ shows this token when it calls a shop."""
    secret_files.store(token_path(home, name), token)


def keep_secret(home: Path, name: str, secret: str) -> None:
    """Make `secret` the newest one of a source; the one before it counts until the next change."""
    path = secret_path(home, name)
    before = secret_files.lines(path)[:1] if path.exists() else []
    secret_files.store(path, "\n".join([secret, *(old for old in before if old != secret)]))


def add_api_key(unit: Unit, name: str) -> str:
    """A key for a machine that sends neutral orders; shown once."""
    key = unit.ids.token(20)
    intake.add_api_key(unit, key_hash(key), name)
    return key


def key_hash(key: str) -> str:
    """What is kept of an API key."""
    return hashlib.sha256(key.encode()).hexdigest()
