"""Tickets for a store's own line, where HQ has several front doors."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sync.protocol import relay, spread, wire
from sync.protocol.limits import pack
from tests.hq.world import World


def test_with_several_front_doors_a_ticket_each_in_the_stores_own_order(
    made: Callable[..., World],
) -> None:
    """Its own door first, the next ones after it; each ticket is for that door only."""
    inner = [f"http://127.0.0.{n}:1" for n in range(5, 11)]
    outer = [f"https://door{n}.example" for n in range(5, 11)]
    world = made(front_door_url=", ".join(inner), line_url=",".join(outer))
    world.add_stores("harbour-lane")
    box = world.box()
    box.hello()
    said = msgspec.json.decode(box.post("line-ticket", pack(b"{}")).data, type=wire.LineTicket)
    ways = [wire.LineWay(ticket=said.ticket, url=said.url), *said.others]
    order = spread.in_order("harbour-lane.localhost", inner)[: relay.WAYS_LIMIT]
    assert [way.url for way in ways] == [outer[inner.index(door)] for door in order]
    tickets = [
        relay.verify_ticket(world.hq.secret("line.key"), way.ticket, now=world.clock.wall())
        for way in ways
    ]
    assert [ticket.door for ticket in tickets] == [spread.door_name(door) for door in order]
    assert len({ticket.nonce for ticket in tickets}) == len(tickets)


def test_before_a_load_balancer_one_ticket_for_any_door(made: Callable[..., World]) -> None:
    """Which of them the balancer leads to, nobody knows."""
    world = made(
        front_door_url="http://127.0.0.1:1,http://127.0.0.2:1", line_url="https://door.example"
    )
    world.add_stores("harbour-lane")
    box = world.box()
    box.hello()
    said = msgspec.json.decode(box.post("line-ticket", pack(b"{}")).data, type=wire.LineTicket)
    ticket = relay.verify_ticket(world.hq.secret("line.key"), said.ticket, now=world.clock.wall())
    assert (said.url, said.others, ticket.door) == ("https://door.example", [], "")
