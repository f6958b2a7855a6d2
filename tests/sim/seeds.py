"""Playing seeds: each twice where asked, a failing one told with the fewest faults that still make it fail."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from sync.core import shapes
from tests.sim import machines, sealing
from tests.sim.faults import Fault, swarm
from tests.sim.run import BUSY_SECONDS, Run
from tests.sim.time_and_chance import chance

SIGNS_FOR_REAL = 10
MOST_TRIES = 60
TOLD_LINES = 40


@dataclass
class Result:
    """What became of one seed."""

    seed: int
    digest: str
    problem: str = ""
    name: str = ""
    stores: int = 0
    faults: list[Fault] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether every invariant held."""
        return not self.problem


def make_ready() -> None:
    """Once a process: writers without threads, and no log of the troubles that we make ourselves."""
    machines.install()
    shapes.make_ready()
    logging.disable(logging.CRITICAL)


def make_undone() -> None:
    """Other tests of this process want the real writers, and the log."""
    machines.uninstall()
    sealing.use(quick=False)
    logging.disable(logging.NOTSET)


def stores_of(seed: int) -> int:
    """Three to five; one seed in fifty plays a larger chain."""
    return 12 if seed % 50 == 49 else 3 + seed % 3


def faults_of(seed: int, stores: int) -> list[Fault]:
    """What goes wrong in a seed."""
    return swarm(chance(seed, "faults"), stores=stores, seconds=BUSY_SECONDS)


def play(
    seed: int, *, stores: int = 0, faults: Sequence[Fault] | None = None, real: bool = False
) -> Result:
    """One run of a seed, with its own faults or with these."""
    stores = stores or stores_of(seed)
    chosen = faults_of(seed, stores) if faults is None else list(faults)
    sealing.use(quick=not real and seed % SIGNS_FOR_REAL != 0)
    result = Result(seed, "", stores=stores, faults=chosen)
    run = Run(seed, stores=stores, faults=chosen)
    try:
        run.play()
    except AssertionError as broken:
        result.problem, result.name = str(broken), getattr(broken, "name", "assertion")
    except Exception as broken:  # noqa: BLE001 - whatever it is, the seed is to be named
        result.problem, result.name = f"{type(broken).__name__}: {broken}", type(broken).__name__
    finally:
        run.close()
    result.digest, result.trace = run.digest, run.trace
    return result


def play_twice(seed: int, *, stores: int = 0) -> Result:
    """The same seed has to go the same way, step by step."""
    first, second = play(seed, stores=stores), play(seed, stores=stores)
    if first.is_good and first.digest != second.digest:
        first.problem, first.name = "it went another way the second time", "repeatable"
    return first


def play_all(
    seeds: Iterable[int], *, stores: int = 0, twice: bool = False, jobs: int = 1
) -> Iterable[Result]:
    """Seed by seed."""
    one = partial(play_twice if twice else play, stores=stores)
    if jobs == 1:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(jobs, initializer=make_ready) as pool:
        yield from pool.map(one, seeds, chunksize=8)


def fewest(failed: Result) -> Result:
    """The same kind of failure with as few faults as a bounded search finds: halves first, then one by one."""
    best, tries, size = failed, 0, max(1, len(failed.faults) // 2)
    while size >= 1 and tries < MOST_TRIES:
        start = 0
        while start < len(best.faults) and tries < MOST_TRIES:
            fewer = best.faults[:start] + best.faults[start + size :]
            tried = play(failed.seed, stores=failed.stores, faults=fewer)
            tries += 1
            if tried.name == failed.name:
                best = tried
            else:
                start += size
        size //= 2
    return best


def told(failed: Result) -> str:
    """What somebody needs to see it again, and the end of the trace."""
    small = fewest(failed)
    faults = "\n".join(f"    {each.said()}," for each in small.faults)
    return "\n".join(
        [
            f"seed {small.seed} with {small.stores} stores: {small.problem}",
            f"  needs {len(small.faults)} of {len(failed.faults)} faults:",
            faults,
            *(f"  {line}" for line in small.trace[-TOLD_LINES:]),
        ]
    )
