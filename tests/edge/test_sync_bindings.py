"""What HQ sends is applied page by page; what cannot be applied waits and holds up nothing."""

import json
from pathlib import Path

import msgspec
import pytest

from edge import app
from edge.arrivals.memory import RangeMemory
from edge.base import log as event_log
from edge.base import store_record, sync_store
from edge.sync_bindings import apply_page
from edge.sync_bindings.disk import EdgeDisk
from sync.core import chain, hlc
from sync.protocol import batch
from sync.protocol.wire import Change, NightReport, Page
from tests.world import open_edge

RECORDS = Path(__file__).parents[1] / "contract" / "records"


@pytest.fixture
def edge(tmp_path):
    """An open store with every table."""
    edge = open_edge(tmp_path, app.MIGRATIONS)
    for part in app.PARTS:
        edge.put_part(part())
    yield edge
    edge.close()


def change(position, name, nth=0, **more):
    """A recorded body of one type, as a change in the feed."""
    body = json.loads((RECORDS / f"{name}.json").read_text("utf-8"))["down"][nth]
    fields = {
        "record_type": name,
        "record_id": f"{name}-1",
        "revision": body.get("revision", 1),
        "body": msgspec.Raw(json.dumps(body).encode()),
    }
    return Change(**{"position": position, **fields, **more})


def page(*changes, generation="g1"):
    """A page that ends with its last change."""
    last = changes[-1].position
    return Page(generation=generation, position=last, head=last, changes=list(changes))


def rows(edge, sql):
    """What the database holds."""
    with edge.read() as reader:
        return [tuple(row) for row in reader.rows(sql)]


def waiting(edge):
    """Records that could not be applied."""
    with edge.read() as reader:
        return [(each.record_type, each.record_id) for each in sync_store.unapplied(reader)]


def place(edge):
    """Generation and position."""
    with edge.read() as reader:
        found = sync_store.place(reader)
    return found["generation"], found["position"]


EVERYTHING = ("store", "product", "order", "offer", "consent", "profile")


def test_every_recorded_body_is_applied(edge):
    """One page with one of each; the cursor moves with it."""
    apply_page(edge, page(*(change(n, name) for n, name in enumerate(EVERYTHING, 1))))
    assert waiting(edge) == []
    assert place(edge) == ("g1", 6)
    assert rows(edge, "SELECT COUNT(*) FROM orders") == [(1,)]
    assert rows(edge, "SELECT COUNT(*) FROM products") == [(1,)]
    assert rows(edge, "SELECT COUNT(*) FROM consent_grants") == [(1,)]
    with edge.read() as reader:
        assert store_record.load(reader).name_ja == "港通り店"


def test_a_page_twice_is_a_page_once(edge):
    """The reply was lost after the commit."""
    once = page(*(change(n, name) for n, name in enumerate(EVERYTHING, 1)))
    apply_page(edge, once)
    before = edge.log.durable_seq
    apply_page(edge, once)
    assert edge.log.durable_seq == before


@pytest.mark.parametrize(
    "bad",
    [
        {"record_type": "order", "body": msgspec.Raw(b"{}")},
        {"record_type": "order", "body": msgspec.Raw(b"[1")},
        {"record_type": "weather", "body": msgspec.Raw(b"{}")},
        {"record_type": "order_status", "body": msgspec.Raw(b"{}")},
        {"record_type": "product", "body": msgspec.Raw(b'{"sku": 3}')},
    ],
    ids=["empty", "broken", "unheard of", "of the other way", "wrong type"],
)
def test_a_bad_change_waits_visibly_and_its_neighbours_are_applied(edge, bad):
    """Poison, broken JSON, a type of tomorrow, a type that only goes up."""
    poison = change(2, "order", record_id="poison", **bad)
    apply_page(edge, page(change(1, "product"), poison, change(3, "order")))
    assert waiting(edge) == [(bad["record_type"], "poison")]
    assert rows(edge, "SELECT COUNT(*) FROM orders") == [(1,)]
    assert place(edge) == ("g1", 3)


def test_a_later_revision_that_can_be_applied_ends_the_waiting(edge):
    """HQ mended it."""
    apply_page(edge, page(change(1, "product", body=msgspec.Raw(b"{}"))))
    assert waiting(edge) == [("product", "product-1")]
    apply_page(edge, page(change(2, "product", 1)))
    assert waiting(edge) == []


def test_a_use_of_an_offer_that_is_told_back_before_the_offer_waits_for_it(edge):
    """After two restores the feed may have them in this order."""
    offer = json.loads((RECORDS / "offer.json").read_text("utf-8"))["down"][0]
    used = {
        "redemption_id": "r1", "offer_id": offer["offer_id"], "store_id": "harbour-lane",
        "redeemed_at": "2026-11-23T00:00:00+00:00", "surface": "qr", "price_minor": 1, "currency": "JPY",
    }  # fmt: skip
    body = msgspec.Raw(json.dumps(used).encode())
    told = Change(position=1, record_type="redemption", record_id="r1", revision=1, body=body)
    apply_page(edge, page(told))
    assert waiting(edge) == [("redemption", "r1")]
    apply_page(edge, page(change(2, "offer")))
    assert waiting(edge) == []
    assert rows(edge, "SELECT redemption_id FROM redemptions") == [("r1",)]


