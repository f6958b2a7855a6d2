"""HQ's languages: texts from .po files read at first use, times and money in people's words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, get_currency_precision
from babel.support import NullTranslations, Translations

KIOSK_UI = Path(__file__).parents[3] / "kiosk_ui"
# English without a country is read in most countries; its dates must not be the American ones.
_DATES = {"en": "en_GB"}


def direction(lang: str) -> str:
    """Which way the language is written: "ltr" or "rtl"."""
    return str(Locale.parse(lang).text_direction)


@lru_cache
def catalogue(lang: str) -> NullTranslations:
    """The texts of one language. English is the source, so it needs no file."""
    file = KIOSK_UI / "locale" / lang / "LC_MESSAGES" / "hq.po"
    if not file.exists():
        return NullTranslations()
    with file.open("rb") as texts:
        read = read_po(texts, locale=lang)
    binary = BytesIO()
    write_mo(binary, read)
    binary.seek(0)
    return Translations(binary)


class Words:
    """What a page speaks: texts, counts, times and money in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = catalogue(lang)

    def __call__(self, text: str, **holes: object) -> str:
        """The text in this language, with its %(holes)s filled."""
        translated = str(self._texts.gettext(text))
        return translated % holes if holes else translated

    def many(self, one: str, more: str, n: int, **holes: object) -> str:
        """The text for `n` things; %(n)s is filled by itself."""
        return str(self._texts.ngettext(one, more, n)) % {"n": self.number(n), **holes}

    def number(self, n: int) -> str:
        """A count with the language's own grouping."""
        return str(format_decimal(n, locale=self.lang))

    def when(self, at: datetime, zone: str = "UTC") -> str:
        """Day and time in a store's zone, with the zone's name: 23 Nov 2026, 09:10 JST."""
        local = at.astimezone(ZoneInfo(zone))
        return f"{self.day(local.date())} {local:%H:%M} {zone_name(local)}"

    def when_text(self, at: str, zone: str = "UTC") -> str:
        """Day and time of an instant as stores write it; the text itself when it is none."""
        try:
            return self.when(datetime.fromisoformat(at), zone)
        except ValueError:
            return at

    def clock(self, at: datetime, zone: str = "UTC") -> str:
        """Only the time of day, where the day and the zone stand beside it."""
        return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"

    def day(self, on: date) -> str:
        """A day in the language's own short form."""
        return str(format_date(on, "medium", locale=_DATES.get(self.lang, self.lang)))

    def day_text(self, on: str) -> str:
        """A day that was written as 2026-11-23; the text itself when it is none."""
        try:
            return self.day(date.fromisoformat(on))
        except ValueError:
            return on

    def ago(self, seconds: float) -> str:
        """How long ago, in the largest unit that says enough."""
        for one, more, size in (
            ("%(n)s day ago", "%(n)s days ago", 86_400),
            ("%(n)s h ago", "%(n)s h ago", 3_600),
            ("%(n)s min ago", "%(n)s min ago", 60),
        ):
            if seconds >= 2 * size or (size == 60 and seconds >= size):
                return self.many(one, more, int(seconds // size))
        return self.many("%(n)s s ago", "%(n)s s ago", max(0, int(seconds)))

    def money(self, minor: int, currency: str) -> str:
        """An amount in its currency's own digits: ¥680, €6.80."""
        amount = Decimal(minor).scaleb(-get_currency_precision(currency))
        return str(format_currency(amount, currency, locale=self.lang))


def zone_name(local: datetime) -> str:
    """The zone as people write it: JST, or UTC+03 where it has no letters of its own."""
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name
