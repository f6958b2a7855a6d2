"""Standing at the door is guessed, so that the pass can ask."""

from edge.arrivals.rules.door import is_likely_here
from edge.arrivals.rules.reports import trail_of


def test_somebody_who_drives_past_is_not_asked():
    """At 12 m/s the ring is crossed in seconds."""
    trail = trail_of([(5.0 * n, abs(300.0 - 60.0 * n), 10.0) for n in range(10)])
    assert not is_likely_here(trail_of([(5.0 * n, abs(300.0 - 60.0 * n), 10.0) for n in range(6)]))
    assert not is_likely_here(trail)


def test_somebody_who_stands_there_is_asked():
    """Half a minute deep inside the ring."""
    approach = [(5.0 * n, 300.0 - 60.0 * n, 10.0) for n in range(5)]
    assert is_likely_here(trail_of([*approach, *[(25.0 + 5.0 * n, 10.0, 10.0) for n in range(6)]]))


def test_nobody_is_asked_without_a_range():
    """Far away or unknown is not here."""
    assert not is_likely_here(trail_of([]))
