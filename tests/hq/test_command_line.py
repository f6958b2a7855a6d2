"""`store-edge hq`: what people type, and what they are told when it is wrong."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from edge.cli.hq import command

STORE = [
    *("enrol-store", "harbour-lane", "--code", "HL", "--name", "Harbour Lane"),
    *("--zone", "Asia/Tokyo", "--public-host", "harbour-lane.localhost:8443"),
    *("--pin", "35.44,139.64", "--bay", "1:35.4401,139.6401"),
]


def typed(home: Path, *words: str) -> Result:
    """The outcome of a command."""
    return CliRunner().invoke(command, [*words, "--home", str(home)])


def test_a_store_is_made_and_gets_a_code_and_another_code_later(tmp_path: Path) -> None:
    """16 characters, 80 bits."""
    first, second = typed(tmp_path, *STORE), typed(tmp_path, "enrol-store", "harbour-lane")
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert len(first.output.strip()) == len(second.output.strip()) == 16
    assert first.output != second.output


def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Unknown store, no pin, no zone, weak password, no adapter, wrong setting."""
    typed(tmp_path, *STORE)
    for words, said in (
        (["enrol-store", "nowhere"], "no store nowhere"),
        ([*STORE, "--pin", "here"], "NORTH,EAST"),
        ([*STORE, "--zone", "Mars/Base"], "not a time zone"),
        (["add-person", "ann", "--name", "Ann", "--password", "short"], "12 characters"),
        (["add-source", "woo", "--adapter", "fax"], "no order source"),
    ):
        outcome = typed(tmp_path, *words)
        assert outcome.exit_code != 0
        assert said in outcome.output, outcome.output
    (tmp_path / "hq.toml").write_text("colour = 'red'")
    assert "colour" in typed(tmp_path, "init").output


def test_a_catalogue_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    """Each wrong row is named."""
    header = "sku,gtin,name_en,name_ja,aisle_order,price_minor,prep_minutes,class,zone\n"
    file = tmp_path / "products.csv"
    file.write_text(header + "SKU-001,,Rice,米,1,500,,shelf,ambient\n", encoding="utf-8")
    assert "1 products read, 1 changed" in typed(tmp_path, "products", "import", str(file)).output
    file.write_text(header + "SKU-001,,Rice,,1,free,,shelf,\n", encoding="utf-8")
    assert "row 2" in typed(tmp_path, "products", "import", str(file)).output


def test_several_workers_over_sqlite_are_refused_with_what_to_do(tmp_path: Path) -> None:
    """SQLite has one writer."""
    said = typed(tmp_path, "serve", "--workers", "4")
    assert said.exit_code == 1
    assert "with one worker" in said.output
    assert "database_url" in said.output


def test_a_shop_is_connected_step_by_step(tmp_path: Path) -> None:
    """Secret, token, location, write-back, what waits; each step says what it did, and what is wrong."""
    typed(tmp_path, *STORE)
    shop = ("shops", "add", "harbour", "--adapter", "shopify", "--url", "https://harbour.example")
    added = typed(tmp_path, *shop)
    assert "/hooks/harbour" in added.output
    assert "secret: " in added.output
    for words, said in (
        (["token", "harbour", "--token", "shpat_1"], "kept. 0 calls"),
        (["secret", "harbour", "--secret", "abc"], "secret: abc"),
        (["map-location", "harbour", "7001", "harbour-lane"], "7001 is harbour-lane"),
        (["write-back", "harbour", "ready"], "The shop mails the customer"),
        (["retry", "harbour"], "0 calls are due"),
        (["list"], "location 7001 is harbour-lane"),
        (["list", "--json"], '"write_back": "ready"'),
        (["privacy", "list"], ""),
    ):
        outcome = typed(tmp_path, "shops", *words)
        assert outcome.exit_code == 0, outcome.output
        assert said in outcome.output
    for words, said in (
        (["add", "x", "--adapter", "shopify", "--url", "http://a.example"], "https://NAME"),
        (["map-location", "harbour", "7001", "nowhere"], "no store nowhere"),
        (["write-back", "harbour", "note"], "Shopify can be told"),
        (["token", "other", "--token", "x"], "no order source"),
        (["privacy", "export", "x"], "no such privacy request"),
        (["privacy", "done", "x"], "no such privacy request"),
    ):
        outcome = typed(tmp_path, "shops", *words)
        assert outcome.exit_code != 0
        assert said in outcome.output, outcome.output