def test_a_profile_that_is_gone_is_forgotten(edge):
    """A tombstone travels as others do."""
    apply_page(edge, page(change(1, "profile", record_id="c-7f3a")))
    gone = Change(
        position=2, record_type="profile", record_id="c-7f3a", revision=2, tombstone=True
    )
    apply_page(edge, page(gone))
    assert rows(edge, "SELECT COUNT(*) FROM profiles") == [(0,)]


def test_what_hq_told_is_marked_as_such_in_the_log(edge):
    """So that it is not taken for the store's own news."""
    apply_page(edge, page(change(1, "order")))
    with edge.read() as reader:
        origins = {each.kind: each.origin for each in event_log.read_after(reader, 0)}
    assert origins["order_received"] == "hq"


def test_the_log_is_pushed_as_it_was_chained(edge):
    """Also after a body was erased."""
    apply_page(edge, page(change(1, "product"), change(2, "order")))
    disk = EdgeDisk(edge)
    edge.write(
        lambda unit: unit.execute("UPDATE events SET body = NULL, salt = NULL WHERE seq = 1")
    )
    ends = disk.ends()
    sent = batch.Batch(
        store_id="s",
        epoch=edge.epoch,
        first_seq=1,
        prev_chain=chain.genesis(edge.epoch).hex(),
        events=disk.events_after(0, 100),
        last_chain=ends.last_chain.hex(),
    )
    found = batch.links(sent)
    assert [each.event_id for each in found] == [
        row[0] for row in rows(edge, "SELECT event_id FROM events ORDER BY seq")
    ]
    assert sent.events[0].is_erased
    assert disk.chain_at(ends.last_seq) == ends.last_chain
    assert disk.chain_at(0) == chain.genesis(edge.epoch)
    assert disk.chain_at(99) is None


def test_what_is_remembered_survives_and_nothing_else_is_taken(edge):
    """Request numbers, cursor, watermark."""
    disk = EdgeDisk(edge)
    disk.remember(sequence=1000, acked=7)
    assert (disk.remembered().sequence, disk.remembered().acked) == (1000, 7)
    with pytest.raises(ValueError, match="nonsense"):
        disk.remember(nonsense=1)


def test_another_enrolment_reads_the_feed_from_its_start(edge):
    """Another HQ, another feed; the numbers of requests go on."""
    disk = EdgeDisk(edge)
    disk.remember(sequence=1000, acked=7, position=5, generation="g")
    edge.write(lambda unit: sync_store.enrol(unit, "harbour-lane"))
    assert disk.store_id() == "harbour-lane"
    assert (disk.remembered().position, disk.remembered().acked) == (0, 0)
    assert disk.remembered().sequence == 1000


@pytest.mark.parametrize(
    ("hq_at", "state"),
    [
        ("2026-11-23T00:00:30+00:00", hlc.SYNCED),
        ("2026-11-23T00:02:00+00:00", hlc.UNSYNCED),
        ("1970-01-01T00:00:00+00:00", hlc.UNSYNCED),
        ("", hlc.UNSYNCED),
        ("soon", hlc.UNSYNCED),
    ],
)
def test_events_say_whether_our_clock_is_near_hqs(edge, hq_at, state):
    """Within a minute is near; nothing is refused because of it."""
    EdgeDisk(edge).compare_clock(hq_at)
    assert edge.log.clock_state == state


def test_a_night_that_is_owed_is_settled_by_its_report(edge):
    """Reports are kept, the newest first; a second try of one date replaces the first."""
    edge.write(lambda unit: sync_store.owe_night(unit, "2026-11-22"))
    disk = EdgeDisk(edge)
    for equal in (False, True):
        disk.keep_report(
            NightReport(
                business_date="2026-11-22", seq=1, position=1, chain_equal=True,
                digests_equal=equal, tables={},
            )
        )  # fmt: skip
    with edge.read() as reader:
        assert sync_store.night_owed(reader) == ""
        assert [night.is_equal for night in sync_store.nights(reader)] == [True]


def test_a_store_that_changes_its_zone_learns_by_the_new_hours_at_once(edge):
    """Not only after the next lesson or a restart."""
    moved = change(1, "store")
    body = json.loads(bytes(moved.body)) | {"time_zone": "Europe/Amsterdam"}
    apply_page(edge, page(change(1, "store", body=msgspec.Raw(json.dumps(body).encode()))))
    assert waiting(edge) == []
    assert edge.part(RangeMemory).learned.time_zone == "Europe/Amsterdam"
