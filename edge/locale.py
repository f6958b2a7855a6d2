"""The store's languages: catalogues read from their .po files, and times, money and counts in people's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, get_currency_precision
from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale

from sync.core.languages import DEFAULT

CATALOGUES = Path(__file__).parent.parent / "kiosk_ui" / "locale"
_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")
_STATE = re.compile(r"^[a-z]+(_[a-z]+)*$")


def direction(lang: str) -> str:
    """Which way the language is written: "ltr" or "rtl"."""
    return str(Locale.parse(lang).text_direction)


@lru_cache
def catalogue(lang: str) -> NullTranslations:
    """The texts of one language. English is the source, so it needs no file."""
    file = CATALOGUES / lang / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return NullTranslations()
    return _compiled(file, lang)


def _compiled(file: Path, lang: str) -> Translations:
    # Compiled in memory at first use: a binary beside its source is one more thing that can disagree.
    with file.open("rb") as text:
        read = read_po(text, locale=lang)
    binary = BytesIO()
    write_mo(binary, read)
    binary.seek(0)
    return Translations(binary)


class Catalogue(Domain):  # type: ignore[misc]  # flask-babel ships no types
    """flask-babel's texts, from our .po files."""

    def get_translations(self) -> NullTranslations:
        """The texts of the language this request speaks."""
        return catalogue(str(get_locale() or DEFAULT))


class Languages(Babel):  # type: ignore[misc]  # flask-babel ships no types
    """flask-babel, with catalogues that need no compiling step."""

    domain_instance = Catalogue()


def in_words(details: Mapping[str, object], words: Words, now: datetime) -> dict[str, object]:
    """The details of a refusal as people say them: instants as times of day, states in their language."""
    return {name: _in_words(value, words, now) for name, value in details.items()}


def _in_words(value: object, words: Words, now: datetime) -> object:
    if not isinstance(value, str):
        return value
    if _INSTANT.match(value):
        try:
            return words.near(datetime.fromisoformat(value), now)
        except (ValueError, OverflowError):
            return value  # somebody's own text, which only looks like an instant
    return words(value).replace("_", " ") if _STATE.match(value) else value


class Words:
    """What a view model speaks: texts, counts, times and money in one language, in the store's zone."""

    def __init__(self, lang: str, zone: str) -> None:
        self.lang = lang
        self._zone = ZoneInfo(zone)
        self._texts = catalogue(lang)

    def __call__(self, text: str, **holes: object) -> str:
        """The text in this language, with its %(holes)s filled."""
        translated = self._texts.gettext(text)
        return translated % holes if holes else translated

    def many(self, one: str, more: str, n: int, **holes: object) -> str:
        """The text for `n` things; %(n)s is filled by itself."""
        return self._texts.ngettext(one, more, n) % {"n": n, **holes}

    def clock(self, at: datetime) -> str:
        """The time of day in the store: 17:51."""
        return at.astimezone(self._zone).strftime("%H:%M")

    def span(self, start: datetime, end: datetime) -> str:
        """From when to when: 17:45–18:00."""
        return f"{self.clock(start)}–{self.clock(end)}"

    def near(self, at: datetime, now: datetime) -> str:
        """The time of day, with the day before it when that is not today."""
        local, today = at.astimezone(self._zone), now.astimezone(self._zone).date()
        if local.date() == today:
            return self.clock(at)
        return f"{format_skeleton('MMMEd', local, tzinfo=self._zone, locale=self.lang)} {self.clock(at)}"

    def day(self, at: datetime) -> str:
        """The date in the store."""
        return format_date(at.astimezone(self._zone), format="long", locale=self.lang)

    def date(self, iso: str) -> str:
        """A store day such as 2026-11-22, with its weekday, as a heading says it."""
        return format_date(date.fromisoformat(iso), format="full", locale=self.lang)

    def money(self, minor: int, currency: str) -> str:
        """An amount in its currency's own digits: ¥680, €6.80."""
        amount = Decimal(minor).scaleb(-get_currency_precision(currency))
        return format_currency(amount, currency, locale=self.lang)
