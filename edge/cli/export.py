"""`store-edge export`: any listed table as CSV or JSON, read beside the running service."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from edge.base import exporting
from edge.base.database import Value
from edge.base.peek import peek
from edge.cli.service import home_option, needs_a_store
from sync.core.errors import Refusal


@click.command()
@click.argument("table", default="")
@click.option(
    "--list", "as_list", is_flag=True, help="the tables, and which of them are about people"
)
@click.option(
    "--csv",
    "form",
    flag_value="csv",
    default="csv",
    help="comma-separated, with a header  [default]",
)
@click.option("--json", "form", flag_value="json", help="one JSON object a line")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="a file, for you alone (0600)"
)  # fmt: skip
@home_option
def command(table: str, *, as_list: bool, form: str, out: Path | None, home: Path) -> None:
    """Write a TABLE as a file. Secrets never leave; what is about people is named before it does."""
    needs_a_store(home)
    try:
        with peek(home) as reader:
            if as_list or not table:
                _list()
                return
            names, total = exporting.columns(reader, table), exporting.count(reader, table)
            if exporting.TABLES[table].personal:
                click.echo(
                    f"{table} holds personal data: keep it as long as you need it, then delete it.",
                    err=True,
                )
            with _open(out) as file:
                written = _write(
                    file, form, names, _watched(exporting.export(reader, table), total, out)
                )
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    except (sqlite3.Error, OSError) as problem:
        raise click.ClickException(f"{table} could not be written: {problem}") from None
    if out is not None:
        click.echo(f"{out}: {written} rows of {table}", err=True)


def _list() -> None:
    for name, table in sorted(exporting.TABLES.items()):
        about = "personal" if table.personal else ""
        click.echo(f"{name:22}{about:10}{table.what}")


def _write(file: IO[str], form: str, names: list[str], pages: Iterable[list[list[Value]]]) -> int:
    written = 0
    rows = csv.writer(file, lineterminator="\r\n")
    if form == "csv":
        rows.writerow(names)
    for page in pages:
        written += len(page)
        if form == "csv":
            rows.writerows([exporting.harmless(value) for value in row] for row in page)
        else:
            file.writelines(
                json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n"
                for row in page
            )
    return written


def _watched(
    pages: Iterator[list[list[Value]]], total: int, out: Path | None
) -> Iterator[list[list[Value]]]:
    """The same pages, with a bar on the terminal when they go into a file."""
    if out is None:
        yield from pages
        return
    with click.progressbar(length=total, label="rows", file=sys.stderr) as bar:
        for page in pages:
            yield page
            bar.update(len(page))


@contextmanager
def _open(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        # One that was there before would keep its own mode.
        os.fchmod(handle, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        yield file
