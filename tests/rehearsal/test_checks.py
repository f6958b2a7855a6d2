from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from edge.rehearsal import checks, scores
from edge.rehearsal.day import Finish, PlannedLine, small
from edge.rehearsal.truth import Life, Truth

OPENING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def life(name: str = "o1", *, came: float = 1000.0, given: float = 1060.0, **more) -> Life:
    """An order that was picked, staged at 900, and given to its customer."""
    planned = msgspec.structs.replace(
        small().orders[0],
        id=name,
        finish=None,
        lines=[PlannedLine("SKU-001", "ambient", 10.0), PlannedLine("SKU-002", "ambient", 10.0)],
        opt_in=True,
        page="live",
    )
    made = Life(planned, "5001", is_sent=True, order_id=f"id-{name}")
    made.fetched_lines, made.staged_at = {1, 2}, 900.0
    made.came_at = made.seen_at = came
    made.given.append((given, "5001"))
    for field, value in more.items():
        setattr(made, field, value)
    return made


def _never_given() -> Life:
    open_one = life()
    open_one.given.clear()
    return open_one


def truth_of(*lives: Life) -> Truth:
    """A day of these orders."""
    return Truth({one.planned.id: one for one in lives}, cut_at=0.0, mended_at=100.0)


def figures_of(*lives: Life) -> dict:
    """What an honest store would say of them."""
    rows = [
        {
            "order_id": one.order_id,
            "number": "A-17",
            "state": one.end or "ready",
            "staged_at": _at(one.staged_at),
            "ready_at": _at(one.ready_at),
            "arrived_at": _at(one.seen_at),
            "handed_over_at": _at(one.given[0][0]) if one.given else None,
        }
        for one in lives
    ]
    truth = truth_of(*lives)
    waits = [one.wait_s for one in truth.handed_over()]
    return {
        "orders": msgspec.structs.asdict(scores.counts(truth)),
        "wait_s": {"p50": scores.quantile(waits, 0.5), "p90": scores.quantile(waits, 0.9)},
        "redemptions": 0,
        "rows": rows,
    }


def _at(seconds: float | None) -> str | None:
    return None if seconds is None else (OPENING + timedelta(seconds=seconds)).isoformat()


def seconds(at: datetime) -> float:
    """Back from an instant."""
    return (at - OPENING).total_seconds()


def test_an_honest_day_holds():
    """No sentence: nothing to say against it."""
    lives = [life("o1"), life("o2", came=1200, given=1500)]
    assert checks.ended_legally(truth_of(*lives)) == []
    assert checks.figures_agree(truth_of(*lives), figures_of(*lives), seconds) == []


@pytest.mark.parametrize("field", ["staged_at", "ready_at", "arrived_at", "handed_over_at"])
def test_a_figure_that_is_two_seconds_off_is_named(field):
    """Within a second it agrees, beyond it the order and the field are said."""
    true, told = life(), figures_of(life())
    for off, is_found in ((0.9, False), (2.0, True)):
        told["rows"][0][field] = (
            datetime.fromisoformat(figures_of(life())["rows"][0][field]) + timedelta(seconds=off)
        ).isoformat()
        found = checks.figures_agree(truth_of(true), told, seconds)
        assert any(field in sentence and "o1" in sentence for sentence in found) is is_found


def test_a_fact_that_only_one_side_knows_is_found():
    """Not known is not the same as any moment."""
    told = figures_of(life())
    told["rows"][0]["arrived_at"] = None
    assert "not known" in checks.figures_agree(truth_of(life()), told, seconds)[0]


def test_an_order_that_is_missing_or_too_many_is_found():
    """Both ways."""
    one, two = life("o1"), life("o2")
    assert "o2 is missing" in checks.figures_agree(truth_of(one, two), figures_of(one), seconds)[0]
    found = checks.figures_agree(truth_of(one), figures_of(one, two), seconds)
    assert any("2 orders, 1 were placed" in sentence for sentence in found)


def test_sums_that_differ_are_found():
    """Counts, redemptions and the spread of waits."""
    told = figures_of(life())
    told["orders"]["handed_over"], told["redemptions"], told["wait_s"]["p90"] = 2, 5, 400.0
    found = " ".join(checks.figures_agree(truth_of(life()), told, seconds))
    assert "handed_over: the store says 2" in found
    assert "redemptions: the store says 5" in found
    assert "wait p90: the store says 400.0" in found


def test_a_bag_given_twice_is_found():
    """Whatever the product counted."""
    twice = life()
    twice.given.append((1200.0, "somebody else"))
    assert "handed over 2 times" in checks.ended_legally(truth_of(twice))[0]


def test_a_line_that_nobody_fetched_is_found():
    """By its number."""
    assert "nobody fetched line 2" in checks.ended_legally(truth_of(life(fetched_lines={1})))[0]


def test_an_order_that_never_ended_is_found():
    """Open is not an end."""
    assert "still open" in checks.ended_legally(truth_of(_never_given()))[0]


def test_hq_is_held_to_the_same_truth():
    """A state that HQ alone believes is named."""
    assert checks.hq_agrees(truth_of(life()), {"id-o1": "handed_over"}) == []
    assert "HQ says cancelled" in checks.hq_agrees(truth_of(life()), {"id-o1": "cancelled"})[0]
    assert "HQ says nothing" in checks.hq_agrees(truth_of(life()), {})[0]


def test_a_line_that_was_never_cut_is_found():
    """An outage that nobody noticed proves nothing."""
    truth = truth_of(life())
    assert checks.line_was_cut(truth, 1) == []
    assert checks.line_was_cut(truth, 0)
    truth.mended_at = None
    assert checks.line_was_cut(truth, 1) == ["the uplink was never cut"]


# -- scores --


def test_scores_follow_their_definitions():
    """Wait from the true arrival, never below 0; ready and dwell at the true arrival; fresh to the handover."""
    early = life(came=800.0, given=1000.0)
    assert (early.wait_s, early.was_ready, early.dwell_s) == (200.0, False, 0.0)
    made = life(came=1000.0, given=1100.0, finished_at=950.0)
    made.planned = msgspec.structs.replace(made.planned, finish=Finish("SKU-061", 60.0, 149.0))
    assert (made.ready_at, made.was_ready, made.was_fresh) == (950.0, True, False)
    assert made.dwell_s == 100.0
    before = life(came=1000.0, given=990.0)
    assert before.wait_s == 0.0


def test_groups_are_kept_apart():
    """Who shared the distance, who did not, and who stood there before the store could know."""
    alone = life("o2", came=1000.0, given=5000.0)
    alone.planned = msgspec.structs.replace(alone.planned, page="never")
    alone.seen_at = 4900.0
    groups = scores.groups(truth_of(life("o1"), alone))
    assert {name: group.orders for name, group in groups.items()} == {
        "all": 2, "location": 1, "no_location": 1, "unknown_on_arrival": 1, "known_on_arrival": 1,
    }  # fmt: skip
    assert groups["all"].wait_s.p90 == 4000.0
    assert groups["location"].wait_s.under_120s == 1.0


def test_quantiles_are_nearest_rank():
    """As the product defines them."""
    values = [float(n) for n in range(1, 11)]
    assert (scores.quantile(values, 0.5), scores.quantile(values, 0.9)) == (5.0, 9.0)
    assert scores.quantile([], 0.5) is None
