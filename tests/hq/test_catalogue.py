"""HQ's Japanese: every text that people can meet has its words, none is left over, and the holes are the same."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from functools import cache

from babel.messages.extract import extract_from_dir

import sync.hq
from sync.core.errors import refusal_kinds
from sync.hq.http.languages import Words
from tests.edge.test_catalogue import CALLS, ROOT, doubled, off_glossary, translated, wrong_holes

PO = "hq.po"
MANY = re.compile(r'words\.many\("([^"]*)"')


@cache
def asked() -> frozenset[str]:
    """The texts of HQ's pages and the sentences of its refusals."""
    found = refused()
    for file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT / "kiosk_ui"), [("**.html", "jinja2.ext:babel_extract")], keywords=CALLS
    ):
        if file.startswith("screens/hq_"):
            found.add(message if isinstance(message, str) else message[0])
    for page in (ROOT / "kiosk_ui" / "screens").glob("hq_*/*.html"):
        found |= set(MANY.findall(page.read_text(encoding="utf-8")))
    return frozenset(found)


def refused() -> set[str]:
    """Every sentence with which HQ's pages can say no."""
    for module in pkgutil.walk_packages(sync.hq.__path__, "sync.hq."):
        importlib.import_module(module.name)
    return {
        each.sentence
        for each in refusal_kinds()
        if each.__module__.startswith(("sync.hq.", "sync.core"))
    }


@cache
def written() -> frozenset[str]:
    """Every text that stands in HQ's code: words that reach the catalogue as a value."""
    found: set[str] = set()
    for file in (ROOT / "sync").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found |= {
            each.value
            for each in ast.walk(tree)
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
    return frozenset(found)


def test_every_text_has_its_japanese() -> None:
    """Missing ones are listed. A text that nobody translated is found."""
    known = translated("ja", PO)
    assert sorted(text for text in asked() if not known.get(text)) == []
    assert not known.get("A planted text")


def test_no_japanese_is_left_over() -> None:
    """A text that neither a page nor the code holds any more leaves the catalogue."""
    assert sorted(set(translated("ja", PO)) - asked() - written()) == []
    assert {"A planted text"} - asked() - written() == {"A planted text"}


def test_the_holes_are_the_same_and_no_text_stands_twice() -> None:
    """A number that is lost, or an entry that hides another."""
    assert wrong_holes(translated("ja", PO)) == {}
    assert doubled("ja", PO) == []


def test_each_thing_has_one_word() -> None:
    """The same words as in the stores."""
    assert off_glossary(translated("ja", PO)) == []


def test_counts_and_days_follow_the_language() -> None:
    """One order, two orders; in Japanese there is no such difference, and the year stands first."""
    english, japanese = Words("en"), Words("ja")
    said = [
        each.many("%(n)s order", "%(n)s orders", n)
        for each in (english, japanese)
        for n in (1, 1200)
    ]
    assert said == ["1 order", "1,200 orders", "注文1件", "注文1,200件"]
    assert english.day_text("2026-11-23") == "23 Nov 2026"
    assert japanese.day_text("2026-11-23").startswith("2026")
