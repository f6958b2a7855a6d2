"""A batch of reports: believed one by one, aged by the quickest of them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.arrivals.rules.forecast import forecast
from edge.arrivals.rules.intake import take
from edge.arrivals.rules.reports import AHEAD_SECONDS, FARTHEST_M, Doubt, RangeReport, Trail

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


def one(seq, t, distance_m, accuracy_m=10.0):
    return RangeReport(seq, t, distance_m, accuracy_m)


def told(trail, *posts, same_clock=False):
    """The trail after posts of (our time, report)."""
    for received_t, report in posts:
        trail = take(trail, [report], received_t=received_t, same_clock=same_clock).trail
    return trail


def test_a_client_from_the_future_is_not_believed():
    """A minute ahead is a clock; an hour is none, and what comes after it in good time still counts."""
    got = take(Trail(), batch((NOON + 3_600, 90.0)), received_t=NOON, same_clock=True)
    assert (got.taken, got.doubts) == (0, (Doubt.FUTURE,))
    assert take(got.trail, batch((NOON, 900.0)), received_t=NOON, same_clock=True).taken == 1
    assert take(Trail(), batch((NOON + 59, 90.0)), received_t=NOON, same_clock=True).taken == 1


def test_one_report_from_the_future_spoils_no_page():
    """Forged, or a slip of the phone: the reports after it are as young as before."""
    trail = told(Trail(), (NOON, one(1, NOON, 900.0)))
    ahead = take(trail, [one(2, NOON + 86_400, 50.0)], received_t=NOON + 5)
    assert ahead.doubts == (Doubt.FUTURE,)
    after = take(ahead.trail, [one(3, NOON + 10, 800.0)], received_t=NOON + 10)
    assert (after.taken, after.lag_seconds) == (1, 0.0)


@pytest.mark.parametrize("step", [-7_200.0, -300.0, 300.0, 86_400.0])
def test_a_phone_whose_clock_is_set_on_the_way_is_heard_again(step):
    """Doubted at first; ten seconds later its new time has kept step with ours."""
    trail = told(Trail(), (NOON, one(1, NOON, 900.0)), (NOON + 15, one(2, NOON + 15, 850.0)))
    taken = []
    for n in range(3, 9):
        at = NOON + 5.0 * n + 5
        got = take(trail, [one(n, at + step, 900.0 - 20 * n)], received_t=at)
        trail = got.trail
        taken.append(got.taken)
    assert taken == [0, 0, 1, 1, 1, 1]
    assert trail.last.t == NOON + 45


@pytest.mark.parametrize("step", [-7_200.0, 7_200.0])
def test_our_own_clock_may_be_set_as_well(step):
    """A store's computer without a battery finds the time while somebody is on the way."""
    trail = told(Trail(), (NOON, one(1, NOON, 900.0)), (NOON + 15, one(2, NOON + 15, 850.0)))
    taken = []
    for n in range(3, 9):
        at = NOON + 5.0 * n + 5
        got = take(trail, [one(n, at, 900.0 - 20 * n)], received_t=at + step)
        trail = got.trail
        taken.append(got.taken)
    assert taken == [0, 0, 1, 1, 1, 1]
    assert trail.last.t == NOON + 45 + step


def test_a_queue_that_is_sent_late_is_no_new_clock():
    """An hour old, posted one by one as fast as the line allows: not one is believed."""
    trail = told(Trail(), (NOON, one(1, NOON, 5_000.0)))
    later = NOON + 3_600
    for n in range(100):
        report = one(n + 2, NOON + 5.0 * n + 5, 100.0)
        got = take(trail, [report], received_t=later + 0.3 * n)
        assert got.taken == 0
        trail = got.trail


def test_a_wild_first_fix_is_outvoted():
    """The first says the next town; two reports that agree begin the trail anew."""
    trail = told(
        Trail(),
        (NOON, one(1, NOON, 60_000.0)),
        (NOON + 5, one(2, NOON + 5, 900.0)),
        (NOON + 10, one(3, NOON + 10, 850.0)),
    )
    assert [each.distance_m for each in trail.reports] == [900.0, 850.0]
    assert trail.farthest_m == 900.0


def test_a_single_leap_is_never_believed():
    """Neither alone, nor said twice in the same breath."""
    trail = told(Trail(), (NOON, one(1, NOON, 9_000.0)))
    leaps = [one(2, NOON + 5, 50.0), one(3, NOON + 6, 50.0)]
    got = take(trail, leaps, received_t=NOON + 6)
    assert got.doubts == (Doubt.JUMP, Doubt.JUMP)
    back = take(got.trail, [one(4, NOON + 10, 8_900.0)], received_t=NOON + 10)
    assert [each.distance_m for each in back.trail.reports] == [9_000.0, 8_900.0]


