"""`store-edge hq`: the chain's HQ: set it up, serve it, let stores, people and shop systems in."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import click

from edge.cli.hq_asking import ask as _ask
from edge.cli.hq_asking import home_option as _home
from edge.cli.hq_asking import settings as _settings
from edge.cli.hq_keeping import backup, restore
from edge.cli.hq_shops import command as shops
from edge.cli.hq_watching import quarantine, stores
from sync.core.errors import Refusal


@click.group(name="hq")
def command() -> None:
    """The chain's HQ: takes orders in, tells the stores, shows what is going on."""


@command.command()
@_home
def init(home: Path) -> None:
    """Make HQ's folder and check its settings."""
    settings = _settings(home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    click.echo(f"HQ will answer as {settings.public_url} (folder {home}).")
    click.echo("Next: store-edge hq enrol-store STORE_ID ..., then store-edge hq serve")


@command.command()
@_home
@click.option(
    "--workers", type=click.IntRange(1, 32), help="processes; more than one needs PostgreSQL"
)
def serve(home: Path, workers: int | None) -> None:
    """Run HQ until it is stopped."""
    settings = _settings(home, **({} if workers is None else {"workers": str(workers)}))
    logging.basicConfig(
        level=settings.log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    from edge.cli.hq_server import serve_forever

    try:
        serve_forever(settings)
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None


@command.command("enrol-store")
@click.argument("store_id")
@click.option("--code", help="short name inside pickup codes, such as HL")
@click.option("--name", help="what people call the store")
@click.option("--name-ja", default="", help="its Japanese name")
@click.option("--zone", default="UTC", show_default=True, help="time zone, such as Asia/Tokyo")
@click.option("--public-host", help="the store's public name, such as shop.example:443")
@click.option("--currency", default="JPY", show_default=True)
@click.option("--phone", default="", help="number for customers to ring")
@click.option("--pin", help="NORTH,EAST of the store's door in degrees")
@click.option("--bay", "bays", multiple=True, help="LABEL:NORTH,EAST of a pickup bay; repeatable")
@click.option(
    "--alias", "aliases", multiple=True, help="another spelling in shop systems; repeatable"
)
@_home
def enrol_store(home: Path, **given: Any) -> None:
    """Print a one-time code (10 minutes) that lets a box become this store, made here if it is new."""
    code_word = given.pop("code")
    if code_word:
        _ask(home, "save-store", _store_words(code_word, **given))
    said = _ask(home, "enrol-store", {"store_id": given["store_id"]})
    click.echo(said["code"])


@command.command("shut-out")
@click.argument("store_id")
@_home
def shut_out(home: Path, store_id: str) -> None:
    """Shut out the box that is this store now: lost, stolen or replaced."""
    _ask(home, "shut-out", {"store_id": store_id})
    click.echo(f"{store_id}: its key is no longer accepted.")


@command.command("add-person")
@click.argument("login")
@click.option("--name", required=True)
@click.option(
    "--role",
    type=click.Choice(["viewer", "manager", "admin"]),
    default="viewer",
    show_default=True,
)
@click.password_option(help="asked for when not given; at least 12 characters")
@_home
def add_person(home: Path, *, login: str, name: str, role: str, password: str) -> None:
    """Let somebody sign in to HQ."""
    words = {"login": login, "name": name, "role": role, "password": password}
    said = _ask(home, "add-person", words)
    click.echo(f"{said['login']} may sign in as {said['role']}.")


@command.command("add-source")
@click.argument("name")
@click.option(
    "--adapter", default="woocommerce", show_default=True, help="the kind of shop system"
)
@click.option("--currency", default="JPY", show_default=True)
@click.option("--lang", default="en", show_default=True, help="of customers, where it is not said")
@click.option("--default-store", default="", help="for pickups that name no store at all")
@click.option("--secret", default="", help="the shop system's secret; made when not given")
@_home
def add_source(home: Path, **given: Any) -> None:
    """Let a shop system send orders. A second call changes the secret; the old one counts until the next."""
    said = _ask(home, "add-source", given)
    click.echo(f"address: {_settings(home).public_url}{said['path']}")
    click.echo(f"secret: {said['secret']}")


@command.command("add-api-key")
@click.argument("name")
@_home
def add_api_key(home: Path, name: str) -> None:
    """Print a key for a machine that sends neutral orders; it is shown only now."""
    click.echo(_ask(home, "add-api-key", {"name": name})["key"])


@command.group()
def products() -> None:
    """The catalogue of all stores."""


@products.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--currency", default="JPY", show_default=True)
@_home
def import_products(home: Path, file: Path, currency: str) -> None:
    """Take a catalogue (CSV) in and tell every store what changed."""
    words = {"text": file.read_text(encoding="utf-8-sig"), "currency": currency}
    said = _ask(home, "import-products", words)
    click.echo(f"{said['products']} products read, {said['changed']} changed.")


@command.command("publish-offer")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@_home
def publish_offer(home: Path, file: Any) -> None:
    """Make or change an offer of HQ's own (a JSON file) and tell every store."""
    said = _ask(home, "publish-offer", json.load(file))
    click.echo(f"{said['offer_id']}: revision {said['revision']}")


@command.command("retry-waiting")
@_home
def retry_waiting(home: Path) -> None:
    """Try again every event whose effect waits, after an update mended its handler."""
    said = _ask(home, "retry-waiting", {})
    click.echo(f"{said['tried']} events tried, {said['still_waiting']} still wait.")


def _store_words(code: str, **given: Any) -> dict[str, Any]:
    words = {name: value for name, value in given.items() if value not in (None, "", ())}
    words["code"] = code
    if given["pin"]:
        words["pin"] = _place("door", given["pin"])
    words["bays"] = [_place(*bay.split(":", 1)) for bay in given["bays"]]
    return words


def _place(label: str, pin: str = "") -> dict[str, Any]:
    try:
        north, east = (float(part) for part in pin.split(","))
    except ValueError:
        raise click.UsageError(
            f"{label}: a pin is NORTH,EAST in degrees, such as 35.44,139.64"
        ) from None
    return {"label": label, "north": north, "east": east}


for each in (shops, stores, quarantine, backup, restore):
    command.add_command(each)
