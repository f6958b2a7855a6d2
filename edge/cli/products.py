"""`store-edge products`: the catalogue, from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge.base import store_record
from edge.base.edge import Edge
from edge.cli.service import home_option, run
from edge.products import actions
from edge.products.rules import CatalogueImported, read_catalogue
from sync.core.catalogue import COLUMNS, OPTIONAL_COLUMNS

LARGEST_FILE_BYTES = 20 * 1024 * 1024
BY = "cli"


@click.group(name="products")
def command() -> None:
    """What the store sells."""


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
def import_(file: Path, home: Path) -> None:
    """Take over a catalogue from FILE (CSV, UTF-8), whole or not at all."""
    if file.stat().st_size > LARGEST_FILE_BYTES:
        raise click.ClickException(f"{file} is larger than {LARGEST_FILE_BYTES} bytes.")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise click.ClickException(f"{file} is not UTF-8: {problem}") from None
    click.echo(run(home, "products.import", {"text": text}))


_MORE = f"also, if you like: {', '.join(OPTIONAL_COLUMNS)} (yes or no)"
import_.help = f"{import_.help}\n\nColumns: {', '.join(COLUMNS)}; {_MORE}."


def import_products(edge: Edge, words: Mapping[str, Any]) -> str:
    """Read and take over a catalogue; says what changed."""
    done = take_over(edge, words["text"])
    return f"{done.products} products read, {done.changed} new or changed."


def take_over(edge: Edge, text: str) -> CatalogueImported:
    """Read a catalogue file outside the writer, then write it in one unit."""
    with edge.read() as reader:
        currency = store_record.load(reader).currency
    products = read_catalogue(text, currency)
    return edge.write(lambda unit: actions.import_products(unit, products, by=BY))
