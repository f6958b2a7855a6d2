"""Every text that people can meet has its Japanese, and no Japanese text has lost its English."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import edge
from edge.locale import CATALOGUES, Words, direction, in_words
from edge.offers.rules.extra import ExtraState
from edge.orders.rules import State
from sync.core.errors import Refusal, refusal_kinds
from sync.core.languages import LANGUAGES, choose

ROOT = Path(__file__).parents[2]
CALLS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "many": (1, 2),
    "text": None,
    "_Fault": None,
}
# Texts that reach gettext as a value: what was refused by HTTP itself, and what is wrong between two fields.
TABLES = ("edge/http/errors.py", "edge/offers/rules/offer.py")
TABLE_TEXT = re.compile(
    r'(?:\d{3}: |found\["\w+"\] = |gettext\(_SENTENCES\.get\(status, )"([^"]+)"'
)
HOLES = re.compile(r"%\(\w+\)s|\{[\w:]+\}")
# A second word for a thing that has one, and narrow marks beside Japanese.
NOT_OURS = {
    "ピッキング": "ピック",
    "お渡し済み": "受け渡し済み",
    "未受け取り": "未受取",
    "駐車スペース": "駐車枠",
    "特典": "オファー",
    "受取パス": "受け取りパス",
    "係員": "係",
    "スマートフォン": "スマホ",
    "看板": "案内板",
    "読取り": "読み取り",
    "置き場": "棚",
    "退出": "サインアウト",
    "機器": "コンピューター",
    "を押し": "をタップし",
}
NARROW = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff][?!~:]|[\u3040-\u30ff\u4e00-\u9fff]\((?!s\))")
SPOKEN = {each.value for each in (*State, *ExtraState)}


@cache
def asked() -> frozenset[str]:
    """Every English text in templates, code and refusals of the store (HQ's own screens have their own)."""
    found: set[str] = set()
    for folder, pattern, method in (
        ("edge", "**.py", "python"),
        ("kiosk_ui", "**.html", "jinja2.ext:babel_extract"),
    ):
        for file, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / folder), [(pattern, method)], keywords=CALLS
        ):
            if not file.startswith("screens/hq_"):
                found.add(message if isinstance(message, str) else message[0])
    for file in TABLES:
        found |= set(TABLE_TEXT.findall((ROOT / file).read_text(encoding="utf-8")))
    return frozenset(found | refused())


def refused() -> set[str]:
    """The sentence of every refusal that the store can give."""
    for module in pkgutil.walk_packages(edge.__path__, "edge."):
        if not module.name.startswith(("edge.rehearsal", "edge.__main__")):
            importlib.import_module(module.name)
    kinds = [
        each for each in refusal_kinds() if each.__module__.startswith(("edge.", "sync.core"))
    ]
    return {each.sentence for each in [Refusal, *kinds] if "rehearsal" not in each.__module__}


def translated(lang: str, po: str = "messages.po") -> dict[str, str]:
    """English text -> its translation."""
    with (CATALOGUES / lang / "LC_MESSAGES" / po).open("rb") as file:
        read = read_po(file, locale=lang)
    return {
        each.id if isinstance(each.id, str) else each.id[0]: str(each.string)
        if isinstance(each.string, str)
        else str(each.string[0])
        for each in read
        if each.id
    }


def doubled(lang: str, po: str = "messages.po") -> list[str]:
    """Texts that the file holds twice; the reader of .po files keeps one of them."""
    text = (CATALOGUES / lang / "LC_MESSAGES" / po).read_text(encoding="utf-8")
    found = Counter(re.findall(r'^msgid "(.+)"$', text, flags=re.MULTILINE))
    return [each for each, count in found.items() if count > 1]


def wrong_holes(known: dict[str, str]) -> dict[str, str]:
    """Translations that fill other holes than their English."""
    return {
        text: said
        for text, said in known.items()
        if set(HOLES.findall(text)) != set(HOLES.findall(said))
    }


def off_glossary(known: dict[str, str]) -> list[str]:
    """Translations with another word than the glossary's, or with narrow marks."""
    return [
        said
        for said in known.values()
        if any(word in said for word in NOT_OURS) or NARROW.search(said)
    ]


