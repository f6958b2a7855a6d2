"""The forecast: ordered, finite, sensible, and as quick as a report needs it."""

from hypothesis import given
from hypothesis import strategies as st

from edge.arrivals.rules import figures
from edge.arrivals.rules.eta import aged
from edge.arrivals.rules.features import features
from edge.arrivals.rules.forecast import Band, forecast
from edge.arrivals.rules.reports import RangeReport, Trail, follow, trail_of

ways = st.lists(
    st.tuples(st.floats(1.0, 120.0), st.floats(0.0, 50_000.0)), min_size=1, max_size=40
)


def _trail(way):
    t, reports = 0.0, []
    for seconds, distance_m in way:
        t += seconds
        reports.append((t, distance_m, 10.0))
    return trail_of(reports)


@given(ways)
def test_the_band_is_ordered_and_finite_on_any_way(way):
    """Early is before middle is before late, whatever ranges come."""
    band = forecast(_trail(way))
    assert 0.0 <= band.p10 <= band.p50 <= band.p90 < 25_000.0


def test_nearer_at_the_same_speed_means_sooner():
    """A driver at 8 m/s is expected sooner at 2 km than at 6 km."""
    whole = [(10.0 * n, 8_000.0 - 80.0 * n, 10.0) for n in range(90)]
    at_6_km, at_2_km = trail_of(whole[:26]), trail_of(whole[:76])
    assert forecast(at_2_km).p50 < forecast(at_6_km).p50


def test_a_driver_at_two_kilometres_is_a_few_minutes_away():
    """The figures are of this world: neither seconds nor hours."""
    trail = trail_of([(10.0 * n, 8_000.0 - 80.0 * n, 10.0) for n in range(76)])
    assert 120.0 < forecast(trail).p50 < 600.0


def test_far_is_a_wide_band_of_its_own():
    """Without a distance the forecast is what far away customers need in general."""
    assert forecast(follow(Trail(), RangeReport(0, 0.0, None))) == figures.FAR_SECONDS


def test_there_is_a_weight_for_every_feature():
    """Figures and features belong together: a forgotten fit is noticed."""
    x = features(trail_of([(0.0, 1_000.0, None)]))
    assert len(figures.MEANS) == len(figures.SPREADS) == len(x)
    assert {len(weights) for weights in (*figures.DIRECT, *figures.HIDDEN)} == {len(x) + 1}
    assert {len(weights) for weights in figures.BENT} == {len(figures.HIDDEN)}


bands = st.tuples(st.floats(20.0, 600.0), st.floats(1.05, 3.0), st.floats(1.05, 3.0)).map(
    lambda x: Band(x[0], x[0] * x[1], x[0] * x[1] * x[2])
)


@given(bands, st.floats(0.0, 3_600.0), st.floats(1.0, 600.0))
def test_silence_never_moves_the_arrival_earlier(band, age, more):
    """The instant expected (age + seconds left) only ever moves later while nothing is heard."""
    sooner, later = aged(band, age), aged(band, age + more)
    assert all(age + a <= age + more + b + 1e-6 for a, b in zip(sooner, later, strict=True))


@given(bands, st.floats(0.0, 3_600.0))
def test_an_aged_band_stays_ordered(band, age):
    """However old, early is before late and nothing is below zero."""
    old = aged(band, age)
    assert 0.0 <= old.p10 <= old.p50 <= old.p90


def test_a_young_band_ages_like_a_clock():
    """Ten seconds after a report for ten minutes, ten seconds are gone."""
    old = aged(Band(400.0, 600.0, 900.0), 10.0)
    assert [round(x) for x in old] == [390, 590, 890]


def test_an_old_band_is_wider_than_subtraction_says():
    """Eight minutes into silence a ten minute forecast is less sure, not more."""
    old = aged(Band(400.0, 600.0, 900.0), 480.0)
    assert old.p90 - old.p10 > 0.9 * (900.0 - 400.0) - 150.0
    assert old.p50 > 120.0
