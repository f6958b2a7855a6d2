"""How well arrivals are foreseen here, by range and part of the day, what was learnt of it, and a fresh start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.arrivals import actions, store
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import Learned, Seen, Step
from edge.arrivals.rules.learned import COUNTS_IN_FULL, EDGES_M, HOURS, ONLY_TEACHES, RANGES
from edge.arrivals.rules.learning import WINDOW_HANDOVERS
from edge.base.unit import Unit
from edge.http import Caller
from edge.locale import Words
from edge.screens.manage import csv_file, frame
from edge.screens.manage.frame import bp

HERE = "/manage/arrivals"
# Fewer say something about single customers rather than about the place.
FEWEST = 5
FARTHEST_SECONDS = 300.0
ON_TIME_SECONDS = 7.5
MINUTES_FROM = 90.0
METRES_FROM_KM = 1_000.0


class Row(NamedTuple):
    """A line of the table: what customers did against what was said, in words; `*_x` are percent of the picture."""

    name: str
    handovers: int
    shipped: str
    left: str
    miss: str
    held: int
    shipped_x: float
    left_x: float
    from_x: float
    to_x: float


@http.page(
    bp,
    "/arrivals",
    who=http.MANAGER,
    summary="How well arrivals are foreseen, and what was learnt",
)
def arrivals(*, caller: Caller) -> Response:
    """Each range, what stands in for one, and each part of the day."""
    learned, words = _asked(caller)
    site = learned.levels.get("site")
    return frame.page(
        caller,
        "manage_arrivals",
        here="today",
        by_range=_rows(learned, steps(words), words),
        by_hour=_rows(learned, parts_of_day(words), words),
        handovers=learned.handovers,
        only_teaches=ONLY_TEACHES,
        counts_in_full=COUNTS_IN_FULL,
        window=WINDOW_HANDOVERS,
        site=later(site.value, words) if site and site.handovers >= COUNTS_IN_FULL else "",
        fewest=FEWEST,
        forgotten=request.args.get("forgotten", "") == "yes",
    )


@http.page(bp, "/arrivals.csv", who=http.MANAGER, summary="How well arrivals are foreseen, as CSV")
def arrivals_csv(*, caller: Caller) -> Response:
    """The rows of the page in seconds: later is above zero."""
    learned, words = _asked(caller)
    rows = (
        _cells(name, each)
        for name in (*steps(words), *parts_of_day(words))
        if (each := _shown(learned, name))
    )
    head = ("what", "handovers", "shipped_s", "left_s", "miss_s", "held_percent")
    return csv_file.answer("arrivals", head, rows)


@http.page(
    bp,
    "/arrivals/forget",
    who=http.MANAGER,
    method="POST",
    summary="Forget what was learnt of arrivals, and start anew",
)
def forget(*, caller: Caller) -> AnyResponse:
    """It cannot be taken back, so it is asked for twice; the log keeps the name."""
    frame.sure()
    edge = http.edge()
    memory = edge.part(RangeMemory)

    def work(unit: Unit) -> str:
        actions.forget_learned(unit, memory, by=caller.id)
        return "forgotten"

    edge.write(work, key=frame.key_of(caller, frame.typed()))
    return frame.to(HERE, forgotten="yes")


def steps(_: Words) -> dict[str, str]:
    """What an arrival is foretold from, in people's words, the nearest first."""
    edges = [_length(each) for each in EDGES_M]
    names = (
        _("Under %(far)s", far=edges[0]),
        *(_("%(near)s to %(far)s", near=near, far=far) for near, far in pairwise(edges)),
        _("Over %(near)s", near=edges[-1]),
        *(_("Far, no distance"), _("Tap on leaving"), _("Promise")),
    )
    return dict(zip((*RANGES, Step.FAR, Step.TAP, Step.PROMISE), names, strict=True))


def _length(metres: float) -> str:
    return f"{metres:.0f} m" if metres < METRES_FROM_KM else f"{metres / METRES_FROM_KM:g} km"


def parts_of_day(_: Words) -> dict[str, str]:
    """The parts of the day with their hours."""
    morning, midday, afternoon, evening = (hour for hour, _key in HOURS)
    names = (
        _("Morning, %(begin)s to %(end)s", begin=morning, end=midday),
        _("Midday, %(begin)s to %(end)s", begin=midday, end=afternoon),
        _("Afternoon, %(begin)s to %(end)s", begin=afternoon, end=evening),
        _("Evening, from %(begin)s", begin=evening),
    )
    return {key: name for (_hour, key), name in zip(HOURS, names, strict=True)}


def later(seconds: float, _: Words) -> str:
    """By how much customers come later or earlier than was said."""
    if abs(seconds) < ON_TIME_SECONDS:
        return _("on time")
    if abs(seconds) < MINUTES_FROM:
        n = round(abs(seconds) / 5) * 5
        return _("%(n)s s later", n=n) if seconds > 0 else _("%(n)s s earlier", n=n)
    n = round(abs(seconds) / 60)
    return _("%(n)s min later", n=n) if seconds > 0 else _("%(n)s min earlier", n=n)


def within(seconds: float, _: Words) -> str:
    """The usual size of an error."""
    if seconds < MINUTES_FROM:
        return _("±%(n)s s", n=round(seconds / 5) * 5)
    return _("±%(n)s min", n=round(seconds / 60))


def row(name: str, seen: Seen, _: Words) -> Row:
    """A line with its drawing: earlier is left of the middle."""
    return Row(
        name=name,
        handovers=seen.handovers,
        shipped=later(seen.shipped_s, _),
        left=later(seen.left_s, _),
        miss=within(seen.miss_s, _),
        held=round(100 * seen.held),
        shipped_x=_place(seen.shipped_s),
        left_x=_place(seen.left_s),
        from_x=_place(seen.left_s - seen.miss_s),
        to_x=_place(seen.left_s + seen.miss_s),
    )


def _place(seconds: float) -> float:
    within_rim = max(-FARTHEST_SECONDS, min(FARTHEST_SECONDS, seconds))
    return round(50.0 + 48.0 * within_rim / FARTHEST_SECONDS, 1)


def _cells(name: str, seen: Seen) -> Sequence[csv_file.Cell]:
    seconds = (round(each) for each in (seen.shipped_s, seen.left_s, seen.miss_s))
    return (name, seen.handovers, *seconds, round(100 * seen.held))


def _shown(learned: Learned, name: str) -> Seen | None:
    seen = learned.seen.get(name)
    return seen if seen and seen.handovers >= FEWEST else None


def _rows(learned: Learned, names: Mapping[str, str], words: Words) -> list[Row]:
    return [
        row(name, seen, words) for key, name in names.items() if (seen := _shown(learned, key))
    ]


def _asked(caller: Caller) -> tuple[Learned, Words]:
    with http.edge().read() as reader:
        return store.load_learned(reader), frame.words_for(caller, reader)