@pytest.mark.parametrize("lang", [each for each in LANGUAGES if each != "en"])
def test_every_text_has_its_translation(lang):
    """Missing ones are listed, so that adding a language is filling a list."""
    known = translated(lang)
    assert sorted(text for text in asked() if not known.get(text)) == []


@pytest.mark.parametrize("lang", [each for each in LANGUAGES if each != "en"])
def test_no_translation_is_left_over(lang):
    """A text that nobody shows any more leaves the catalogue as well."""
    assert sorted(set(translated(lang)) - asked() - SPOKEN) == []


@pytest.mark.parametrize("lang", [each for each in LANGUAGES if each != "en"])
def test_a_translation_fills_the_same_holes(lang):
    """A hole that is missing or misspelt would lose a number, or break the page."""
    assert wrong_holes(translated(lang)) == {}


def test_a_planted_hole_word_and_entry_are_found(tmp_path, monkeypatch):
    """A number lost, a second word for one thing, and an entry that hides another."""
    assert wrong_holes({"%(n)s bags": "袋"}) == {"%(n)s bags": "袋"}
    assert wrong_holes({"{n} bags": "{n}袋", "20 % off": "20 %引き"}) == {}
    assert off_glossary({"Picking": "ピッキング中", "Ready?": "準備済み?"}) != []
    assert off_glossary({"Picking": "ピック中", "Ready?": "準備済み？"}) == []
    folder = tmp_path / "ja" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    entry = 'msgid "Bag"\nmsgstr "袋"\n\n'
    (folder / "messages.po").write_text(entry * 2, encoding="utf-8")
    monkeypatch.setattr("tests.edge.test_catalogue.CATALOGUES", tmp_path)
    assert doubled("ja") == ["Bag"]


def test_no_text_stands_twice():
    """The second would hide the first."""
    assert doubled("ja") == []


def test_each_thing_has_one_japanese_word():
    """Whoever reads two words looks for two things."""
    assert off_glossary(translated("ja")) == []


def test_counts_follow_the_language():
    """One bag, two bags; Japanese needs no second form."""
    english, japanese = Words("en", "Asia/Tokyo"), Words("ja", "Asia/Tokyo")
    said = [
        each.many("%(n)s bag", "%(n)s bags", n) for each in (english, japanese) for n in (1, 2)
    ]
    assert said == ["1 bag", "2 bags", "1袋", "2袋"]


def test_days_follow_the_language():
    """The weekday and the order of year, month and day."""
    said = [Words(lang, "Asia/Tokyo").date("2026-11-22") for lang in ("en", "ja")]
    assert said == ["Sunday, November 22, 2026", "2026年11月22日日曜日"]


def test_a_language_is_chosen_by_wish_then_cookie_then_browser():
    """The first that we speak; English if none is."""
    assert choose(None, "ja", "en") == "ja"
    assert choose("xx", None, "fr, ja;q=0.8, en;q=0.5") == "ja"
    assert choose("ja-JP") == "ja"
    assert choose(None, "", "fr") == "en"


def test_a_language_knows_its_direction():
    """Arabic would turn the pages round."""
    assert (direction("ja"), direction("ar")) == ("ltr", "rtl")


def test_money_has_its_currencys_own_digits():
    """Yen has none, euro two."""
    words = Words("en", "Asia/Tokyo")
    assert (words.money(680, "JPY"), words.money(680, "EUR")) == ("¥680", "€6.80")


def test_a_refusal_says_instants_and_states_as_people_do():
    """Not 2026-11-22T08:51 and handed_over."""
    from datetime import UTC, datetime

    now = datetime(2026, 11, 22, 8, 51, tzinfo=UTC)
    raw = {"at": "2026-11-22T08:51:00+00:00", "state": "handed_over", "number": "A-17", "n": 3}
    said = in_words(raw, Words("ja", "Asia/Tokyo"), now)
    assert said == {"at": "17:51", "state": "受け渡し済み", "number": "A-17", "n": 3}
