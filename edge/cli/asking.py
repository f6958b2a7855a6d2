"""The questions of `init` on a terminal: each with its reason, asked again until the answer can be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from edge.base import pins, who
from sync.core.errors import Refusal

CHECKS: Mapping[str, Callable[[str], str]] = {
    "store_id": who.store_id,
    "code": who.code,
    "public_host": who.public_host,
    "time_zone": who.time_zone,
    "currency": who.currency,
}
_QUESTIONS = (
    ("name", "What do customers call the store?"),
    ("store_id", "Its id, for HQ and files"),
    ("code", "Its short name inside pickup codes"),
    (
        "public_host",
        "Its one public name (https://NAME/...), at most 25 characters, for printed codes",
    ),
    ("time_zone", "Its time zone"),
    ("currency", "Its currency"),
)


def defaults() -> dict[str, str]:
    """What a store has when nobody says otherwise."""
    return {"time_zone": _own_zone(), "currency": "JPY"}


def ask(
    words: Mapping[str, Any], given: dict[str, Any], known: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Ask for what was not given; what the store is already is offered as the answer."""
    found = dict(words)
    for name, question in _QUESTIONS:
        if not found.get(name) and not (known and name == "store_id"):
            offered = (known or {}).get(name) or _suggested(name, found)
            found[name] = click.prompt(question, default=offered, value_proc=_answer(name))
    if not found.get("pin") and known is None:
        found["pin"] = click.prompt(
            "The pin of its door, NORTH,EAST as a map copies it (empty: arrivals without distance)",
            default="", show_default=False, value_proc=_pin,
        )  # fmt: skip
    if not given["manager"] and known is None:
        given["manager"] = click.prompt(
            "Name of the first manager (empty: later)", default="", show_default=False
        )
    return found


def _answer(name: str) -> Callable[[str], str]:
    check = CHECKS.get(name, str.strip)

    def read(given: str) -> str:
        try:
            return check(given)
        except Refusal as refusal:
            raise click.BadParameter(refusal.message()) from None

    return read


def _pin(given: str) -> str:
    try:
        if given.strip():
            pins.read(given, "the store")
    except Refusal as refusal:
        raise click.BadParameter(refusal.message()) from None
    return given.strip()


def _suggested(name: str, found: Mapping[str, Any]) -> str | None:
    called = str(found.get("name", ""))
    words = re.findall(r"[a-z0-9]+", called.lower())
    if name == "store_id" and words:
        return "-".join(words)[:40]
    if name == "code" and words:
        initials = "".join(word[0] for word in words).upper()
        return (initials if len(initials) > 1 else words[0][:2].upper())[:6]
    return defaults().get(name)


def _own_zone() -> str:
    """This machine's time zone, as Debian keeps it."""
    try:
        return who.time_zone(Path("/etc/timezone").read_text(encoding="utf-8"))
    except (OSError, Refusal):
        return "UTC"
