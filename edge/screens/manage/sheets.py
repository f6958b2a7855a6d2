"""Sheets of codes and signs: choosing, looking at them in their true size, and printing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base import qr, store_record
from edge.base.database import Rows
from edge.base.sheets import fonts, layout, pdf
from edge.base.sheets.layout import PAPERS, Code, DoesNotFit, Page, Stroke, Text, Wanted
from edge.base.unit import Unit
from edge.http import Caller
from edge.locale import Words
from edge.offers import actions as offer_actions
from edge.offers import store as offers
from edge.offers.rules import QrCode, qr_code
from edge.offers.rules.refusals import UnknownCode
from edge.products import store as products
from edge.screens.manage import frame, pieces
from edge.screens.manage.frame import bp
from edge.screens.manage.pieces import Thing

HERE = "/manage/sheets"
FORM_LIMIT = 64 * 1024
MOST_CODES = 300
MOST_PAGES_SHOWN = 12
# A tenth of the distance a sign is read from, as far as the paper has room.
SIGN_MM = {"a4": 90.0, "letter": 90.0, "a6": 45.0, "label": 28.0}
LANGS = {"both": ("en", "ja"), "en": ("en",), "ja": ("ja",)}


class Asked(NamedTuple):
    """How somebody wants it printed, and a sentence for each field that cannot be had."""

    paper: str
    mm: float
    sign_mm: float
    copies: int
    langs: str
    codes: tuple[str, ...]
    faults: dict[str, str]


@http.page(
    bp,
    "/sheets",
    who=http.MANAGER,
    summary="Choose codes and signs, and see them in their true size",
)
def sheets(*, caller: Caller) -> Response:
    """What is chosen stands in the address, so a sheet can be kept as a bookmark."""
    with http.edge().read() as reader:
        return _page(caller, reader)


@http.page(
    bp,
    "/sheets",
    who=http.MANAGER,
    method="POST",
    limit_bytes=FORM_LIMIT,
    summary="Make the codes of what was chosen",
)
def choose(*, caller: Caller) -> AnyResponse:
    """A thing that has no code yet gets one, for good."""
    edge, form = http.edge(), request.form
    wanted = [*form.getlist("pick"), *(f"product:{sku}" for sku in form.get("skus", "").split())]
    tokens = list(dict.fromkeys(wanted))[:MOST_CODES]
    made: Any = edge.write(lambda unit: [code for each in tokens if (code := _code(unit, each))])
    query = {name: form.get(name, "") for name in ("paper", "mm", "sign_mm", "copies", "langs")}
    return frame.to(HERE, codes=".".join(made), **query)


@http.page(bp, "/sheets.pdf", who=http.MANAGER, summary="The chosen codes and signs as PDF")
def sheet_pdf(*, caller: Caller) -> Response:
    """At its true size; the same marks as in the preview."""
    edge = http.edge()
    with edge.read() as reader:
        words = frame.words_for(caller, reader)
        asked = read(request.args, words)
        pages, asked = lay_out(reader, asked, words)
        if asked.faults or not pages:
            return _page(caller, reader, status=422)
        name = store_record.load(reader).name
    file = pdf.draw(pages, title=f"{name}: QR", now=edge.clock.now())
    response = Response(file, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="qr-sheets.pdf"'
    return response


def read(args: Mapping[str, str], _: Words, *, most: int = MOST_CODES) -> Asked:
    """What the address says; a field that makes no sense keeps its usual value and has a fault."""
    faults: dict[str, str] = {}

    def number(name: str, usual: float, least: float, most: float) -> float:
        typed = args.get(name, "") or f"{usual:g}"
        try:
            value = float(typed.replace(",", "."))
        except ValueError:
            value = -1.0
        if not least <= value <= most:
            faults[name] = _(
                "Between %(least)s and %(most)s", least=f"{least:g}", most=f"{most:g}"
            )
            return usual
        return value

    paper, langs = args.get("paper", "a4"), args.get("langs", "both")
    paper = paper if paper in PAPERS else "a4"
    return Asked(
        paper=paper,
        mm=number("mm", 30.0, layout.SMALLEST_MM, layout.LARGEST_MM),
        sign_mm=number("sign_mm", SIGN_MM[paper], layout.SMALLEST_MM, layout.LARGEST_MM),
        copies=int(number("copies", 1, 1, layout.MOST_COPIES)),
        langs=langs if langs in LANGS else "both",
        codes=tuple(each for each in args.get("codes", "").split(".") if each)[:most],
        faults=faults,
    )


def lay_out(rows: Rows, asked: Asked, _: Words) -> tuple[list[Page], Asked]:
    """The pages; a size that the paper does not allow is a fault at its field."""
    found = pieces.pieces(rows, _known(rows, asked.codes), LANGS[asked.langs])
    if len(found) * asked.copies > layout.MOST_PIECES:
        most = layout.MOST_PIECES
        return [], _fault(asked, "copies", _("At most %(n)s pieces at once", n=most))
    wanted = Wanted(
        paper=PAPERS[asked.paper],
        mm=asked.mm,
        sign_mm=asked.sign_mm,
        copies=asked.copies,
        ruler=_("Measure this line: 50 mm"),
        advice=(_("Print at 100 %, not “fit to page”."),),
    )
    try:
        return layout.lay_out(found, wanted), asked
    except DoesNotFit as problem:
        is_sign = all(each.is_sign for each in found)
        field = "sign_mm" if is_sign or _fits_stickers(found, wanted) else "mm"
        return [], _fault(
            asked, field, _("At most %(n)s mm fit on this paper", n=f"{problem.largest:g}")
        )


def _typed_skus() -> list[str]:
    return request.args.get("skus", "").split()


def _fits_stickers(found: Sequence[layout.Piece], wanted: Wanted) -> bool:
    try:
        layout.lay_out([each for each in found if not each.is_sign], wanted)
    except DoesNotFit:
        return False
    return True


def _fault(asked: Asked, field: str, said: str) -> Asked:
    return asked._replace(faults={**asked.faults, field: said})


def _known(rows: Rows, codes: Sequence[str]) -> list[QrCode]:
    host = store_record.load(rows).public_host
    found: list[QrCode] = []
    for code in codes:
        try:
            found.append(offers.resolve(rows, qr_code.read(code, host)))
        except UnknownCode:
            continue
    return found


def _code(unit: Unit, token: str) -> str:
    """The code of a thing, made if it has none; "" for what this store does not have."""
    kind, _, ref = token.partition(":")
    here = store_record.load(unit)
    there = {
        qr_code.OFFER: lambda: offers.find(unit, ref) is not None,
        qr_code.PRODUCT: lambda: products.find(unit, ref) is not None,
        qr_code.BAY: lambda: any(bay.number == ref for bay in here.bays),
        qr_code.DOOR: lambda: ref.isdigit() and len(ref) <= 2,
        qr_code.KIOSK: lambda: ref.isdigit() and len(ref) <= 2,
    }
    if kind not in there or not there[kind]():
        return ""
    return offer_actions.code_for(unit, kind, ref).code


def _page(caller: Caller, rows: Rows, *, status: int = 200) -> Response:
    edge = http.edge()
    words = frame.words_for(caller, rows)
    pages, asked = lay_out(rows, read(request.args, words), words)
    chosen = {f"{each.kind}:{each.ref}" for each in _known(rows, asked.codes)}
    chosen |= {*request.args.getlist("pick"), *(f"product:{sku}" for sku in _typed_skus())}
    running = [each.offer_id for each in offers.not_over(rows, edge.clock.now())]
    looked_for = request.args.get("find", "")
    found = products.search(rows, looked_for, limit=24) if looked_for else []
    skus = [token.partition(":")[2] for token in chosen if token.startswith("product:")]
    return frame.page(
        caller,
        "manage_sheets",
        here="sheets",
        status=422 if asked.faults else status,
        things=pieces.things(rows, words, running),
        chosen=chosen,
        products=[Thing(qr_code.PRODUCT, each.sku, each.name(caller.lang)) for each in found],
        skus=" ".join(sorted(set(skus) - {each.sku for each in found})),
        looked_for=looked_for,
        asked=asked,
        papers=list(PAPERS),
        pages=[_drawn(page) for page in pages[:MOST_PAGES_SHOWN]],
        more_pages=max(0, len(pages) - MOST_PAGES_SHOWN),
        pieces_count=sum(len(page.codes) for page in pages),
        pages_count=len(pages),
        pdf="/manage/sheets.pdf?" + request.query_string.decode("ascii", "replace"),
        has_japanese=fonts.installed().japanese is not None or asked.langs == "en",
        is_small=_is_small(pages),
    )


def _is_small(pages: Sequence[Page]) -> bool:
    """Whether a phone at arm's length may fail to read one of them."""
    return any(
        qr.draw(code.url).module_mm(code.mm) < qr.SMALLEST_MODULE_MM
        for page in pages
        for code in page.codes
    )


def _drawn(page: Page) -> dict[str, Any]:
    """A page as the template draws it: the same marks as in the PDF."""
    return {
        "paper": page.paper,
        "codes": [_drawn_code(mark) for mark in page.codes],
        "texts": [mark for mark in page.marks if isinstance(mark, Text)],
        "strokes": [mark for mark in page.marks if isinstance(mark, Stroke)],
    }


def _drawn_code(mark: Code) -> dict[str, Any]:
    symbol = qr.draw(mark.url)
    return {"mark": mark, "scale": mark.mm / symbol.modules, "path": qr.path(symbol)}
