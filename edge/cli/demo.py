"""`store-edge demo`: a store day in under two minutes, on real processes, against a truth log of its own."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path

import click
import msgspec

from edge.cli.demo_live import Watching
from edge.rehearsal import day as days
from edge.rehearsal import trips
from edge.rehearsal.conducting import NotSettled
from edge.rehearsal.day import Day
from edge.rehearsal.demo import Demo
from edge.rehearsal.pace import FASTEST, SLOWEST
from edge.rehearsal.play import PLANTS
from edge.rehearsal.processes import CommandFailed, DidNotStart
from edge.rehearsal.result import Result, table
from edge.rehearsal.truth import Truth

_CELLS = 40
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--once", is_flag=True, help="end after the day instead of staying up")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="write the result here",
)
@click.option(
    "--day", "day_file", type=_FILE, help="a day's workload (JSON); else our own small one"
)
@click.option(
    "--trips", "trips_file", type=_FILE, help="recorded ways (JSONL.gz); else plain ones"
)
@click.option(
    "--plant", type=click.Choice(PLANTS), help="make one thing go wrong, to see it found"
)
@click.option(
    "--speed",
    type=click.FloatRange(0, FASTEST),
    default=10.0,
    show_default=True,
    help="after the day the shop lives on: so many seconds there in each second here; 0 stands still",
)
@click.option("--still", is_flag=True, help="after the day a morning that stands still: --speed 0")
@click.option("--keep", is_flag=True, help="keep the folder with databases and logs")
def command(
    *,
    once: bool,
    json_file: Path | None,
    day_file: Path | None,
    trips_file: Path | None,
    plant: str | None,
    speed: float,
    still: bool,
    keep: bool,
) -> None:
    """Play a store day: orders, phones, staff, shoppers, a cut line, and the night that compares it all."""
    # Ended politely, the demo ends the processes that it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    day = days.load(day_file) if day_file else days.small()
    home = Path(tempfile.mkdtemp(prefix="store-edge-"))
    try:
        with Demo(home, day, trips.load(trips_file), plant=plant or "") as demo:
            result = demo.play(click.echo, _Bar(day))
            _tell(result, json_file)
            if not once:
                _stay(demo, 0.0 if still else speed)
    except KeyboardInterrupt:
        sys.exit(130)
    except (DidNotStart, CommandFailed, NotSettled, OSError) as problem:
        raise click.ClickException(f"{problem}\n{_last_words(home)}") from problem
    finally:
        _tidy(home, keep=keep)
    sys.exit(0 if result.is_good else 1)


def _stay(demo: Demo, speed: float) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        if speed:
            Watching(demo, max(SLOWEST, speed)).run()
        else:
            demo.stay(click.echo, threading.Event())


def _tell(result: Result, json_file: Path | None) -> None:
    click.echo(table(result))
    if json_file is not None:
        said = msgspec.json.format(msgspec.json.encode(result), indent=2)
        json_file.write_bytes(said + b"\n")


def _last_words(home: Path) -> str:
    """The end of each process's log, which is gone a moment later."""
    logs = ((log.name, log.read_text(errors="replace")) for log in sorted(home.glob("*.log")))
    return "\n".join(f"-- {name}\n" + "\n".join(text.splitlines()[-12:]) for name, text in logs)


def _tidy(home: Path, *, keep: bool) -> None:
    if keep:
        click.echo(f"Kept: {home}")
    else:
        shutil.rmtree(home, ignore_errors=True)


class _Bar:
    """How far the day is: a line that moves on a terminal, a line an hour elsewhere."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._shown = -1

    def __call__(self, at_s: float, truth: Truth) -> None:
        """Show the moment, when it looks different from the last one."""
        share = min(1.0, max(0.0, at_s / self._day.closes_s))
        step = int(share * (_CELLS if sys.stderr.isatty() else 10))
        if step == self._shown:
            return
        self._shown = step
        served = sum(bool(life.given) for life in truth.lives.values())
        cells = "#" * int(share * _CELLS)
        line = "cut " if truth.cut_at is not None and truth.mended_at is None else "up  "
        text = f"[{cells:<{_CELLS}}] line {line} {served} of {len(truth.lives)} handed over"
        click.echo(
            f"\r{text}" if sys.stderr.isatty() else text, err=True, nl=not sys.stderr.isatty()
        )
        if share >= 1.0 and sys.stderr.isatty():
            click.echo(err=True)
