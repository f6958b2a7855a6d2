"""What the phone is told to do."""

import pytest

from edge.arrivals.rules.plan import SHIPPED, patience_seconds, rounded, seconds_to_next


@pytest.mark.parametrize(
    ("distance_m", "seconds"),
    [
        (20_000.0, 120),
        (8_001.0, 120),
        (8_000.0, 60),
        (3_001.0, 60),
        (1_001.0, 30),
        (401.0, 10),
        (400.0, 5),
        (0.0, 5),
    ],
)
def test_reports_come_closer_together_as_the_customer_does(distance_m, seconds):
    """Twice the design's interval beyond one kilometre, five seconds inside 400 m."""
    assert seconds_to_next(distance_m, 600.0) == seconds


def test_the_first_minute_is_reported_closely():
    """Most phones are hidden after it: what is seen then is all there will be."""
    assert seconds_to_next(20_000.0, 0.0) == 15
    assert seconds_to_next(300.0, 0.0) == 5
    assert seconds_to_next(20_000.0, 60.0) == 120


@pytest.mark.parametrize(
    ("distance_m", "sent"),
    [
        (0.0, 0.0),
        (4.9, 0.0),
        (5.0, 10.0),
        (994.9, 990.0),
        (999.0, 1_000.0),
        (1_025.0, 1_050.0),
        (1_024.9, 1_000.0),
        (9_999.0, 10_000.0),
    ],
)
def test_ranges_are_rounded_before_they_leave_the_phone(distance_m, sent):
    """Ten metres below one kilometre, fifty beyond."""
    assert rounded(distance_m) == sent


def test_beyond_ten_kilometres_only_far_leaves_the_phone():
    """The ring on which somebody lives is nobody's business."""
    assert rounded(10_000.0) is None


def test_silence_is_unusual_after_two_and_a_half_intervals():
    """Near the store half a minute; far away some minutes."""
    assert patience_seconds(100.0) == 30.0
    assert patience_seconds(2_000.0) == 75.0
    assert patience_seconds(None) == 300.0


def test_what_counts_as_another_store_is_data_for_the_page():
    """The phone decides nothing: near to it, surely, and far enough from one's own that both cannot be meant."""
    elsewhere = SHIPPED.elsewhere
    assert elsewhere.near_m + elsewhere.sure_m < elsewhere.apart_m
