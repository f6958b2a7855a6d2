"""A batch of reports: believed one by one, aged by the quickest of them."""

from edge.arrivals.rules.intake import take
from edge.arrivals.rules.reports import Doubt, RangeReport, Trail

NOON = 1_800_000_000.0


def batch(*pairs, first_seq=1):
    return [
        RangeReport(seq, t, distance_m) for seq, (t, distance_m) in enumerate(pairs, first_seq)
    ]


def test_a_queue_from_a_tunnel_is_taken_in_its_own_order():
    """Posted late and shuffled, followed by time."""
    reports = batch((NOON, 900.0), (NOON + 15, 800.0), (NOON + 30, 700.0))[::-1]
    got = take(Trail(), reports, received_t=NOON + 31)
    assert got.taken == 3
    assert [one.distance_m for one in got.trail.reports] == [900.0, 800.0, 700.0]


def test_the_age_of_the_newest_is_what_the_quickest_report_did_better():
    """Eight seconds slower than the best so far: eight seconds old."""
    first = take(Trail(), batch((NOON - 5_000, 900.0)), received_t=NOON)
    second = take(first.trail, batch((NOON - 4_970, 800.0), first_seq=2), received_t=NOON + 38)
    assert second.lag_seconds == 8.0


def test_a_native_client_is_aged_by_our_clock_and_numbered_by_time():
    """An hour-old queue is stale; the same position twice is late."""
    got = take(
        Trail(), batch((NOON - 3_600, 90.0), (NOON, 900.0)), received_t=NOON, same_clock=True
    )
    assert got.doubts == (Doubt.STALE,)
    again = take(got.trail, batch((NOON, 900.0)), received_t=NOON, same_clock=True)
    assert again.doubts == (Doubt.LATE,)


def test_a_page_and_a_native_client_may_share_a_trip():
    """The page's own numbers still count after the client's."""
    page = take(Trail(), batch((NOON, 900.0)), received_t=NOON)
    native = take(page.trail, batch((NOON + 9, 800.0)), received_t=NOON + 9, same_clock=True)
    more = take(native.trail, batch((NOON + 20, 700.0), first_seq=3), received_t=NOON + 20)
    assert (native.taken, more.taken) == (1, 1)
