"""`store-edge init`: from an empty folder to a store that knows who and where it is, and can be opened.

A second time it makes what is missing and overwrites nothing: no key, no person, no setting.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.base import pins, store_record, sync_store, who
from edge.base.edge import Edge
from edge.base.store_record import Bay, StoreRecord, StoreUnknown
from edge.cli import asking, beside, unit
from edge.cli.service import home_option, run
from sync.core.errors import Refusal

LONGEST_PUBLIC_HOST = who.LONGEST_PUBLIC_HOST
_NEEDED = ("store_id", "code", "name", "public_host")


class AnotherStore(Refusal):
    """The folder belongs to a store already."""

    code = "another_store"
    status = 409
    sentence = "This folder is {name} ({store_id}) already. Use another folder with --home."


class HqDecides(Refusal):
    """What HQ says of a store is changed at HQ."""

    code = "hq_decides"
    status = 409
    sentence = (
        "HQ says who this store is. Change it there: store-edge hq enrol-store {store_id} ..."
    )


@click.command()
@home_option
@click.option("--store-id", default="", help="the store's id, such as harbour-lane")
@click.option(
    "--code", default="", help="2 to 6 letters or digits inside pickup codes, such as HL"
)
@click.option("--name", default="", help="what customers read")
@click.option("--name-ja", default="", help="the same in Japanese")
@click.option("--time-zone", default="", help="such as Asia/Tokyo  [default: this machine's]")
@click.option("--currency", default="", help="three letters  [default: JPY]")
@click.option(
    "--public-host", default="", help="the store's one public name, at most 25 characters"
)
@click.option("--phone", default="", help="the number on the bay signs")
@click.option(
    "--pin", default="", help="NORTH,EAST of the store's door in degrees, as maps copy it"
)
@click.option("--bay", "bays", multiple=True, help="LABEL:NORTH,EAST of a pickup bay; repeatable")
@click.option("--language", type=click.Choice(["en", "ja"]), help="of screens that chose none")
@click.option("--manager", default="", help="name of the first manager; the PIN is shown once")
@click.option(
    "--local-ca", is_flag=True, help="make a certificate for a trial on the store's Wi-Fi"
)
@click.option(
    "--certificate", type=click.Path(path_type=Path, dir_okay=False), help="PEM, with --key"
)
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False), help="PEM, of --certificate"
)
@click.option("--systemd", is_flag=True, help="write the systemd unit")
@click.option(
    "--unit-for",
    type=click.Choice(["serve", "solo"]),
    default="serve",
    show_default=True,
    help="what the unit runs: the store, or with HQ on this box the whole shop",
)
@click.option(
    "--unit-folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=unit.SYSTEM_FOLDER,
    show_default=True,
    help="where --systemd writes it; into the home folder when that may not be written",
)
@click.option("--change", is_flag=True, help="change what is given of a store that is there")
@click.option(
    "--ask/--no-ask", default=None, help="ask for what is missing  [default: on a terminal]"
)
@click.option("--json", "as_json", is_flag=True, help="say what was done for machines")
def command(home: Path, *, ask: bool | None, as_json: bool, **given: Any) -> None:
    """Set up a store. With HQ, `store-edge enrol` says who it is; this still makes the rest.

    Running it again makes what is missing and overwrites nothing.
    """
    known = _known(home)
    words = {
        name: given[name] for name in (*StoreRecord.__struct_fields__, "pin") if name in given
    }
    if known is None or given["change"]:
        if ask if ask is not None else sys.stdin.isatty():
            words = asking.ask(words, given, known)
        if known is None:
            _must_be_given(words)
    report = beside.Report(run(home, "init", {"words": words, "change": given["change"]}))
    beside.set_up(home, report, given)
    click.echo(report.for_machines() if as_json else report.for_people(home))


def init(edge: Edge, words: Mapping[str, Any]) -> dict[str, Any]:
    """Save who this store is, if it is nobody yet; says what is there and what was made."""
    given = {name: value for name, value in words["words"].items() if value not in ("", None, ())}
    known = _record(edge)
    if known is None:
        record, done = _new(given), "made"
    elif words["change"]:
        _must_be_ours(edge, known)
        record, done = _changed(known, given), "changed"
    elif given.get("store_id", known.store_id) != known.store_id:
        raise AnotherStore(name=known.name, store_id=known.store_id)
    else:
        record, done = known, "kept"
    if done != "kept":
        edge.write(lambda unit: store_record.save(unit, record))
    return {"done": done, "store": msgspec.to_builtins(record)}


def _known(home: Path) -> Mapping[str, Any] | None:
    """The store in this folder as it is now; None for an empty folder, which stays empty."""
    from edge.base.peek import knows_itself, peek

    if not knows_itself(home):
        return None
    with peek(home) as reader:
        found: Mapping[str, Any] = msgspec.to_builtins(store_record.load(reader))
        return found


def _must_be_given(words: Mapping[str, Any]) -> None:
    missing = [f"--{name.replace('_', '-')}" for name in _NEEDED if not words.get(name)]
    if missing:
        raise click.UsageError(
            f"Say also {', '.join(missing)}. On a terminal, store-edge init asks for each of them."
        )


def _record(edge: Edge) -> StoreRecord | None:
    try:
        with edge.read() as reader:
            return store_record.load(reader)
    except StoreUnknown:
        return None


def _must_be_ours(edge: Edge, known: StoreRecord) -> None:
    with edge.read() as reader:
        if sync_store.enrolled_as(reader):
            raise HqDecides(store_id=known.store_id)


def _new(given: Mapping[str, Any]) -> StoreRecord:
    return _checked(StoreRecord(**{**asking.defaults(), **_read(given)}))


def _changed(known: StoreRecord, given: Mapping[str, Any]) -> StoreRecord:
    changes = {name: value for name, value in _read(given).items() if name != "store_id"}
    return _checked(msgspec.structs.replace(known, **changes, revision=known.revision + 1))


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, in the shapes of a StoreRecord; the first wrong one is refused."""
    fields = {name: value for name, value in given.items() if name not in ("pin", "bays")}
    for name, check in asking.CHECKS.items():
        if name in fields:
            fields[name] = check(fields[name])
    if given.get("pin"):
        fields["north"], fields["east"] = pins.read(given["pin"], "the store")
    if given.get("bays"):
        fields["bays"] = tuple(_bay(each) for each in given["bays"])
    return fields


def _bay(text: str) -> Bay:
    label, _, pin = text.partition(":")
    if not label.strip() or not pin:
        raise pins.WrongPin(
            what="a bay", problem=f"{text!r} is not LABEL:NORTH,EAST, such as 3:35.443,139.638"
        )
    north, east = pins.read(pin, f"bay {label}")
    return Bay(number=label.strip(), north=north, east=east)


def _checked(record: StoreRecord) -> StoreRecord:
    bays = {bay.number: (bay.north, bay.east) for bay in record.bays}
    if len(bays) < len(record.bays):
        raise pins.WrongPin(what="the bays", problem="two bays have the same label")
    if (record.north, record.east) != (0.0, 0.0):
        pins.check((record.north, record.east), bays, time_zone=record.time_zone)
    elif bays:
        raise pins.WrongPin(what="the bays", problem="give the store's own pin too, with --pin")
    return record


__all__: Sequence[str] = ("LONGEST_PUBLIC_HOST", "command", "init")
