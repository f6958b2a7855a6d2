"""A hundred and twenty seeds: whatever goes wrong between stores and HQ, nothing is lost, doubled or forgotten.

`make sim` plays ten thousand. A failure prints its seed and the fewest faults that show it.
"""

import pytest

from tests.sim import seeds

# So much is made here that the collector also finds what other files' tests left, such as a socket.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

SEEDS = 120
AT_ONCE = 20


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_invariant_holds(first):
    """Workload, faults, healing, then all of S1 to S18 that the product supports."""
    for result in seeds.play_all(range(first, first + AT_ONCE)):
        assert result.is_good, "\n" + seeds.told(result)


@pytest.mark.parametrize("seed", [1, 10, 49])
def test_a_seed_goes_the_same_way_each_time(seed):
    """Step by step, or a failure could not be looked at again."""
    first, second = seeds.play(seed), seeds.play(seed)
    assert first.trace == second.trace


def test_a_failure_is_told_with_the_fewest_faults(monkeypatch):
    """The search keeps what is needed and drops the rest."""
    from sync.agent.pace import Pace
    from tests.sim.faults import Fault

    monkeypatch.setattr(Pace, "wait", lambda self, retry_after=None: 0.0)
    needed = Fault(20.0, "busy", lasts=60.0, amount=1.0)
    faults = [Fault(5.0, "restart", who=1), needed, Fault(30.0, "clock_1970", who=2)]
    failed = seeds.play(3, stores=3, faults=faults)
    assert failed.name == "S17"
    assert seeds.fewest(failed).faults == [needed]
    assert "seed 3" in seeds.told(failed)
