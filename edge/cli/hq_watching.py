"""`store-edge hq stores` and `hq quarantine`: how the stores are, and what of their events waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge.cli.hq_asking import ask, home_option

_CONTACT = {
    "in_touch": "in touch",
    "quiet": "quiet",
    "lost": "LOST",
    "never": "never heard",
    "shut_out": "shut out",
}
_NIGHT = {"equal": "equal", "differs": "DIFFERS", "none": "-"}
_json_option = click.option("--json", "as_json", is_flag=True, help="for machines")


@click.command()
@home_option
@_json_option
def stores(home: Path, *, as_json: bool) -> None:
    """How every store is, the one that most needs somebody first. Exit code 1 when any does."""
    told = ask(home, "stores", {})
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo("\n".join([_HEAD, *map(_line, told)]) if told else "There is no store yet.")
    sys.exit(any(each["troubles"] for each in told))


@click.command()
@click.argument("store_id", default="")
@home_option
@_json_option
def quarantine(home: Path, *, store_id: str, as_json: bool) -> None:
    """Every event whose effect waits, oldest first, of STORE_ID or of all. Exit code 1 when any does.

    What waits is kept, and holds up only the thing that it is about. After an update that mends it:
    store-edge hq retry-waiting.
    """
    told = ask(home, "quarantine", {"store_id": store_id})
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        lines = [
            f"{each['since'][:16]}  {each['store_id']} event {each['seq']}: {each['kind']} of {each['about']}\n"
            f"                  {_why(each)}"
            for each in told
        ]
        click.echo("\n".join(lines) or "Nothing waits.")
    sys.exit(bool(told))


_WIDTHS = (22, 12, 10, 8, 8, 10, 9, 9)
_HEAD = "".join(
    f"{name:{width}}"
    for name, width in zip(
        ("store", "contact", "silent", "unsent", "waiting", "clock", "night", "version"),
        _WIDTHS,
        strict=True,
    )
).rstrip()


def _line(told: Mapping[str, Any]) -> str:
    silent, skew = told["silent_seconds"], told["skew_seconds"]
    cells = (
        told["store_id"],
        _CONTACT[told["contact"]],
        "-" if silent is None else f"{silent:.0f} s",
        "-" if told["backlog"] is None else told["backlog"],
        told["waiting"],
        "-" if skew is None else f"{skew:+.1f} s",
        _NIGHT[told["night"]],
        told["version"] or "-",
    )
    return "".join(f"{cell!s:{w}}" for cell, w in zip(cells, _WIDTHS, strict=True)).rstrip()


def _why(each: Mapping[str, Any]) -> str:
    return "it waits behind an earlier one" if each["is_parked"] else str(each["problem"])
