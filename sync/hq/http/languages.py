"""HQ's languages: texts from .po files read at first use, times and money in people's words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, get_currency_precision
from babel.support import NullTranslations, Translations

KIOSK_UI = Path(__file__).parents[3] / "kiosk_ui"


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
        """Day and time in a store's zone."""
        local = at.astimezone(ZoneInfo(zone))
        day = format_skeleton("MMMEd", local, locale=self.lang)
        return f"{day} {local:%H:%M}"

    def when_text(self, at: str, zone: str = "UTC") -> str:
        """Day and time of an instant as stores write it; the text itself when it is none."""
        try:
            return self.when(datetime.fromisoformat(at), zone)
        except ValueError:
            return at

    def money(self, minor: int, currency: str) -> str:
        """An amount in its currency's own digits: ¥680, €6.80."""
        amount = Decimal(minor).scaleb(-get_currency_precision(currency))
        return str(format_currency(amount, currency, locale=self.lang))