def test_two_phones_with_one_pass_are_never_mixed():
    """One at home and one on the road report in turns: the trail stays with the one it began with."""
    trail = Trail()
    for n in range(1, 20):
        at = NOON + 10 * n
        trail = told(
            trail, (at, one(n, at, 8_000.0 - 90 * n)), (at + 5, one(n, at + 5, 50.0, 5.0))
        )
    assert {each.distance_m for each in trail.reports} == {8_000.0 - 90 * n for n in range(1, 20)}


def test_the_second_phone_goes_on_when_the_first_is_silent():
    """The link was sent on to whoever drives: its numbers begin anew, and two minutes later it counts."""
    trail = told(Trail(), *((NOON + 5 * n, one(n, NOON + 5 * n, 9_000.0)) for n in range(40)))
    soon = take(trail, [one(1, NOON + 230, 8_000.0)], received_t=NOON + 230)
    assert soon.doubts == (Doubt.REPEATED,)
    later = take(soon.trail, [one(2, NOON + 400, 7_000.0)], received_t=NOON + 400)
    assert later.taken == 1


def test_a_client_and_a_page_in_turns_follow_one_way():
    """The page's clock is an hour slow and its numbers are its own; the client keeps good time."""
    trail = Trail()
    for n in range(10):
        at = NOON + 20 * n
        trail = told(trail, (at, one(n, at - 3_600, 5_000.0 - 200 * n)))
        trail = told(trail, (at + 10, one(0, at + 10, 4_900.0 - 200 * n)), same_clock=True)
    assert [each.distance_m for each in trail.reports] == [5_000.0 - 100 * n for n in range(20)]


WILD = st.floats(allow_nan=True, allow_infinity=True)
WILD_REPORT = st.builds(
    RangeReport,
    seq=st.integers(-10, 1_000_000),
    t=WILD | st.floats(NOON - 9_000, NOON + 9_000),
    distance_m=st.none() | WILD | st.floats(0, 9_000),
    accuracy_m=st.none() | WILD | st.floats(0, 100),
)
POSTS = st.lists(
    st.tuples(st.lists(WILD_REPORT, max_size=8), st.floats(0, 600), st.booleans()), max_size=12
)


@given(POSTS)
def test_whatever_is_posted_the_trail_makes_sense(posts):
    """No crash, nothing from the future, nothing that is no distance, in order of time."""
    trail, received_t = Trail(), NOON
    for reports, gap, same_clock in posts:
        received_t += gap
        got = take(trail, reports, received_t=received_t, same_clock=same_clock)
        assert got.taken + len(got.doubts) == len(reports)
        trail = got.trail
        assert [each.t for each in trail.reports] == sorted({each.t for each in trail.reports})
        for each in trail.reports:
            assert each.t <= received_t + AHEAD_SECONDS
            assert each.distance_m is not None
            assert 0.0 <= each.distance_m <= FARTHEST_M
        forecast(trail)


@given(st.lists(WILD_REPORT, min_size=1, max_size=50), st.randoms(), st.booleans())
def test_the_order_within_a_post_does_not_matter(reports, chance, same_clock):
    """Sorted by their own time before anything is believed; sent again, nothing is added."""
    reports = [msgspec.structs.replace(each, seq=n) for n, each in enumerate(reports)]
    shuffled = chance.sample(reports, len(reports))
    first = take(Trail(), reports, received_t=NOON, same_clock=same_clock).trail
    assert take(Trail(), shuffled, received_t=NOON, same_clock=same_clock).trail == first
    again = take(first, shuffled, received_t=NOON, same_clock=same_clock)
    assert again.trail.reports[-1:] == first.reports[-1:]


@given(st.permutations(range(12)), st.floats(-1e9, 1e9))
def test_however_posts_are_delivered_the_newest_ends_the_trail(order, skew):
    """Overtaken on the way by seconds: what comes late is ignored, and the end is the same."""
    trail = Trail()
    for place, n in enumerate(order):
        report = one(n, NOON + skew + 5.0 * n, 3_000.0 - 50 * n)
        trail = take(trail, [report], received_t=NOON + 60 + 0.01 * place).trail
    assert trail.last.distance_m == 3_000.0 - 50 * 11
    assert [each.seq for each in trail.reports] == sorted(each.seq for each in trail.reports)
