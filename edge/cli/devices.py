"""`store-edge devices`: screens and scanners that the store trusts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge.base.edge import Edge
from edge.cli.service import home_option, run
from edge.staff import actions, store

BY = "cli"


@click.group(name="devices")
def command() -> None:
    """Screens and scanners that the store trusts."""


@command.command()
@home_option
def code(home: Path) -> None:
    """Make a one-time code, good for ten minutes, with which one device is paired."""
    click.echo(run(home, "devices.code", {}))


@command.command()
@click.argument("device_id")
@home_option
def revoke(device_id: str, home: Path) -> None:
    """Trust a device no longer; who is signed in on it is signed out at once."""
    run(home, "devices.revoke", {"device_id": device_id})
    click.echo(f"{device_id} is no longer trusted")


@command.command(name="list")
@home_option
def list_(home: Path) -> None:
    """Every trusted device."""
    for device in run(home, "devices.list", {}):
        click.echo(f"{device['device_id']}  {device['name']}  since {device['paired_at']}")


def make_code(edge: Edge, words: Mapping[str, Any]) -> str:
    """A fresh one-time code."""
    return edge.write(lambda unit: actions.make_code(unit, at=edge.clock.wall(), by=BY))


def revoke_device(edge: Edge, words: Mapping[str, Any]) -> str:
    """Trust a device no longer."""
    edge.write(lambda unit: actions.revoke(unit, words["device_id"], by=BY))
    return str(words["device_id"])


def devices(edge: Edge, words: Mapping[str, Any]) -> list[dict[str, str]]:
    """Every trusted device."""
    with edge.read() as reader:
        return [
            {"device_id": each.device_id, "name": each.name, "paired_at": each.paired_at}
            for each in store.devices(reader)
        ]
