"""What a rehearsal found: the file for machines, the table for people."""

from __future__ import annotations

from typing import Any

import msgspec

from edge.rehearsal import checks, scores
from edge.rehearsal.hq_view import HqView, Night
from edge.rehearsal.play import Play
from edge.rehearsal.scores import Counts, Group, Spread, Waits

LEAST_ORDERS = 40


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The day in figures, all from truth; `violations` is empty on a good day."""

    orders: Counts
    wait_s: Waits
    ready_on_arrival: float | None
    served_well: float | None
    dwell_s: Spread
    groups: dict[str, Group]
    redemptions: int
    add_ons: int
    reports_sent: int
    reports_believed: int
    events_synced: int
    outage_s: float
    on_board_p50_s: float | None
    on_board_max_s: float | None
    digests_equal: bool
    truth_agrees: bool
    planted: list[str]
    violations: list[str]
    wall_s: float

    @property
    def is_good(self) -> bool:
        """Whether the day may be called played."""
        enough = (
            self.orders.received >= LEAST_ORDERS and self.orders.open == 0 and self.outage_s > 0
        )
        return enough and self.digests_equal and self.truth_agrees and not self.violations


def judge(play: Play, hq: HqView, figures: dict[str, Any], wall_s: float) -> Result:
    """Compare everything that was said with everything that was done."""
    night, truth = hq.last_night(), play.truth
    everybody = scores.groups(truth)
    counts = scores.counts(truth)
    disagreements = [
        *checks.figures_agree(truth, figures, play.stage.tempo.seconds),
        *checks.hq_agrees(truth, hq.states()),
    ]
    found = [
        *checks.ended_legally(truth),
        *(
            []
            if counts.received >= LEAST_ORDERS
            else [f"only {counts.received} orders were received"]
        ),
        *checks.line_was_cut(truth, play.refused_while_cut),
        *night_words(night),
        *([f"{hq.quarantined()} events could not be applied at HQ"] if hq.quarantined() else []),
        *disagreements,
        *play.stage.surprises.seen,
    ]
    latest = play.on_board_seconds
    return Result(
        orders=counts,
        wait_s=everybody["all"].wait_s,
        ready_on_arrival=everybody["all"].ready_on_arrival,
        served_well=everybody["all"].served_well,
        dwell_s=everybody["all"].dwell_s,
        groups=everybody,
        redemptions=len(truth.redeemed),
        add_ons=len(truth.add_ons),
        reports_sent=truth.reports_sent,
        reports_believed=truth.reports_believed,
        events_synced=hq.events(),
        outage_s=truth.outage_s,
        on_board_p50_s=_rounded(scores.exact_quantile(latest, 0.5)),
        on_board_max_s=_rounded(max(latest, default=None)),
        digests_equal=night.was_held and night.is_equal,
        truth_agrees=not disagreements,
        planted=play.planted,
        violations=checks.first_of(found),
        wall_s=round(wall_s, 1),
    )


def night_words(night: Night) -> list[str]:
    """What the night found, in sentences."""
    if not night.was_held:
        return ["the night did not compare store and HQ"]
    if night.is_equal:
        return []
    named = [
        f"the night found that {one['table']} {one['record_id']} {one['what'].replace('_', ' ')}"
        for one in night.said.get("differences", [])
    ]
    return named or ["the night found store and HQ unequal, and could not say where"]


def table(result: Result) -> str:
    """The day for people who look at a terminal."""
    counts, known = result.orders, result.groups["known_on_arrival"]
    unknown = result.groups["unknown_on_arrival"]
    rows = [
        ("Orders received", f"{counts.received}"),
        ("  handed over", f"{counts.handed_over}"),
        ("  cancelled, not fetched, open", f"{counts.cancelled}, {counts.no_show}, {counts.open}"),
        ("Wait, half / nine in ten", f"{_s(result.wait_s.p50)} / {_s(result.wait_s.p90)}"),
        ("Waits under 2 minutes", _share(result.wait_s.under_120s)),
        ("  orders the store could know", f"{_share(known.wait_s.under_120s)} of {known.orders}"),
        (
            "  placed and fetched while cut",
            f"{_share(unknown.wait_s.under_120s)} of {unknown.orders}",
        ),
        ("Ready when the customer came", _share(result.ready_on_arrival)),
        ("Lay ready, half / nine in ten", f"{_s(result.dwell_s.p50)} / {_s(result.dwell_s.p90)}"),
        ("Offers redeemed, added on the pass", f"{result.redemptions}, {result.add_ons}"),
        ("Distances sent by phones", f"{result.reports_sent}"),
        (
            "From HQ's answer to the board",
            f"{_s(result.on_board_p50_s)} / at most {_s(result.on_board_max_s)}",
        ),
        ("The line was cut for", f"{result.outage_s / 60:.0f} min of the day"),
        ("Events at HQ", f"{result.events_synced}"),
        ("Store and HQ hold the same", _yes(result.digests_equal)),
        ("The product's figures are true", _yes(result.truth_agrees)),
        ("Played in", f"{result.wall_s:.0f} s"),
    ]
    width = max(len(word) for word, _ in rows)
    lines = [f"{word:<{width}}  {value}" for word, value in rows]
    return "\n".join([*lines, *(f"! {sentence}" for sentence in result.violations)])


def _s(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _yes(holds: object) -> str:
    return "yes" if holds else "NO"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
