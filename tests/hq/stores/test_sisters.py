"""The other stores of the chain: each store hears of those near it, so that nobody is sent away without a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from sync.hq.stores.actions import sisters
from sync.hq.stores.rules import Place, Store
from tests.hq.world import World


def store(world: World, code: str, north: float, **more: Any) -> None:
    """A store so far north."""
    world.command(
        "save-store", store_id=code.lower(), code=code, name=f"Store {code}", zone="Europe/Amsterdam",
        public_host=f"{code.lower()}.localhost", pin={"label": "door", "north": north, "east": 5.0}, **more,
    )  # fmt: skip


def told(world: World, store_id: str) -> list[dict[str, Any]]:
    """What the store's box hears of stores, oldest first."""
    box = world.box(store_id)
    box.hello()
    found = [each for each in box.pull().changes if each.record_type == "store"]
    return [msgspec.json.decode(each.body) for each in found]


def test_a_store_hears_of_another_that_opens_nearby(made: Callable[..., World]) -> None:
    """With its name and how far it is; its own revision goes up, so that both ends still agree."""
    world = made()
    store(world, "HL", 52.0)
    store(world, "OS", 52.03)
    newest = told(world, "hl")[-1]
    assert [each["code"] for each in newest["sisters"]] == ["OS"]
    assert newest["revision"] == 2


def test_what_others_do_not_see_tells_them_nothing(made: Callable[..., World]) -> None:
    """A new phone number is the store's own business."""
    world = made()
    store(world, "HL", 52.0)
    store(world, "OS", 52.03)
    store(world, "OS", 52.03, phone="020 1234567")
    assert told(world, "hl")[-1]["revision"] == 2


def test_only_the_nearest_are_told() -> None:
    """A chain of thousands does not fill a store's record."""

    def at(n: int) -> Store:
        pin = Place(label="door", north=52.0 + n / 100, east=5.0)
        return Store(
            store_id=f"s{n}", code=f"S{n}", name=f"S {n}", zone="Asia/Tokyo", public_host="s.localhost", pin=pin
        )  # fmt: skip

    every = [at(n) for n in range(30)]
    found = [each.store_id for each in sisters.near(every[0], every)]
    assert found == [f"s{n}" for n in range(1, sisters.MOST + 1)]
    lost = msgspec.structs.replace(every[0], pin=None)
    assert sisters.near(lost, every) == []
