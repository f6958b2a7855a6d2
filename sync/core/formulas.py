"""Cells that a spreadsheet would run when it opens a table (OWASP "CSV Injection", CWE-1236)."""

from __future__ import annotations

# A spreadsheet with a Japanese locale takes the full-width signs for the plain ones.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text, so that it stays text: with an apostrophe before what begins like a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text
