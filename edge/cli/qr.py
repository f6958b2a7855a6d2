"""`store-edge qr`: printed codes as SVG and PNG at a stated size."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge.base import qr, store_record
from edge.base.edge import Edge
from edge.base.sheets import fonts, layout, pdf
from edge.base.sheets.layout import MOST_COPIES, MOST_PIECES, PAPERS
from edge.base.unit import Unit
from edge.cli.service import home_option, run
from edge.locale import Words
from edge.offers import actions, store
from edge.offers.rules import QrCode, qr_code
from edge.products import store as products
from edge.screens.manage import sheets as printing
from sync.core.errors import Refusal
from sync.core.languages import DEFAULT

SMALLEST_MM, LARGEST_MM = 12.0, 200.0
SMALLEST_MM_ON_SHEETS = layout.SMALLEST_MM


class SheetImpossible(Refusal):
    """The codes do not fit the paper as asked."""

    code = "sheet_impossible"
    status = 422
    sentence = "This cannot be printed so: {problem}"


@click.command()
@click.argument("codes", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="every offer, product, bay, door and kiosk"
)
@click.option(
    "--mm", type=click.FloatRange(SMALLEST_MM, LARGEST_MM), default=30.0, show_default=True
)
@click.option(
    "--pdf",
    "paper",
    type=click.Choice(list(PAPERS)),
    help="one PDF of sheets on this paper instead of a picture for each code",
)
@click.option("--copies", type=click.IntRange(1, MOST_COPIES), default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("qr"))
@home_option
def command(
    codes: tuple[str, ...],
    *,
    everything: bool,
    mm: float,
    paper: str | None,
    copies: int,
    out: Path,
    home: Path,
) -> None:
    """Print codes. CODE is a printed code, or what it stands for: offer:ID product:SKU bay:3 door:1 kiosk:1."""
    if bool(codes) == everything:
        raise click.UsageError("Name the codes to print, or say --all.")
    found = run(home, "qr", {"codes": list(codes)})
    out.mkdir(parents=True, exist_ok=True)
    if paper:
        click.echo(
            _draw_sheets(
                [each["code"] for each in found], home, out, paper=paper, mm=mm, copies=copies
            )
        )
        return
    for each in found:
        click.echo(_draw(each, mm, out))


def _draw_sheets(
    codes: list[str], home: Path, out: Path, *, paper: str, mm: float, copies: int
) -> str:
    """The same sheets as the manager's page prints; drawn by the service, which knows the words around each code."""
    if mm < SMALLEST_MM_ON_SHEETS:
        raise click.UsageError(f"On a sheet a code is at least {SMALLEST_MM_ON_SHEETS:g} mm wide.")
    asked = {"codes": codes, "paper": paper, "mm": mm, "copies": copies}
    made = run(home, "qr.sheets", asked)
    file = out / "qr-sheets.pdf"
    file.write_bytes(b64decode(made["pdf"]))
    missing = (
        ""
        if made["has_japanese"]
        else "  no Japanese font is installed: Japanese words are left out"
    )
    return f"{file}  {made['codes']} codes on {made['pages']} pages, print at 100 %{missing}"


def _draw(each: Mapping[str, str], mm: float, out: Path) -> str:
    symbol = qr.draw(each["url"])
    name = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{each['kind']}-{each['ref']}")[:80]
    (out / f"{name}.svg").write_text(qr.svg(symbol, mm), encoding="utf-8")
    (out / f"{name}.png").write_bytes(qr.png(symbol, mm))
    module = symbol.module_mm(mm)
    warning = "  TOO SMALL to be read well" if module < qr.SMALLEST_MODULE_MM else ""
    if len(each["url"]) > qr_code.LONGEST_URL:
        warning += "  the public host is longer than 25 characters: print larger"
    return (
        f"{name}  {each['url']}  version {symbol.version}-{symbol.level}, "
        f"modules of {module:.2f} mm{warning}"
    )


def codes_to_print(edge: Edge, words: Mapping[str, Any]) -> list[dict[str, str]]:
    """The codes that are asked for, or all; a thing that has none yet gets one."""
    wanted = [str(each) for each in words.get("codes", ())]
    found = edge.write(lambda unit: [_code(unit, each) for each in wanted] or _everything(unit))
    with edge.read() as reader:
        host = store_record.load(reader).public_host
    return [
        {
            "kind": each.kind,
            "ref": each.ref,
            "code": each.code,
            "url": qr_code.url(host, each.code),
        }
        for each in found
    ]


def _code(unit: Unit, wanted: str) -> QrCode:
    kind, _, ref = wanted.partition(":")
    if kind in qr_code.KINDS and ref:
        return actions.code_for(unit, kind, ref)
    host = store_record.load(unit).public_host
    return store.resolve(unit, qr_code.read(wanted, host))


def _everything(unit: Unit) -> list[QrCode]:
    bays = [bay.number for bay in store_record.load(unit).bays]
    things = [
        *((qr_code.OFFER, offer.offer_id) for offer in store.not_over(unit, unit.now)),
        *((qr_code.PRODUCT, sku) for sku in products.all_skus(unit)),
        *((qr_code.BAY, number) for number in bays),
        (qr_code.DOOR, "1"),
        (qr_code.KIOSK, "1"),
    ]
    return [actions.code_for(unit, kind, ref) for kind, ref in things]


def sheets(edge: Edge, words: Mapping[str, Any]) -> dict[str, Any]:
    """The codes as sheets: the PDF (base64), how many codes and pages it has, and whether Japanese could be written."""
    said = Words(DEFAULT, "UTC")
    asked = printing.read(
        {
            "paper": str(words["paper"]),
            "mm": str(words["mm"]),
            "copies": str(words["copies"]),
            "codes": ".".join(words["codes"]),
        },
        said,
        most=MOST_PIECES,
    )
    with edge.read() as reader:
        pages, asked = printing.lay_out(reader, asked, said)
        name = store_record.load(reader).name
    if asked.faults:
        raise SheetImpossible(problem="; ".join(asked.faults.values()))
    file = pdf.draw(pages, title=f"{name}: QR", now=edge.clock.now())
    return {
        "pdf": b64encode(file).decode(),
        "codes": sum(len(page.codes) for page in pages),
        "pages": len(pages),
        "has_japanese": fonts.installed().japanese is not None,
    }
