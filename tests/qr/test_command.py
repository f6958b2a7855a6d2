"""`store-edge qr`: what is printed can be read back, and leads where it says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from edge.app import MIGRATIONS
from edge.cli.qr import command
from edge.offers import store
from edge.products import actions as products
from edge.products.rules import Product
from sync.doors.clock import SystemClock
from tests.edge.acts.offer_world import make_wish
from tests.qr.printed import codes_in
from tests.world import open_edge

HOST = "HTTPS://HARBOUR-LANE.LOCALHOST/Q/"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store with one offer, one product and two bays."""
    from edge.offers import actions

    edge = open_edge(tmp_path / "store", MIGRATIONS)
    # The command goes by the machine's own clock: what it prints must not be over on any day.
    now = SystemClock().now()
    wish = make_wish(starts_at=now, ends_at=now + timedelta(hours=8))
    edge.write(lambda unit: actions.make(unit, wish, by="mia"))
    bread = Product(
        sku="SKU/001 <b>",
        gtin="",
        name_en="Bread",
        name_ja="パン",
        aisle_order=1,
        price_minor=480,
        currency="JPY",
    )
    edge.write(lambda unit: products.import_products(unit, [bread], by="mia"))
    edge.close()
    return tmp_path / "store"


def printed(home: Path, *words: str) -> tuple[str, dict[str, str]]:
    """What the command said, and what a reader reads from each PNG it made."""
    out = home.parent / "out"
    ran = CliRunner().invoke(command, ["--home", str(home), "--out", str(out), *words])
    assert ran.exit_code == 0, ran.output
    read = {
        file.stem: zxingcpp.read_barcodes(np.asarray(Image.open(file).convert("L")))[0].text
        for file in sorted(out.glob("*.png"))
    }
    assert {file.stem for file in out.glob("*.svg")} == set(read)
    return ran.output, read


def test_all_prints_every_offer_product_bay_door_and_kiosk(home: Path) -> None:
    """Each code is read back as the link of the thing it is named after."""
    _, read = printed(home, "--all", "--mm", "30")
    kinds = [name.partition("-")[0] for name in read]
    assert sorted(kinds) == ["bay", "bay", "door", "kiosk", "offer", "product"]
    edge = open_edge(home, MIGRATIONS)
    with edge.read() as reader:
        for name, text in read.items():
            assert text.startswith(HOST)
            found = store.resolve(reader, text.removeprefix(HOST))
            assert name.startswith(found.kind)
    edge.close()


def test_printing_again_prints_the_same_codes(home: Path) -> None:
    """Paper that hangs in the store stays good."""
    assert printed(home, "--all")[1] == printed(home, "--all")[1]


def test_one_thing_can_be_named_by_what_it_is_or_by_its_code(home: Path) -> None:
    """A sign fell off: print that one again."""
    said, read = printed(home, "bay:3", "--mm", "52.5")
    assert "modules of" in said
    code = read["bay-3"].removeprefix(HOST)
    assert printed(home, code)[1]["bay-3"] == read["bay-3"]


def test_sheets_are_printed_as_one_pdf_with_every_code(home: Path) -> None:
    """Offers and products as stickers, bays and doors as signs; each is read back at its size."""
    out = home.parent / "out"
    words = ["--home", str(home), "--out", str(out), "--all", "--pdf", "a4", "--mm", "40"]
    ran = CliRunner().invoke(command, words)
    assert ran.exit_code == 0, ran.output
    assert "6 codes on 5 pages" in ran.output
    read = codes_in((out / "qr-sheets.pdf").read_bytes())
    assert len(read) == 6
    sizes = sorted(round(each.mm) for each in read)
    assert sizes == [40, 40, 90, 90, 90, 90]
    too_small = CliRunner().invoke(command, [*words[:-1], "20"])
    assert too_small.exit_code != 0
    assert "at least 25 mm" in too_small.output


def test_a_print_too_small_to_read_says_so(home: Path) -> None:
    """It is made all the same: somebody may have a better camera."""
    said, _ = printed(home, "door:1", "--mm", "12")
    assert "TOO SMALL" in said


@pytest.mark.parametrize("words", [[], ["--all", "bay:3"], ["0123ABCD"], ["--all", "--mm", "5"]])
def test_what_makes_no_sense_is_refused_in_words(home: Path, words: list[str]) -> None:
    """Nothing to print, both, a code nobody made, a stamp."""
    ran = CliRunner().invoke(command, ["--home", str(home), *words])
    assert ran.exit_code != 0
    assert "Error" in ran.output
    assert "Traceback" not in ran.output
