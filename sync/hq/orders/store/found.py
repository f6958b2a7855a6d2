"""Finding orders: those of shop systems and those that stores took, in one list, newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from sync.hq.base import times
from sync.hq.base.rows import Reader
from sync.records.order_status import STATES

OVER = ("handed_over", "cancelled", "no_show", "restocked")
IN_STORE = "in-store"
_STORE_NUMBER = re.compile(r"^[A-Za-z]{1,2}-\d{1,4}$")
_STATUS = (
    " LEFT JOIN folded s ON s.store_id = {0}.store_id AND s.record_type = 'order_status'"
    " AND s.record_id = {0}.order_id"
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for; empty means any. `since` and `until` bound the moment it was placed."""

    search: str = ""
    store_id: str = ""
    state: str = ""
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def needs_status(self) -> bool:
        """Whether the store's own word must be read to answer."""
        is_number = bool(_STORE_NUMBER.match(self.search))
        return is_number or self.state not in ("", "needs_person")


class Found(NamedTuple):
    """Which order, at which store, and whether the store took it itself."""

    order_id: str
    store_id: str
    is_taken: bool


def page(reader: Reader, asked: Asked, *, most: int, skip: int) -> Sequence[Found]:
    """One page of what was asked for, newest first."""
    sql, params = _both(asked)
    rows = reader.rows(
        f"{sql} ORDER BY at DESC, order_id LIMIT :most OFFSET :skip",
        most=most,
        skip=skip,
        **params,
    )
    return [Found(row["order_id"], row["store_id"], bool(row["taken"])) for row in rows]


def count(reader: Reader, asked: Asked) -> int:
    """How many there are."""
    sql, params = _both(asked)
    row = reader.row(f"SELECT count(*) AS n FROM ({sql}) found", **params)  # noqa: S608 - parts from here only
    return int(row["n"]) if row else 0


def _both(asked: Asked) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {}
    halves = []
    if asked.source != IN_STORE:
        halves.append(_half(asked, params, taken=False))
    if asked.source in ("", IN_STORE) and asked.state != "needs_person":
        halves.append(_half(asked, params, taken=True))
    # Nothing can be asked for that both halves rule out; then the first one, which finds nothing, is enough.
    return " UNION ALL ".join(halves or [_half(asked, params, taken=False)]), params


def _half(asked: Asked, params: dict[str, Any], *, taken: bool) -> str:
    table, at = ("taken_orders t", "t.taken_at") if taken else ("orders o", "o.placed_at")
    name = table[-1]
    wanted = [
        *_store_and_time(asked, params, name=name, at=at),
        *_search(asked, params, taken=taken),
        *_state(asked, params, taken=taken),
    ]
    if asked.source not in ("", IN_STORE):
        params["source"] = asked.source
        wanted.append("o.source = :source")
    join = _STATUS.format(name) if asked.needs_status else ""
    where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    return (
        f"SELECT {name}.order_id AS order_id, {name}.store_id AS store_id, {at} AS at,"  # noqa: S608
        f" {int(taken)} AS taken FROM {table}{join}{where}"
    )


def _store_and_time(asked: Asked, params: dict[str, Any], *, name: str, at: str) -> list[str]:
    wanted = []
    if asked.store_id:
        params["store_id"] = asked.store_id
        wanted.append(f"{name}.store_id = :store_id")
    for word, bound, sign in (("since", asked.since, ">="), ("until", asked.until, "<")):
        if bound is not None:
            params[word] = times.text(bound)
            wanted.append(f"{at} {sign} :{word}")
    return wanted


def _search(asked: Asked, params: dict[str, Any], *, taken: bool) -> list[str]:
    """By the shop's number or id, by our id, or by the number that the store shows."""
    if not asked.search:
        return []
    params |= {"search": asked.search, "like": f"%{_escaped(asked.search.lower())}%"}
    if taken:
        return ["(lower(t.number) LIKE :like ESCAPE '!' OR t.order_id = :search)"]
    either = "lower(o.shown_number) LIKE :like ESCAPE '!' OR o.source_id = :search OR o.order_id = :search"
    if asked.needs_status and _STORE_NUMBER.match(asked.search):
        params["number"] = f'%"number":"{_escaped(asked.search.upper())}"%'
        either += " OR s.body LIKE :number ESCAPE '!'"
    return [f"({either})"]


def _state(asked: Asked, params: dict[str, Any], *, taken: bool) -> list[str]:
    state = asked.state
    if state == "needs_person":
        return ["o.needs_person = 1"]
    if state == "open":
        return _open(params, taken=taken)
    if state in ("sent", "not_pickup", "cancelled") and not taken:
        return [_without_word(state, params)]
    if state in STATES.values():
        params["state"] = f'%"state":"{state}"%'
        return ["s.body LIKE :state"]
    return ["1 = 0"] if state else []


def _open(params: dict[str, Any], *, taken: bool) -> list[str]:
    for n, over in enumerate(OVER):
        params[f"over{n}"] = f'%"state":"{over}"%'
    going = " AND ".join(f"s.body NOT LIKE :over{n}" for n in range(len(OVER)))
    unheard = "s.body IS NULL" if taken else "(s.body IS NULL AND o.cancelled = 0)"
    return [f"({unheard} OR ({going}))"]


def _without_word(state: str, params: dict[str, Any]) -> str:
    """States that hold before, or without, a word of the store."""
    if state == "sent":
        return "s.body IS NULL AND o.cancelled = 0 AND o.needs_person = 0"
    if state == "not_pickup":
        return "o.cancelled = 1 AND o.store_id = '' AND o.resolved_by <> ''"
    params["state"] = '%"state":"cancelled"%'
    return "(s.body LIKE :state OR (s.body IS NULL AND o.cancelled = 1))"


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
