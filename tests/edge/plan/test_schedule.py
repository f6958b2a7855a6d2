"""The backlog: from the last job backwards, each as late as the people on shift allow."""

from hypothesis import given
from hypothesis import strategies as st

from edge.plan.rules import Job
from edge.plan.rules.schedule import Slot, latest_starts, people_for_orders

jobs = st.lists(
    st.tuples(st.floats(10, 900), st.floats(0, 7200)).map(lambda each: each), max_size=40
)


def slots(pairs):
    return [
        Slot((f"o{n}", Job.PICK), seconds, needed) for n, (seconds, needed) in enumerate(pairs)
    ]


def test_one_job_begins_as_late_as_it_can():
    """Nothing stands in its way."""
    assert latest_starts(slots([(100, 1000)]), 1) == {("o0", Job.PICK): 900}


def test_a_second_pair_of_hands_takes_the_queue_away():
    """Two jobs needed at once: one person begins the first earlier, three people need not."""
    both = slots([(100, 1000), (200, 1000)])
    alone, together = latest_starts(both, 1), latest_starts(both, 3)
    assert sorted(alone.values()) == [700, 900]
    assert sorted(together.values()) == [800, 900]


def test_people_on_shift_do_other_things_as_well():
    """Two thirds of their time is for orders; somebody always is."""
    assert [people_for_orders(n) for n in (0, 1, 3, 6)] == [1, 1, 2, 4]


@given(pairs=jobs, people=st.integers(0, 6))
def test_no_start_is_too_late_and_nobody_has_two_jobs_at_once(pairs, people):
    """Every job ends when it is needed or before, and never more run than there are people."""
    starts = latest_starts(slots(pairs), people)
    assert len(starts) == len(pairs)
    spans = [
        (starts[slot.key], starts[slot.key] + slot.seconds, slot.needed) for slot in slots(pairs)
    ]
    assert all(end <= needed + 1e-6 for _, end, needed in spans)
    for begin, _, _ in spans:
        running = sum(a - 1e-6 <= begin < b - 1e-6 for a, b, _ in spans)
        assert running <= people_for_orders(people)
