"""What HQ says after it went back to a backup is newer than anything it ever said, however often it goes back."""

from sync.hq.base import facts
from tests.hq.world import World


def test_revisions_rise_with_every_restore_whatever_the_backup_remembers(world: World) -> None:
    """Twice from one backup: the second time it knows nothing of the first."""
    first = world.hq.write(
        lambda unit: (facts.begin_generation(unit), facts.first_revision(unit))[1]
    )
    world.hq.write(lambda unit: unit.execute("DELETE FROM facts WHERE name = 'revision_floor'"))
    world.clock.advance(seconds=1)
    second = world.hq.write(
        lambda unit: (facts.begin_generation(unit), facts.first_revision(unit))[1]
    )
    assert second >= first + facts.REVISIONS_AHEAD
