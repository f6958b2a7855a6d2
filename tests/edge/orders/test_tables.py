"""A store of an earlier version keeps its orders, with all that they went through."""

from __future__ import annotations

from datetime import timedelta

from sqlite_utils import Database

from edge.app import MIGRATIONS
from edge.base import schema, timers, times
from edge.base.database import open_writer
from edge.orders import store
from edge.orders.rules import State
from tests.world import OPENING, open_edge

FORMER = (
    """INSERT INTO orders (order_id, number, store_day, source, source_id, shown_number, customer_key, token_hash,
         code_tag, placed_at, promise_at, hold_until, currency, lang, revision, state, is_open, finish, bin, bags,
         picking_by, bringing_by)
       VALUES ('o2', 'A-2', '2026-11-22', 's', '2', '2', 'c2', 't2', 'k2', :at, :at, :later, 'JPY', 'en', 1,
               'picking', 1, 'none', '', 0, 'ken', ''),
              ('o1', 'A-1', '2026-11-22', 's', '1', '1', 'c1', 't1', 'k1', :at, :at, :later, 'JPY', 'en', 1,
               'cancelled', 0, 'none', 'B1', 1, '', '')""",
    """INSERT INTO order_lines (order_id, line_no, sku, name, qty, unit_price_minor, zone, aisle_order, made_to_order,
         prep_seconds, age_check, substitute_allowed, picked_qty, counted, substitute)
       VALUES ('o2', 2, 'Y', 'Tea', 3, 120, 'chilled', 4, 0, 0, 1, 1, 1, 1,
               '{"sku":"Z","name":"Green tea","qty":2,"unit_price_minor":100}'),
              ('o2', 1, 'X', 'Soup', 1, 300, 'ambient', 9, 1, 240, 0, 0, NULL, 0, NULL),
              ('o1', 1, 'X', 'Soup', 2, 300, 'ambient', 9, 1, 240, 0, 0, NULL, 0, NULL)""",
    """INSERT INTO milestones VALUES ('o1', 'cancelled', :later, 'mia'), ('o1', 'received', :at, 'system'),
                                    ('o2', 'received', :later, 'system')""",
    "INSERT INTO order_reasons VALUES ('o1', 'cancel', 'asked', 'mia')",
    "INSERT INTO order_numbers VALUES ('2026-11-22', 'A-2')",
    "INSERT INTO timers (kind, ref, due_at) VALUES ('hold_ends', 'o2', :later)",
)


def former_store(home) -> None:
    """The database as it was before courses lay in their orders, with two of them."""
    connection = open_writer(home / "store.db")
    database = Database(connection)
    schema.migrations.apply(database, stop_before="timers_in_the_order_of_their_setting")
    store.migrations.apply(database, stop_before="course_in_the_order_itself")
    later = times.text(OPENING + timedelta(hours=1))
    for words in FORMER:
        connection.execute(words, {"at": times.text(OPENING), "later": later})
    connection.close()


def test_orders_of_a_former_version_are_taken_over_whole(tmp_path):
    """States, lines, milestones, reasons, the last number and the timers."""
    former_store(tmp_path)
    edge = open_edge(tmp_path, MIGRATIONS)
    with edge.read() as reader:
        first, second = (store.load(reader, each) for each in ("o1", "o2"))
        course = [(each.state, each.by) for each in store.milestones(reader, "o1")]
        assert store.over_at(reader, "o1") == OPENING + timedelta(hours=1)
        assert store.reached_at(reader, "o2", State.ACCEPTED) is None
        assert store.reason_of(reader, "o1", "cancel") == "asked"
        assert store.reason_of(reader, "o2", "cancel") == ""
        assert store.last_number(reader, "2026-11-22") == "A-2"
        [timer] = timers.due(reader, second.hold_until)
    assert (timer.kind, timer.ref) == ("hold_ends", "o2")
    assert course == [("received", "system"), ("cancelled", "mia")]
    assert (first.state, first.lines[0].qty, len(first.lines)) == (State.CANCELLED, 2, 1)
    soup, tea = second.lines
    assert (soup.facts.made_to_order, soup.facts.prep_seconds, soup.picked_qty) == (
        True,
        240,
        None,
    )
    assert (tea.age_check, tea.substitute_allowed, tea.counted, tea.given_qty) == (
        True,
        True,
        1,
        3,
    )
    assert tea.substitute is not None
    assert edge.write(lambda unit: timers.take(unit, timer))
    edge.close()
