"""`store-edge simulate`: the same store day under several policies, in virtual time, on the product's own rules."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import msgspec

from edge.rehearsal import checks, files, outcome, picture, policies
from edge.rehearsal.day import Day
from edge.rehearsal.picture import Played
from edge.rehearsal.policies import Policy, PolicyUnknown
from edge.rehearsal.simulated_store import OPENING
from edge.rehearsal.simulation import Simulation
from edge.rehearsal.trips import Trips
from edge.rehearsal.truth import Truth

_CELLS = 40
_FILE = click.Path(path_type=Path)


class Wrong(click.ClickException):
    """What was asked for cannot be played."""

    exit_code = 2


@click.command()
@click.option("--day", "day_file", type=_FILE, required=True, help="the day's workload (JSON)")
@click.option(
    "--trips", "trips_file", type=_FILE, required=True, help="recorded ways (JSONL, gzip)"
)
@click.option("--policy", "wanted", multiple=True, help=policies.NAMES)
@click.option("--json", "json_file", type=_FILE, required=True, help="write the result here")
@click.option(
    "--svg", "svg_file", type=_FILE, help="draw the picture here; else beside the result"
)
@click.option(
    "--late",
    "lingers_s",
    type=click.FloatRange(0, 3600),
    default=0.0,
    help="a store with a bias: a barrier before its door holds everybody up for so many seconds",
)
def command(
    *,
    day_file: Path,
    trips_file: Path,
    wanted: Sequence[str],
    json_file: Path,
    svg_file: Path | None,
    lingers_s: float,
) -> None:
    """Play a day of orders, customers and staff under each POLICY: the same draws for all of them."""
    try:
        chosen = [policies.read(text) for text in wanted or (policies.OURS,)]
        day, ways = files.read_day(day_file), files.read_trips(trips_file)
    except (PolicyUnknown, files.FileWrong) as problem:
        raise Wrong(str(problem)) from None
    played, found = [], []
    for policy in chosen:
        one, differences = _play(day, ways, policy, lingers_s=lingers_s)
        played.append(one)
        found += [f"{policy.name}: {sentence}" for sentence in differences]
    _tell(played, day, json_file, svg_file or json_file.with_suffix(".svg"))
    for sentence in checks.first_of(found):
        click.echo(f"! {sentence}", err=True)
    sys.exit(1 if found else 0)


def _play(day: Day, ways: Trips, policy: Policy, *, lingers_s: float) -> tuple[Played, list[str]]:
    """One policy's day, and where the product's own figures are not true."""
    with tempfile.TemporaryDirectory(prefix="store-edge-") as home:
        simulation = Simulation(Path(home), day, ways, policy, lingers_s=lingers_s)
        try:
            truth = simulation.run(bar(day, policy.name))
            scored = outcome.outcome(policy.name, truth, day, simulation.floor.worked_s)
            return Played(scored, list(truth.lives.values())), simulation.disagreements()
        finally:
            simulation.close()


def _tell(played: Sequence[Played], day: Day, json_file: Path, svg_file: Path) -> None:
    outcomes = [one.outcome for one in played]
    _write(json_file, msgspec.json.format(msgspec.json.encode(outcomes), indent=2) + b"\n")
    _write(svg_file, picture.draw(played, day, OPENING.hour).encode())
    click.echo(outcome.table(outcomes))


def _write(path: Path, text: bytes) -> None:
    try:
        path.write_bytes(text)
    except OSError as problem:
        raise Wrong(f"{path} cannot be written: {problem.strerror}.") from None


def bar(day: Day, name: str) -> Callable[[float, Truth], None]:
    """How far the day is: a line that moves on a terminal, a line a quarter elsewhere."""
    is_terminal, shown = sys.stderr.isatty(), -1

    def show(at_s: float, truth: Truth) -> None:
        nonlocal shown
        share = min(1.0, max(0.0, at_s / max(1.0, day.closes_s)))
        step = int(share * (_CELLS if is_terminal else 4))
        if step == shown:
            return
        shown = step
        served = sum(bool(life.given) for life in truth.lives.values())
        cells = "#" * int(share * _CELLS)
        text = f"{name:<11} [{cells:<{_CELLS}}] {served} of {len(truth.lives)} handed over"
        click.echo(f"\r{text}" if is_terminal else text, err=True, nl=not is_terminal)
        if share >= 1.0 and is_terminal:
            click.echo(err=True)

    return show
