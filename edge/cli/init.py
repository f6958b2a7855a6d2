"""`store-edge init`: a folder for a store that knows who it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from edge.base import store_record
from edge.base.edge import Edge
from edge.base.store_record import StoreRecord
from edge.cli.service import home_option, run

# A printed 30 mm code holds 44 characters: HTTPS:// + host + /Q/ + 8.
LONGEST_PUBLIC_HOST = 25


@click.command()
@home_option
@click.option("--store-id", required=True, help="the store's id at HQ, such as harbour-lane")
@click.option(
    "--code", required=True, help="2 to 6 letters or digits inside pickup codes, such as HL"
)
@click.option("--name", required=True, help="what customers read")
@click.option("--name-ja", default="", help="the same in Japanese")
@click.option("--time-zone", default="Asia/Tokyo", show_default=True)
@click.option("--currency", default="JPY", show_default=True)
@click.option(
    "--public-host", required=True, help="the store's one public name, at most 25 characters"
)
@click.option("--phone", default="", help="the number on the bay signs")
def command(home: Path, **words: Any) -> None:
    """Set up a store's folder without HQ. With HQ, use `store-edge enrol` instead."""
    said = run(home, "init", words)
    click.echo(
        f"This is {said} now. Next: store-edge staff add, store-edge devices code, store-edge serve"
    )


def init(edge: Edge, words: Any) -> str:
    """Save who this store is."""
    host = words["public_host"]
    if len(host.rsplit(":", 1)[0]) > LONGEST_PUBLIC_HOST:
        raise click.ClickException(
            f"{host} is too long: a printed code of 30 mm holds at most {LONGEST_PUBLIC_HOST} characters of host"
        )
    record = StoreRecord(**words)
    edge.write(lambda unit: store_record.save(unit, record))
    return record.name
