"""A store's box and HQ: greeting, pushing, pulling, and nothing for anybody else."""

from __future__ import annotations

import msgspec
import pytest

from sync.hq.http import ROUTES, Who
from sync.protocol import wire
from sync.protocol.limits import pack
from tests.hq.world import Box, World, event, woo_order


def test_a_box_becomes_a_store_by_a_code_that_works_once(world: World) -> None:
    """The second box with the same code is refused."""
    code = world.command("enrol-store", store_id="harbour-lane")["code"]
    first, second = Box(world, "harbour-lane", 1), Box(world, "harbour-lane", 2)
    enrolled = msgspec.json.decode(first.enrol(code).data, type=wire.Enrolled)
    assert (enrolled.store_id, enrolled.name) == ("harbour-lane", "Harbour Lane")
    assert second.enrol(code).json["error"]["code"] == "code_refused"


def test_an_enrolment_code_ends_after_ten_minutes(world: World) -> None:
    """Whoever finds the note later cannot use it."""
    code = world.command("enrol-store", store_id="harbour-lane")["code"]
    world.clock.advance(minutes=10)
    assert Box(world, "harbour-lane").enrol(code).status_code == 403


def test_a_new_box_shuts_the_old_one_out(world: World) -> None:
    """At most one box is the store."""
    old, new = world.box(seed=1), world.box(seed=2)
    assert old.hello().status_code == 401
    assert new.hello().status_code == 200


def test_a_box_that_was_shut_out_is_refused_at_once(world: World) -> None:
    """Lost or stolen."""
    box = world.box()
    assert box.hello().status_code == 200
    world.command("shut-out", store_id="harbour-lane")
    assert box.post("pull", wire.Pull(generation=box.generation, position=0)).status_code == 401


def test_events_are_kept_folded_and_acknowledged_in_one_go(world: World) -> None:
    """The watermark stands at the last event, and the order's state is known."""
    box = world.box()
    box.hello()
    reply = box.push(
        event("order_received", "o1", number="A-17", order_id="o1", lines=2),
        event("order_accepted", "o1", order_id="o1"),
    )
    assert (reply.watermark.seq, reply.watermark.chain) == (2, box.chain.hex())
    states = {
        row["record_type"]: msgspec.json.decode(row["body"]) for row in world.table("folded")
    }
    assert states["order_status"]["state"] == "accepted"
    assert states["order_status"]["number"] == "A-17"


def test_a_batch_twice_has_the_effect_of_once(world: World) -> None:
    """The answer was lost; the box sends again."""
    box = world.box()
    box.hello()
    batch = box.batch(event("order_received", "o1", number="A-1", order_id="o1", lines=1))
    first, second = box.post("push", batch), box.post("push", batch)
    assert first.json == second.json
    assert len(world.table("events")) == 1


def test_a_batch_that_overlaps_is_taken_from_where_it_is_new(world: World) -> None:
    """HQ committed half of what the box thinks."""
    box = world.box()
    box.hello()
    events = [event("order_accepted", f"o{n}", order_id=f"o{n}") for n in range(4)]
    box.post("push", box.batch(*events[:2]))
    again = Box(world, "harbour-lane")
    again.sequence, again.nonce = box.sequence, box.nonce
    assert again.push(*events).watermark.seq == 4
    assert len(world.table("events")) == 4


def test_a_gap_is_refused_with_the_place_to_resume(world: World) -> None:
    """Nothing is ever taken across a hole."""
    box = world.box()
    box.hello()
    box.batch(event("order_accepted", "o1"))
    answer = box.post("push", box.batch(event("order_accepted", "o2")))
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "gap")
    assert answer.json["error"]["details"]["seq"] == "0"


def test_another_history_is_a_fork(world: World) -> None:
    """The box was restored, and went on differently."""
    box = world.box()
    box.hello()
    box.push(event("order_accepted", "o1"), event("order_accepted", "o2"))
    restored = Box(world, "harbour-lane")
    restored.sequence, restored.nonce = box.sequence, box.nonce
    restored.batch(event("order_accepted", "other"), event("order_accepted", "o2"))
    answer = restored.post("push", restored.batch(event("order_accepted", "o3")))
    assert answer.json["error"]["code"] == "forked"
    shorter = Box(world, "harbour-lane")
    shorter.sequence, shorter.nonce = restored.sequence, box.nonce
    same_length = shorter.batch(event("order_accepted", "x"), event("order_accepted", "y"))
    assert shorter.post("push", same_length).json["error"]["code"] == "forked"
    assert len(world.table("events")) == 2


