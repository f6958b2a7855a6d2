"""The picture of simulated days: each order a dot, when its customer came and how long they waited, a row a policy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from math import isinf

from edge.rehearsal.day import Day
from edge.rehearsal.outcome import Outcome, is_served_well, wait_s
from edge.rehearsal.scores import WAIT_GOAL_SECONDS
from edge.rehearsal.truth import Life

WIDTH, LEFT, RIGHT = 1000, 150, 30
_TOP, _ROW, _GAP, _BOTTOM = 96, 168, 40, 24
# Whoever waited longer is drawn at the upper edge, as a triangle.
LONGEST_SECONDS = 360.0
_ROLE = 'role="img" aria-labelledby="title desc" font-family="Inter, system-ui, sans-serif"'
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})")
_COLOURS = ("paper", "card", "ink", "ink-2", "line", "coming", "pick", "alarm")
_HOUR = 3600.0


@dataclass(frozen=True)
class Played:
    """One policy's day: its figures, and the lives that they are made of."""

    outcome: Outcome
    lives: Sequence[Life]


def draw(days: Sequence[Played], day: Day, opens_hour: int) -> str:
    """The picture as SVG; `opens_hour` is the hour of the day at second 0."""
    height = _TOP + len(days) * (_ROW + _GAP) + _BOTTOM
    said = "; ".join(_said(one.outcome) for one in days)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {_ROLE}>',
            '<title id="title">How long each customer of a store day waited, by policy</title>',
            f'<desc id="desc">Served well: {escape(said)}.</desc>',
            f"<style>{_style()}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            _legend(),
            *(
                part
                for n, one in enumerate(days)
                for part in _row(one, day, _TOP + n * (_ROW + _GAP), opens_hour)
            ),
            _text(LEFT, height - 16, "when the customer came", "quiet"),
            "</svg>\n",
        ]
    )


def _said(one: Outcome) -> str:
    return (
        f"{one.policy} {_percent(one.opt_in.served_well)} of those who shared their distance, "
        f"{_percent(one.no_location.served_well)} of the others"
    )


def _legend() -> str:
    parts = [
        _text(LEFT, 34, "How long each customer waited", "head"),
        _mark(LEFT + 6, 62, "coming well"),
        _text(LEFT + 18, 67, "shared their distance"),
        _mark(LEFT + 196, 62, "pick well"),
        _text(LEFT + 208, 67, "did not"),
        _mark(LEFT + 286, 62, "coming"),
        _text(LEFT + 298, 67, "ring: late, or no longer fresh"),
        _triangle(LEFT + 530, 62, "coming"),
        _text(LEFT + 542, 67, f"{LONGEST_SECONDS / 60:.0f} minutes and more"),
    ]
    return "".join(parts)


def _row(one: Played, day: Day, top: float, opens_hour: int) -> Iterator[str]:
    bottom, goal = top + _ROW, _y(WAIT_GOAL_SECONDS, top)
    yield f'<rect class="card" x="{LEFT}" y="{top}" width="{WIDTH - LEFT - RIGHT}" height="{_ROW}"/>'
    for hour in range(int((day.closes_s - day.opens_s) // _HOUR) + 1):
        x = _x(hour * _HOUR, day)
        yield f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'
        yield _text(x, bottom + 18, f"{opens_hour + hour}:00", "quiet middle")
    yield f'<line class="goal" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{goal:.1f}" y2="{goal:.1f}"/>'
    yield _text(LEFT - 8, goal + 4, "2 min", "alarm end")
    yield _text(LEFT - 8, bottom + 1, "no wait", "quiet end")
    yield _text(14, top + 22, one.outcome.policy, "head")
    yield _text(14, top + 44, "served well:", "quiet")
    for n, (look, share) in enumerate(_served_well(one.outcome)):
        yield _mark(19, top + 61 + 20 * n, f"{look} well")
        yield _text(30, top + 66 + 20 * n, _percent(share))
    for life in one.lives:
        if not life.planned.no_show and life.came_at is not None:
            x = _x(life.came_at, day)
            yield _dot(
                life, x, top, f"{life.planned.id} came at {_clock(life.came_at, opens_hour)}"
            )


def _served_well(one: Outcome) -> Iterator[tuple[str, float | None]]:
    yield "coming", one.opt_in.served_well
    yield "pick", one.no_location.served_well


def _dot(life: Life, x: float, top: float, words: str) -> str:
    seconds = wait_s(life)
    look = "coming" if life.planned.shares_location else "pick"
    if is_served_well(life):
        look += " well"
    waited = "was never served" if isinf(seconds) else f"waited {seconds:.0f} s"
    shape = _mark if seconds < LONGEST_SECONDS else _triangle
    return shape(x, _y(min(seconds, LONGEST_SECONDS), top), look, f"{words} and {waited}")


def _clock(at_s: float, opens_hour: int) -> str:
    minutes = int(at_s // 60) + 60 * opens_hour
    return f"{minutes // 60}:{minutes % 60:02d}"


def _mark(x: float, y: float, look: str, words: str = "") -> str:
    return f'<circle class="{look}" cx="{x:.1f}" cy="{y:.1f}" r="4">{_title(words)}</circle>'


def _triangle(x: float, y: float, look: str, words: str = "") -> str:
    points = f"{x - 5:.1f},{y + 5:.1f} {x + 5:.1f},{y + 5:.1f} {x:.1f},{y - 5:.1f}"
    return f'<polygon class="{look}" points="{points}">{_title(words)}</polygon>'


def _title(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""


def _text(x: float, y: float, words: str, look: str = "") -> str:
    return f'<text class="{look}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _x(at_s: float, day: Day) -> float:
    """Customers who come after closing are drawn beyond the last hour's line."""
    share = (at_s - day.opens_s) / max(1.0, day.closes_s - day.opens_s)
    return LEFT + min(1.02, max(0.0, share)) * (WIDTH - LEFT - RIGHT - 20)


def _y(seconds: float, top: float) -> float:
    return top + _ROW - seconds / LONGEST_SECONDS * _ROW


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _style() -> str:
    light, dark = (_themed(colours) for colours in _tokens())
    return (
        "text{font-size:14px}.head{font-size:18px;font-weight:650}.middle{text-anchor:middle}.end{text-anchor:end}"
        ".line{stroke-width:1}.goal{stroke-width:2;stroke-dasharray:7 5}circle,polygon{stroke-width:1.6}"
        f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
    )


def _themed(c: dict[str, str]) -> str:
    marks = "".join(
        f".{name}{{fill:{c['card']};stroke:{c[name]}}}.{name}.well{{fill:{c[name]}}}"
        for name in ("coming", "pick")
    )
    return (
        f".paper{{fill:{c['paper']}}}.card{{fill:{c['card']}}}text{{fill:{c['ink']}}}text.quiet{{fill:{c['ink-2']}}}"
        f".line{{stroke:{c['line']}}}.goal{{stroke:{c['alarm']}}}text.alarm{{fill:{c['alarm']}}}{marks}"
    )


@cache
def _tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of every surface, light and dark, from the one file that has them."""
    css = files("kiosk_ui").joinpath("shared/tokens.css").read_text(encoding="utf-8")
    light, _, dark = css.partition('[data-theme="dark"]')
    first = _found(light)
    return first, {**first, **_found(dark)}


def _found(css: str) -> dict[str, str]:
    known = dict(_TOKEN.findall(css))
    return {name: known[name] for name in _COLOURS if name in known}
