"""`store-edge staff`: who works here, with which role and PIN."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge.base.edge import Edge
from edge.cli.service import home_option, run
from edge.staff import actions, rules, store
from edge.staff.rules import Role

BY = "cli"


@click.group(name="staff")
def command() -> None:
    """Who works here."""


@command.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.PICKER.value
)
@click.option("--pin", default="", help="6 to 12 digits; without it one is made and shown once")
@home_option
def add(name: str, *, role: str, pin: str, home: Path) -> None:
    """Give somebody a role and a PIN."""
    said = run(home, "staff.add", {"name": name, "role": role, "pin": pin})
    click.echo(f"{said['name']}  id {said['staff_id']}  role {said['role']}  PIN {said['pin']}")


@command.command()
@click.argument("staff_id")
@click.option("--pin", default="", help="6 to 12 digits; without it one is made and shown once")
@home_option
def pin(staff_id: str, *, pin: str, home: Path) -> None:
    """Give somebody a new PIN; they are signed out everywhere."""
    said = run(home, "staff.pin", {"staff_id": staff_id, "pin": pin})
    click.echo(f"id {staff_id}  new PIN {said['pin']}")


@command.command()
@click.argument("staff_id")
@home_option
def disable(staff_id: str, home: Path) -> None:
    """Somebody no longer works here; they are signed out at once."""
    run(home, "staff.disable", {"staff_id": staff_id})
    click.echo(f"id {staff_id} can no longer sign in")


@command.command(name="list")
@home_option
def list_(home: Path) -> None:
    """Everybody who can sign in."""
    for person in run(home, "staff.list", {}):
        click.echo(f"{person['staff_id']}  {person['role']:8}  {person['name']}")


def add_person(edge: Edge, words: Mapping[str, Any]) -> dict[str, str]:
    """Add somebody; the PIN is answered once and kept as a hash only."""
    name, role = rules.good_name(words["name"]), Role(words.get("role") or Role.PICKER)
    chosen, kept = _pin(edge, words)
    person = edge.write(lambda unit: actions.add_person(unit, name, role, pin_hash=kept, by=BY))
    return {"staff_id": person.staff_id, "name": name, "role": role.value, "pin": chosen}


def change_pin(edge: Edge, words: Mapping[str, Any]) -> dict[str, str]:
    """A new PIN, answered once."""
    chosen, kept = _pin(edge, words)
    edge.write(lambda unit: actions.change_pin(unit, words["staff_id"], pin_hash=kept, by=BY))
    return {"pin": chosen}


def disable_person(edge: Edge, words: Mapping[str, Any]) -> str:
    """End somebody's sign-ins for good."""
    edge.write(lambda unit: actions.disable(unit, words["staff_id"], by=BY))
    return str(words["staff_id"])


def people(edge: Edge, words: Mapping[str, Any]) -> list[dict[str, str]]:
    """Everybody who works here."""
    with edge.read() as reader:
        return [
            {"staff_id": each.staff_id, "name": each.name, "role": each.role.value}
            for each in store.people(reader)
        ]


def _pin(edge: Edge, words: Mapping[str, Any]) -> tuple[str, str]:
    chosen = rules.good_pin(words.get("pin") or rules.pin_from(edge.ids.bytes(8)))
    return chosen, actions.pin_hash(chosen, edge.pepper)