def test_a_poison_event_waits_and_parks_only_its_own_thing(world: World) -> None:
    """Stored = applied + quarantined + parked."""
    box = world.box()
    box.hello()
    reply = box.push(
        event("order_handed_over", "o1"),
        event("order_accepted", "o1"),
        event("order_accepted", "o2"),
        event("order_received", "o3", number="A-3", lines="many"),
        event("something_new", "o4"),
    )
    assert reply.watermark.seq == 5
    assert [each.seq for each in reply.quarantined] == [2, 4]
    later = box.push(event("order_picked", "o1"), event("order_picked", "o2"))
    assert [each.seq for each in later.quarantined] == [6]
    waiting = {row["seq"]: row["parked"] for row in world.table("quarantine")}
    assert waiting == {2: 0, 4: 0, 6: 1}
    states = {
        row["record_id"]: msgspec.json.decode(row["body"])["state"]
        for row in world.table("folded")
        if row["record_type"] == "order_status"
    }
    assert states == {"o1": "handed_over", "o2": "picked"}


def test_the_feed_holds_the_store_itself_and_its_orders_in_commit_order(world: World) -> None:
    """Paged, and nothing of another store."""
    world.hook(woo_order(1))
    world.hook(woo_order(2))
    box = world.box()
    box.hello()
    page = box.pull(limit=2)
    assert [change.record_type for change in page.changes] == ["store", "order"]
    assert msgspec.json.decode(page.changes[0].body)["north"] == 35.44
    rest = box.pull(page.position)
    assert [change.position for change in rest.changes] == [4]
    assert rest.position == rest.head == 4
    other = world.box("mill-square", seed=9)
    other.hello()
    assert [change.record_type for change in other.pull().changes] == ["store"]


def test_a_catalogue_reaches_every_store_and_a_new_store_gets_all_of_it(world: World) -> None:
    """Only what changed travels again."""
    header = "sku,gtin,name_en,name_ja,aisle_order,price_minor,prep_minutes,class,zone\n"
    rows = [
        "SKU-001,,Rice,米,1,500,,shelf,ambient\n",
        "SKU-061,,Coffee,,,300,4,made_to_order,ambient\n",
    ]
    said = world.command("import-products", text=header + "".join(rows), currency="JPY")
    assert said == {"products": 2, "changed": 2}
    rows[0] = rows[0].replace("500", "520")
    assert (
        world.command("import-products", text=header + "".join(rows), currency="JPY")["changed"]
        == 1
    )
    box = world.box()
    box.hello()
    products = {c.record_id: c for c in box.pull().changes if c.record_type == "product"}
    assert (products["SKU-001"].revision, products["SKU-061"].revision) == (2, 1)


def test_a_replayed_request_is_refused(world: World) -> None:
    """Byte for byte the same, a moment or a session later."""
    box = world.box()
    box.hello()
    body = pack(wire.encode(box.batch(event("order_accepted", "o1"))))
    headers = box.signed("push", body)
    assert box.send("push", body, headers).status_code == 200
    assert box.send("push", body, headers).json["error"]["code"] == "sequence_seen"
    box.hello()
    assert box.send("push", body, headers).json["error"]["code"] == "unknown_session"


def test_a_changed_request_is_refused(world: World) -> None:
    """Another body, another path, no signature, an unknown key."""
    box = world.box()
    box.hello()
    body = pack(wire.encode(wire.Pull(generation=box.generation, position=0)))
    headers = box.signed("pull", body)
    assert box.send("pull", pack(b"{}"), headers).status_code == 401
    assert box.send("line-ticket", body, headers).status_code == 401
    assert box.send("pull", body, {}).status_code == 401
    stranger = Box(world, "harbour-lane", seed=99)
    assert stranger.hello().status_code == 401


