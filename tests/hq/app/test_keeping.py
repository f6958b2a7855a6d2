"""HQ's backups: proved before the stores may forget anything, and put back as another generation."""

import pytest

from sync.doors.ids import SeededIds
from sync.hq.app import keeping
from sync.hq.base import backups, facts
from sync.hq.base.backups import NoBackup
from tests.agent.hq_world import World


@pytest.fixture
def world(tmp_path):
    """An HQ with one enrolled store and an order in its life."""
    world = World(tmp_path)
    world.order_at_hq(1)
    world.box.settle()
    world.box.settle()
    yield world
    world.close()


def backed_up(world):
    """A backup of HQ as it runs."""
    return backups.read(
        world.hq.home / "backups" / world.hq.command("back-up")["folder"].rsplit("/", 1)[1]
    )


def restored(world, chosen):
    """HQ stops, goes back, and starts."""
    world.hq.stop()
    keeping.restore(world.hq.hq.settings, chosen, clock=world.hq.clock, ids=SeededIds(77))
    world.hq.start()


def test_a_proved_backup_is_what_stores_may_rely_on(world):
    """The next answer to a push says how far."""
    assert world.box.rows("SELECT safe_through FROM sync_place") == [{"safe_through": 0}]
    backed_up(world)
    [epoch] = world.hq.rows("SELECT seq, safe_through FROM epochs")
    assert epoch["safe_through"] == epoch["seq"] > 0
    world.order_at_hq(2)
    world.box.settle()
    world.box.settle()
    assert world.box.rows("SELECT safe_through FROM sync_place") == [
        {"safe_through": epoch["seq"]}
    ]


def test_a_damaged_backup_moves_nothing(world):
    """A copy that does not hold what it says is no backup."""
    chosen = backed_up(world)
    chosen.database.write_bytes(chosen.database.read_bytes()[:-4096])
    with pytest.raises(NoBackup):
        backups.verify(chosen)
    world.hq.stop()
    before = (world.hq.home / "hq.sqlite3").read_bytes()
    with pytest.raises(NoBackup):
        keeping.restore(world.hq.hq.settings, chosen, clock=world.hq.clock, ids=SeededIds(77))
    assert (world.hq.home / "hq.sqlite3").read_bytes() == before
    world.hq.start()


def test_after_a_restore_the_stores_send_again_what_is_missing(world):
    """HQ's own watermark decides, and nothing comes twice."""
    chosen = backed_up(world)
    world.order_at_hq(2)
    world.box.settle()
    world.box.settle()
    before = world.hq.rows("SELECT event_id FROM events ORDER BY seq")
    restored(world, chosen)
    world.box.settle()
    world.box.settle()
    assert world.hq.rows("SELECT event_id FROM events ORDER BY seq") == before


def test_what_hq_says_after_a_restore_is_newer_than_what_it_forgot(world):
    """A price that was changed twice since the backup is changed once more, and the store takes it."""
    header = "sku,gtin,name_en,name_ja,aisle_order,price_minor,prep_minutes,class,zone"

    def price(milk):
        text = f"{header}\nMILK,,Milk,牛乳,1,{milk},0,shelf,chilled\n"
        world.hq.command("import-products", text=text, currency="JPY")

    price(100)
    chosen = backed_up(world)
    price(110)
    price(120)
    world.box.settle()
    generation = world.hq.rows("SELECT value FROM facts WHERE name = :n", n=facts.GENERATION)
    restored(world, chosen)
    assert (
        world.hq.rows("SELECT value FROM facts WHERE name = :n", n=facts.GENERATION) != generation
    )
    world.box.settle()
    assert world.box.rows("SELECT price_minor FROM products") == [{"price_minor": 100}]
    price(130)
    world.box.settle()
    assert world.box.rows("SELECT price_minor FROM products") == [{"price_minor": 130}]
