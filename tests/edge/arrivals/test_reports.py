"""What a phone sends is believed only when it makes sense."""

import pytest

from edge.arrivals.rules.reports import Doubt, RangeReport, Trail, doubt, follow, trail_of

TRAIL = trail_of([(0.0, 5_000.0, 10.0), (30.0, 4_800.0, 10.0)])


@pytest.mark.parametrize(
    ("report", "lag", "named"),
    [
        (RangeReport(1, 60.0, 4_600.0, 10.0), 0.0, Doubt.REPEATED),
        (RangeReport(0, 60.0, 4_600.0, 10.0), 0.0, Doubt.REPEATED),
        (RangeReport(2, 30.0, 4_600.0, 10.0), 0.0, Doubt.LATE),
        (RangeReport(2, 20.0, 4_600.0, 10.0), 0.0, Doubt.LATE),
        (RangeReport(2, 60.0, 4_600.0, 10.0), 121.0, Doubt.STALE),
        (RangeReport(2, 60.0, 4_600.0, 5_000.0), 0.0, Doubt.COARSE),
        (RangeReport(2, 60.0, 90.0, 10.0), 0.0, Doubt.JUMP),
        (RangeReport(2, 60.0, -1.0, 10.0), 0.0, Doubt.SENSELESS),
        (RangeReport(2, 60.0, float("nan"), 10.0), 0.0, Doubt.SENSELESS),
        (RangeReport(2, 60.0, 4_600.0, 10.0), 0.0, None),
        (RangeReport(2, 60.0, None, None), 0.0, None),
        (RangeReport(2, 60.0, 4_600.0, None), 120.0, None),
    ],
)
def test_each_reason_to_doubt_a_report_has_a_name(report, lag, named):
    """Repeated, late, stale, coarse, impossible and senseless reports are told apart."""
    assert doubt(report, TRAIL, lag_seconds=lag) is named


def test_a_trail_keeps_ten_minutes_and_the_extremes():
    """However long the way, what is remembered is bounded; the farthest point is not lost."""
    trail = trail_of((5.0 * n, 20_000.0 - 5.0 * n, 10.0) for n in range(1_000))
    assert len(trail.reports) <= 128
    assert trail.last.t - trail.reports[0].t <= 660.0
    assert trail.farthest_m == 20_000.0
    assert trail.first_t == 0.0


def test_far_says_nothing_of_the_range():
    """Beyond the catchment only "far" is known, and the trail says so."""
    trail = follow(Trail(), RangeReport(0, 0.0, None))
    assert trail.is_far
    assert trail.last is None
    assert not follow(trail, RangeReport(1, 60.0, 9_900.0)).is_far