def test_rubbish_with_a_good_signature_is_a_clear_refusal(world: World) -> None:
    """Not gzip, a bomb, broken JSON, the wrong shape: 4xx, and nothing changed."""
    box = world.box()
    box.hello()
    for body in (b"plain", pack(b"{"), pack(b"[]"), pack(b"0" * 20_000_000), pack(b"[" * 5000)):
        for path in ("push", "pull", "reconcile"):
            answer = box.post(path, body)
            assert 400 <= answer.status_code < 500, (path, body[:10], answer.text)
            assert set(answer.json) == {"error"}
    assert world.table("events") == []


STORE_ROUTES = sorted(
    route.path.removeprefix("/sync/v1/") for route in ROUTES.values() if route.who is Who.STORE
)


@pytest.mark.parametrize("path", STORE_ROUTES)
def test_a_stores_key_opens_only_that_stores_data(world: World, path: str) -> None:
    """Whatever route, and whatever store the body names: the answer is about the caller, or no."""
    for n in range(3):
        world.hook(woo_order(n + 1))
    box = world.box("mill-square", seed=5)
    box.hello()
    foreign = {
        "hello": wire.Hello(
            store_id="harbour-lane", epoch="e" * 32, first_kept=1,
            last=wire.Mark(seq=0, chain="0" * 64),
        ),
        "push": msgspec.structs.replace(
            box.batch(event("order_accepted", "o1")), store_id="harbour-lane"
        ),
        "pull": wire.Pull(generation=box.generation, position=0),
        "reconcile": wire.CompareRows(rows={"order": {}}, buckets={"order": list(range(1024))}),
        "fork": wire.LookBack(epoch="e" * 32, marks=[wire.Mark(seq=0, chain="0" * 64)]),
        "line-ticket": wire.Pull(generation="", position=0),
        "health": wire.StoreHealth(at="harbour-lane", last_seq=0),
    }  # fmt: skip
    answer = box.post(path, foreign[path])
    assert "harbour-lane" not in answer.text or answer.status_code == 404
    assert world.table("events") == []


def test_a_line_ticket_is_for_the_stores_own_public_name(world: World) -> None:
    """The front door knows HQ's word by the secret that both share."""
    from sync.protocol import relay

    box = world.box()
    box.hello()
    answer = box.post("line-ticket", pack(b"{}"))
    said = msgspec.json.decode(answer.data, type=wire.LineTicket)
    ticket = relay.verify_ticket(world.hq.secret("line.key"), said.ticket, now=world.clock.wall())
    assert (ticket.store_id, ticket.public_host) == ("harbour-lane", "harbour-lane.localhost:8443")


def test_a_cursor_of_another_generation_is_refused(world: World) -> None:
    """HQ went back to a backup: the store must read the feed from its start."""
    box = world.box()
    box.hello()
    answer = box.post("pull", wire.Pull(generation="other", position=0))
    assert answer.json["error"]["code"] == "generation_changed"


def test_an_event_issued_again_has_its_effect_once(world: World) -> None:
    """After a restore a new incarnation sends what HQ lacks, under the ids it was born with."""
    box = world.box(seed=1)
    box.hello()
    box.push(event("order_received", "o1", number="A-1", order_id="o1", lines=1))
    [first] = world.table("events")
    restored = world.box(seed=2)
    restored.hello()
    known = msgspec.structs.replace(event("order_cancelled", "o1"), original_id=first["event_id"])
    lacking = msgspec.structs.replace(event("order_accepted", "o2"), original_id="f" * 32)
    assert restored.push(known, lacking).watermark.seq == 2
    states = {
        row["record_id"]: msgspec.json.decode(row["body"])["state"]
        for row in world.table("folded")
        if row["record_type"] == "order_status"
    }
    assert states == {"o1": "received", "o2": "accepted"}


def test_what_waits_is_tried_again_in_order_when_it_is_asked_for(world: World) -> None:
    """Mended: applied, with all that was parked behind it. Not mended: it waits on."""
    box = world.box()
    box.hello()
    box.push(
        event("order_handed_over", "o1"), event("order_picked", "o1"), event("order_ready", "o1")
    )
    assert world.command("retry-waiting") == {"tried": 2, "still_waiting": 2}
    world.hq.write(lambda unit: unit.execute("DELETE FROM folded"))
    assert world.command("retry-waiting") == {"tried": 2, "still_waiting": 0}
    [row] = [row for row in world.table("folded") if row["record_type"] == "order_status"]
    assert msgspec.json.decode(row["body"])["state"] == "ready"
    assert world.table("quarantine") == []
