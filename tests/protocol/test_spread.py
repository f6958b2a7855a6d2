"""Which front door a store belongs to: the same answer everywhere, evenly, and only what must move moves."""

from __future__ import annotations

from collections import Counter

from sync.protocol import spread

DOORS = [f"http://10.0.0.{n}:8443" for n in range(1, 6)]
HOSTS = [f"store-{n}.shop.example" for n in range(2000)]


def test_everybody_comes_to_the_same_order():
    """Whatever the order of the list, the port in the name, or its spelling."""
    first = spread.in_order("harbour-lane.example", DOORS)
    assert sorted(first) == sorted(DOORS)
    assert spread.in_order("Harbour-Lane.example:8443", reversed(DOORS)) == first


def test_stores_are_spread_evenly():
    """2,000 names over five doors: none has a fifth more or less than its share."""
    owners = Counter(spread.in_order(host, DOORS)[0] for host in HOSTS)
    assert all(0.8 * 400 < owners[door] < 1.2 * 400 for door in DOORS)


def test_a_door_that_goes_moves_its_own_stores_only_and_to_all_others():
    """Every other store stays where it was; those that move do not fall upon one door."""
    gone, *left = DOORS
    moved = Counter()
    for host in HOSTS:
        before, after = (spread.in_order(host, doors)[0] for doors in (DOORS, left))
        assert before in (gone, after)
        if before == gone:
            assert after == spread.in_order(host, DOORS)[1], "the next one that its ticket names"
            moved[after] += 1
    assert all(moved[door] > 60 for door in left)


def test_a_list_is_read_in_one_spelling():
    """Blanks, a slash at the end, capitals and repetitions mean nothing."""
    assert spread.listed(" http://A:1/, http://b:2 ,http://a:1,") == ["http://a:1", "http://b:2"]
    assert spread.listed("") == []
