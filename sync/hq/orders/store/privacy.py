"""Privacy requests, and the SQL that finds and erases what is known of a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.orders.rules.privacy import PrivacyRequest, Report

_OPEN = "state <> 'done'"


def add(unit: Unit, request: PrivacyRequest) -> bool:
    """Note a request; False when the same message noted it before."""
    return unit.add("privacy_requests", _row(request), key=("source", "body_hash"))


def save(unit: Unit, request: PrivacyRequest) -> None:
    """Keep how far a request is."""
    unit.put("privacy_requests", [_row(request)], key=("request_id",))


def by_id(reader: Reader, request_id: str) -> PrivacyRequest | None:
    """One request."""
    row = reader.row("SELECT * FROM privacy_requests WHERE request_id = :id", id=request_id)
    return None if row is None else _request(row)


def listed(reader: Reader, *, only_open: bool = False, most: int = 200) -> list[PrivacyRequest]:
    """Requests, those that somebody waits for first, by when they must be answered."""
    which = _OPEN if only_open else "1 = 1"
    rows = reader.rows(
        f"SELECT * FROM privacy_requests WHERE {which}"  # noqa: S608 - own words
        " ORDER BY CASE state WHEN 'done' THEN 1 ELSE 0 END, due_at, request_id LIMIT :most",
        most=most,
    )
    return [_request(row) for row in rows]


def to_carry_out(reader: Reader) -> list[PrivacyRequest]:
    """Requests that HQ itself has to go on with."""
    rows = reader.rows(
        "SELECT * FROM privacy_requests WHERE state IN ('waiting', 'sent') ORDER BY received_at"
    )
    return [_request(row) for row in rows]


def order_ids(
    reader: Reader, request: PrivacyRequest, *, named_only: bool = True, most: int = 100
) -> list[str]:
    """Orders of whom the request is about: by pseudonym and by number, or all of the shop.

    `named_only` leaves out those in which nothing of a person is left; an erased order has no pseudonym of theirs.
    """
    left = (
        " AND (customer_name <> '' OR order_id IN (SELECT order_id FROM order_contacts))"
        if named_only
        else ""
    )
    if request.topic == "shop_erasure":
        rows = reader.rows(
            f"SELECT order_id FROM orders WHERE source = :source{left} ORDER BY order_id LIMIT :most",  # noqa: S608 - own words
            source=request.source,
            most=most,
        )
        return [row["order_id"] for row in rows]
    found = [
        *_among(reader, "source_id", request.source_ids, source=request.source, left=left),
        *_among(reader, "customer_key", request.customer_keys, source=request.source, left=""),
    ]
    return sorted(set(found))[:most]


def contact(reader: Reader, order_id: str) -> dict[str, str]:
    """What is kept to write to the buyer of an order."""
    row = reader.row("SELECT * FROM order_contacts WHERE order_id = :id", id=order_id)
    return (
        {} if row is None else {name: str(row[name]) for name in ("full_name", "email", "phone")}
    )


def erase_contact(unit: Unit, order_id: str) -> None:
    """The buyer's name and addresses go."""
    unit.execute("DELETE FROM order_contacts WHERE order_id = :id", id=order_id)


def forget_order(unit: Unit, order_id: str) -> None:
    """An order that was none of ours goes as if it had never come."""
    erase_contact(unit, order_id)
    unit.execute("DELETE FROM shop_orders WHERE order_id = :id", id=order_id)
    unit.execute("DELETE FROM orders WHERE order_id = :id", id=order_id)


def keys_of(reader: Reader, ids: Collection[str]) -> set[str]:
    """The pseudonyms of these orders' customers."""
    rows = reader.rows_among(
        "SELECT DISTINCT customer_key FROM orders WHERE order_id IN :ids", sorted(ids)
    )
    return {str(row["customer_key"]) for row in rows}


def _among(
    reader: Reader, column: str, values: Sequence[str], *, source: str, left: str
) -> list[str]:
    rows = reader.rows_among(
        f"SELECT order_id FROM orders WHERE source = :source AND {column} IN :ids{left}",  # noqa: S608 - own words
        list(values),
        source=source,
    )
    return [row["order_id"] for row in rows]


def _row(request: PrivacyRequest) -> dict[str, Any]:
    row = {name: getattr(request, name) for name in PrivacyRequest.__struct_fields__}
    row |= {name: times.text(getattr(request, name)) for name in ("received_at", "due_at")}
    row["done_at"] = times.text(request.done_at) if request.done_at else ""
    for name in ("source_ids", "customer_keys", "report"):
        row[name] = msgspec.json.encode(row[name]).decode()
    return row


def _request(row: RowMapping) -> PrivacyRequest:
    values = {name: row[name] for name in PrivacyRequest.__struct_fields__}
    values |= {name: times.parse(row[name]) for name in ("received_at", "due_at")}
    values["done_at"] = times.parse(row["done_at"]) if row["done_at"] else None
    for name in ("source_ids", "customer_keys"):
        values[name] = msgspec.json.decode(row[name], type=tuple[str, ...])
    values["report"] = msgspec.json.decode(row["report"], type=Report)
    return PrivacyRequest(**values)
