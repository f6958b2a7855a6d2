"""What is asked all day never reads a table that grows with the years from end to end."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

from edge.app import create_app, open_store
from edge.base import store_record
from edge.base.store_record import StoreRecord
from edge.orders.rules import codes
from edge.staff import actions as staff
from tests.bench import shop
from tests.world import client_of

# They keep a row for each order, or more, for as long as the store lives.
GROWING = (
    *("orders", "order_lines", "order_ratings", "order_notices"),
    *("events", "journeys", "redemptions", "extras", "help_calls", "consent_grants"),
    *("consent_standing", "consent_refusals", "profile_reasons", "profiles", "answers"),
)
_SCAN = re.compile(rf"^SCAN ({'|'.join(GROWING)})\b(?! USING (?:COVERING )?INDEX)")
# An index over open rows only is as small as the day.
_PARTIAL = re.compile(r"^SCAN \w+ USING (?:COVERING )?INDEX (\w+)")
TOKEN = "PLANS0000000000000000TRAVE"


class Asked:
    """A store, a paired screen, and every statement that was run since `listen`."""

    def __init__(self, home) -> None:
        self.edge = open_store(home)
        record = StoreRecord(store_id="harbour-lane", code="HL", name="Harbour Lane")
        self.edge.write(lambda unit: store_record.save(unit, record))
        self.client = client_of(create_app(self.edge))
        code = self.edge.write(
            lambda unit: staff.make_code(unit, at=self.edge.clock.wall(), by="cli")
        )
        paired = self.ask("POST", "/api/v1/devices", {"code": code, "name": "board"}, 201)
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {paired['device_token']}"
        self.said: set[str] = set()

    def ask(self, method, path, body=None, status=200):
        """A decoded answer."""
        answer = self.client.open(path, method=method, json=body)
        assert answer.status_code == status, answer.text
        return answer.json

    def listen(self) -> None:
        """From now on note what is run: the one reader that waits, and the writer."""
        for connection in (*self.edge._readers._idle, self.edge._writer._connection):
            connection.set_trace_callback(self.said.add)

    def scans(self, statements) -> list[str]:
        """Those that read a growing table, or a whole index of one, from end to end."""
        database = sqlite3.connect(self.edge.home / "store.db")
        partial = {
            name
            for name, sql in database.execute("SELECT name, sql FROM sqlite_schema WHERE sql > ''")
            if " WHERE " in sql
        }
        found = []
        for words in statements:
            plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {words}")]
            through = [_PARTIAL.match(step) for step in plan]
            whole = [step[1] for step in through if step and step[1] not in partial]
            if any(_SCAN.match(step) for step in plan) or whole:
                found.append(f"{' '.join(words.split())} -> {plan}")
        database.close()
        return found


@pytest.fixture
def asked(tmp_path):
    it = Asked(tmp_path / "store")
    yield it
    it.edge.close()


def test_what_is_asked_all_day_finds_its_rows_by_an_index(asked):
    """Orders coming in, the board, a phone on its way, a pass that is looked at, a code that is scanned."""
    asked.ask("POST", "/api/v1/orders", shop.order(1, pass_token=TOKEN), 201)
    asked.listen()
    taken = asked.ask("POST", "/api/v1/orders", shop.order(2), 201)
    state = asked.ask("GET", f"/p/{TOKEN}/state")
    yes = {"answer": "yes", "served_id": state["consent"]["served_id"]}
    asked.ask("POST", f"/p/{TOKEN}/consent", yes)
    asked.ask("POST", f"/p/{TOKEN}/on-my-way", {})
    now = asked.edge.clock.now().timestamp()
    report = {"seq": 1, "t": now, "distance_m": 4000, "accuracy_m": 9}
    asked.ask("POST", f"/p/{TOKEN}/ranges", {"reports": [report]})
    asked.ask("GET", f"/p/{TOKEN}/state")
    asked.ask("GET", "/api/v1/board")
    asked.ask("GET", f"/api/v1/board/orders/{taken['order_id']}")
    code = codes.handover_code(asked.edge.pepper, codes.token_hash(TOKEN))
    asked.client.post("/api/v1/check-in", json={"scan": f"SE.HL.{code}"})
    asked.client.post("/api/v1/board/scans", json={"scan": f"SE.HL.{code}"})
    statements = [
        words for words in asked.said if words.split()[0] in {"SELECT", "UPDATE", "DELETE", "WITH"}
    ]
    assert len(statements) > 20
    assert asked.scans(statements) == []


@pytest.mark.parametrize("planted", [
    "SELECT * FROM orders WHERE bin = 'B1'",
    "SELECT * FROM orders WHERE is_open = 1 ORDER BY order_id",
    "SELECT COUNT(*) FROM events",
    "SELECT course FROM orders ORDER BY placed_at",
])  # fmt: skip
def test_a_statement_that_reads_all_of_it_is_found(asked, planted):
    """Without this the test above proves nothing."""
    assert len(asked.scans([planted])) == 1


def test_statements_that_use_an_index_pass(asked):
    """By key, by an index, or by the index of open orders."""
    fine = [
        "SELECT * FROM orders WHERE order_id = 'x'",
        "SELECT * FROM orders WHERE token_hash = 'x'",
        "SELECT * FROM orders INDEXED BY open_numbers WHERE is_open = 1",
    ]
    assert json.dumps(asked.scans(fine)) == "[]"
