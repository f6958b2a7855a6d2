"""`store-edge qr`: printed codes as SVG and PNG at a stated size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge.base import qr, store_record
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.cli.service import home_option, run
from edge.offers import actions, store
from edge.offers.rules import QrCode, qr_code
from edge.products import store as products

SMALLEST_MM, LARGEST_MM = 12.0, 200.0


@click.command()
@click.argument("codes", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="every offer, product, bay, door and kiosk"
)
@click.option(
    "--mm", type=click.FloatRange(SMALLEST_MM, LARGEST_MM), default=30.0, show_default=True
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("qr"))
@home_option
def command(codes: tuple[str, ...], *, everything: bool, mm: float, out: Path, home: Path) -> None:
    """Print codes. CODE is a printed code, or what it stands for: offer:ID product:SKU bay:3 door:1 kiosk:1."""
    if bool(codes) == everything:
        raise click.UsageError("Name the codes to print, or say --all.")
    found = run(home, "qr", {"codes": list(codes)})
    out.mkdir(parents=True, exist_ok=True)
    for each in found:
        click.echo(_draw(each, mm, out))


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
