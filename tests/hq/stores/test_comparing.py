"""The night: what both ends hold is compared by values that each computed alone."""

from __future__ import annotations

import msgspec

from sync.core.digest import TableDigest, row_digest
from sync.protocol import wire
from tests.hq.world import Box, World, event, woo_order


def heads(box: Box, position: int, tables: dict[str, TableDigest]) -> wire.CompareHeads:
    """A box's first question of the night."""
    return wire.CompareHeads(
        last=wire.Mark(seq=box.seq, chain=box.chain.hex()),
        generation=box.generation,
        position=position,
        tables={
            name: wire.TableDigestText(count=table.count, buckets=table.text())
            for name, table in tables.items()
        },
    )


def spoken(world: World) -> tuple[Box, str, int]:
    """A box with one order, of which it told two things."""
    order_id = world.hook(woo_order()).json["order_id"]
    box = world.box()
    box.hello()
    position = box.pull().position
    box.push(
        event("order_received", order_id, number="A-1", origin="hq"),
        event("order_accepted", order_id),
    )
    return box, order_id, position


def test_equal_tables_are_found_equal(world: World) -> None:
    """Order by its revision, its state by number and state, the store by its own record, which its sister changed."""
    box, order_id, position = spoken(world)
    tables = {
        "order": TableDigest.of([(order_id, [1])]),
        "order_status": TableDigest.of([(order_id, ["A-1", "accepted"])]),
        "store": TableDigest.of([("harbour-lane", [2, "HL", "Asia/Tokyo"])]),
        "product": TableDigest.of([]),
        "consent": TableDigest.of([]),
    }
    answer = box.post("reconcile", heads(box, position, tables))
    said = msgspec.json.decode(answer.data, type=wire.HeadsAnswer)
    assert said.chain_equal
    assert {name: table.differing for name, table in said.tables.items()} == {
        name: [] for name in tables
    }


def test_a_row_changed_by_hand_is_named(world: World) -> None:
    """Somebody edited HQ's copy."""
    box, order_id, position = spoken(world)
    world.hq.write(
        lambda unit: unit.execute(
            "UPDATE folded SET body = replace(body, 'accepted', 'picked')"
            " WHERE record_type = 'order_status'"
        )
    )
    table = TableDigest.of([(order_id, ["A-1", "accepted"])])
    answer = box.post("reconcile", heads(box, position, {"order_status": table}))
    said = msgspec.json.decode(answer.data, type=wire.HeadsAnswer)
    differing = said.tables["order_status"].differing
    assert len(differing) == 1
    digest = f"{row_digest(order_id, ['A-1', 'accepted']):016x}"
    rows = wire.CompareRows(
        rows={"order_status": {order_id: digest}}, buckets={"order_status": differing}
    )
    found = msgspec.json.decode(box.post("reconcile", rows).data, type=wire.RowsAnswer)
    assert [(each.record_id, each.what) for each in found.differences] == [(order_id, "differs")]


def test_both_ends_compare_only_at_one_place(world: World) -> None:
    """HQ has taken an order since: sync first."""
    box, _, position = spoken(world)
    world.hook(woo_order(2))
    answer = box.post("reconcile", heads(box, position, {}))
    assert answer.json["error"]["code"] == "moved_on"


def test_the_report_of_a_night_is_kept_once_and_shown(world: World) -> None:
    """People read it in the morning."""
    box, _, position = spoken(world)
    report = wire.NightReport(
        business_date="2026-11-23",
        seq=2,
        position=position,
        chain_equal=True,
        digests_equal=False,
        tables={"order": 1},
        differences=[wire.Difference(table="order", record_id="o9", what="missing_at_hq")],
    )
    for _ in range(2):
        assert box.post("reconcile", report).status_code == 200
    [night] = world.table("nights")
    assert (night["store_id"], night["equal"]) == ("harbour-lane", 0)
