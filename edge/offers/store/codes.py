"""Printed codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from edge.base.database import Rows
from edge.base.unit import Unit
from edge.offers.rules import QrCode
from edge.offers.rules.refusals import UnknownCode


def resolve(rows: Rows, code: str) -> QrCode:
    """What a printed code stands for; UnknownCode when this store never made it."""
    row = rows.row("SELECT * FROM qr_codes WHERE code = ?", (code,))
    if row is None:
        raise UnknownCode
    return _qr_code(row)


def code_for(rows: Rows, kind: str, ref: str) -> QrCode | None:
    """The printed code of a thing, if it has one."""
    row = rows.row("SELECT * FROM qr_codes WHERE kind = ? AND ref = ?", (kind, ref))
    return _qr_code(row) if row else None


def codes(rows: Rows, kinds: Iterable[str] = ()) -> list[QrCode]:
    """All printed codes, or those of some kinds."""
    wanted = set(kinds)
    found = rows.rows("SELECT * FROM qr_codes ORDER BY kind, ref")
    return [_qr_code(row) for row in found if not wanted or row["kind"] in wanted]


def save_code(unit: Unit, code: QrCode) -> None:
    """Keep a new code."""
    unit.execute("INSERT INTO qr_codes VALUES (?, ?, ?)", (code.code, code.kind, code.ref))


def _qr_code(row: sqlite3.Row) -> QrCode:
    return QrCode(code=row["code"], kind=row["kind"], ref=row["ref"])
