"""What is printed of each thing: its code, and the words around it in English and Japanese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from edge.base import store_record
from edge.base.database import Rows
from edge.base.sheets.layout import Line, Piece
from edge.base.store_record import StoreRecord
from edge.locale import Words
from edge.offers import store as offers
from edge.offers.rules import QrCode, qr_code
from edge.products import store as products

LANGUAGES = ("en", "ja")
GAP = Line("", 1.6)


class Thing(NamedTuple):
    """Something that can be printed: its kind and reference, and what it is called."""

    kind: str
    ref: str
    name: str

    @property
    def token(self) -> str:
        """As forms and the command line name it: bay:3."""
        return f"{self.kind}:{self.ref}"


def things(rows: Rows, _: Words, now_offers: Iterable[str]) -> list[Thing]:
    """Running offers, and the signs of this store; products are looked for by name."""
    here = store_record.load(rows)
    found = [offers.load(rows, offer_id) for offer_id in now_offers]
    return [
        *(Thing(qr_code.OFFER, each.offer_id, each.words(_.lang).title) for each in found),
        *(Thing(qr_code.BAY, bay.number, _("Bay %(bay)s", bay=bay.number)) for bay in here.bays),
        Thing(qr_code.DOOR, "1", _("Door")),
        Thing(qr_code.KIOSK, "1", _("Kiosk")),
    ]


def pieces(rows: Rows, codes: Sequence[QrCode], langs: Sequence[str] = LANGUAGES) -> list[Piece]:
    """The pieces of these codes, in their order; what is no longer there has its bare code only."""
    here = store_record.load(rows)
    speak = [Words(lang, here.time_zone) for lang in langs]
    skus = [each.ref for each in codes if each.kind == qr_code.PRODUCT]
    known = products.of_skus(rows, skus) if skus else {}
    found: list[Piece] = []
    for code in codes:
        url = qr_code.url(here.public_host, code.code)
        if code.kind == qr_code.OFFER:
            found.append(Piece(url, _of_offer(rows, code, speak)))
        elif code.kind == qr_code.PRODUCT and code.ref in known:
            product = known[code.ref]
            each_name = dict.fromkeys(product.name(lang) for lang in langs)
            names = [Line(name, 3.4, is_bold=True) for name in each_name]
            price = speak[0].money(product.price_minor, product.currency)
            found.append(Piece(url, (*names, Line(price, 4.2, is_bold=True), _spelt(code))))
        elif code.kind in _SIGNS:
            found.append(_SIGNS[code.kind](url, code, here, speak))
        else:
            found.append(Piece(url, (_spelt(code),)))
    return found


def _spelt(code: QrCode) -> Line:
    return Line(f"{code.code[:4]} {code.code[4:]}", 2.6)


def _of_offer(rows: Rows, code: QrCode, speak: Sequence[Words]) -> tuple[Line, ...]:
    offer = offers.find(rows, code.ref)
    if offer is None:
        return (_spelt(code),)
    wish, _ = offer.wish, speak[0]
    titles = dict.fromkeys(offer.words(words.lang).title for words in speak)
    price = _.money(wish.price_minor, wish.currency)
    if wish.was_minor:
        was = _.money(wish.was_minor, wish.currency)
        price = _("%(price)s instead of %(was)s", price=price, was=was)
    until = " / ".join(_("until %(time)s", time=_.day(wish.ends_at)) for _ in speak)
    return (
        *(Line(title, 3.4, is_bold=True) for title in titles),
        Line(price, 3.8, is_bold=True),
        Line(until, 2.6),
        _spelt(code),
    )


def _bay(url: str, code: QrCode, here: StoreRecord, speak: Sequence[Words]) -> Piece:
    lines: list[Line] = []
    for _ in speak:
        lines += [
            Line(_("Scan this when you have parked. We bring your order out."), 6.4, is_bold=True),
            Line(_no_phone(_, code, here), 4.8),
            GAP,
        ]
    head = tuple(Line(_("Pickup bay"), 13.0, is_bold=True) for _ in speak)
    return Piece(url, (*lines, _spelt(code)), big=code.ref, head=head)


def _no_phone(_: Words, code: QrCode, here: StoreRecord) -> str:
    if here.phone:
        return _(
            "No phone with you? Ring %(phone)s and say: bay %(bay)s.",
            phone=here.phone,
            bay=code.ref,
        )
    return _("No phone with you? Wave, or come to the desk and say: bay %(bay)s.", bay=code.ref)


def _door(url: str, code: QrCode, here: StoreRecord, speak: Sequence[Words]) -> Piece:
    lines: list[Line] = []
    for _ in speak:
        lines += [
            Line(_("Scan this when you come in. We get your order."), 6.4, is_bold=True),
            Line(_("No phone with you? Say your order number at the desk."), 4.8),
            GAP,
        ]
    big = "" if code.ref == "1" else code.ref
    head = tuple(Line(_("Pickup"), 22.0 if not big else 13.0, is_bold=True) for _ in speak)
    return Piece(url, (*lines, _spelt(code)), big=big, head=head)


def _kiosk(url: str, code: QrCode, here: StoreRecord, speak: Sequence[Words]) -> Piece:
    lines: list[Line] = []
    for _ in speak:
        lines += [
            Line(_("Scan this to open your pickup pass and today's offers."), 6.4, is_bold=True),
            Line(_("No phone with you? Use the screen here."), 4.8),
            GAP,
        ]
    head = tuple(Line(_("Check in here"), 16.0, is_bold=True) for _ in speak)
    return Piece(url, (*lines, _spelt(code)), head=head)


_SIGNS = {qr_code.BAY: _bay, qr_code.DOOR: _door, qr_code.KIOSK: _kiosk}
