"""`store-edge doctor`: is all well here, and if not, what to do. It changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

import click
import msgspec

from edge import settings as settings_module
from edge.base.edge import Edge
from edge.base.service import SOCKET_NAME
from edge.cli import looking
from edge.cli.service import home_option
from edge.health.rules import Finding, Level, Seen, StoreSeen, exit_code, judge
from edge.settings import Settings
from sync.doors import local
from sync.doors.clock import SystemClock

ANSWER_SECONDS = 60
_MARKS = {Level.FINE: "fine", Level.OFF: "off", Level.WARNING: "WARNING", Level.BROKEN: "BROKEN"}
_COLOURS = {Level.WARNING: "yellow", Level.BROKEN: "red", Level.FINE: "green", Level.OFF: None}
_INDENT = 21


@click.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="for machines; the levels mean the same")
def command(home: Path, *, as_json: bool) -> None:
    """Say what is well, what is off and why, and what to do. Exit code 0: fine, 1: warnings, 2: broken.

    It asks the running service, or reads the stopped store's files; it changes neither.
    """
    store = _store(home)
    findings = judge(Seen(store=store, box=looking.box(home, store)))
    code = exit_code(findings)
    click.echo(_for_machines(findings, code) if as_json else _for_people(findings, home))
    sys.exit(code)


def doctor(edge: Edge, words: Mapping[str, Any]) -> Any:
    """What the running service knows of itself."""
    return msgspec.to_builtins(looking.running_store(edge))


def _store(home: Path) -> StoreSeen:
    asked = {"command": "doctor", "words": {}}
    answer = local.ask(home / SOCKET_NAME, asked, seconds=ANSWER_SECONDS)
    if answer is not None and "said" in answer:
        return msgspec.convert(answer["said"], StoreSeen)
    if answer is not None:
        raise click.ClickException(str(answer["error"]))
    try:
        chosen = settings_module.load(home)
    except settings_module.WrongSetting:
        chosen = Settings(home=str(home))
    return looking.stopped_store(home, chosen, SystemClock())


def _for_machines(findings: Sequence[Finding], code: int) -> str:
    text = msgspec.json.encode({"exit_code": code, "findings": findings})
    return msgspec.json.format(text, indent=2).decode()


def _for_people(findings: Sequence[Finding], home: Path) -> str:
    lines = [f"The store in {home}", ""]
    for each in findings:
        mark = click.style(f"{_MARKS[each.level]:8}", fg=_COLOURS[each.level])
        first, *more = _lines(each.said)
        lines.append(f"{mark} {each.check:12}{first}")
        lines += [" " * _INDENT + line for line in more]
        lines += [" " * _INDENT + line for line in _lines(each.todo and f"-> {each.todo}")]
    counts = {level: sum(each.level is level for each in findings) for level in Level}
    said = ", ".join(
        f"{count} {_MARKS[level].lower()}" for level, count in counts.items() if count
    )
    return "\n".join([*lines, "", f"{said}."])


def _lines(text: str) -> list[str]:
    # A command that is broken at a hyphen cannot be copied.
    return wrap(text, 96, break_on_hyphens=False, break_long_words=False)
