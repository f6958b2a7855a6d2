"""The command line fills a shop: goods, people, devices; without the service and beside it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cli import main
from edge.cli.commands import COMMANDS
from edge.cli.staff import add_person
from edge.staff.rules import PinTooSimple
from sync.core.catalogue import COLUMNS
from tests.world import open_edge

CATALOGUE = Path(__file__).parents[3] / "config" / "demo" / "products.csv"
HARBOUR = (
    *("--store-id", "harbour-lane", "--code", "HL", "--name", "Harbour Lane"),
    *("--public-host", "harbour-lane.example"),
)


@pytest.fixture
def store_edge(tmp_path):
    """Run `store-edge` on a store's own folder."""
    runner = CliRunner()

    def run(*words: str):
        return runner.invoke(main, [*words, "--home", str(tmp_path / "home")])

    made = run("init", *HARBOUR)
    assert made.exit_code == 0, made.output
    return run


def test_a_folder_without_a_store_is_refused_and_stays_empty(tmp_path) -> None:
    """A mistyped --home makes no second, empty store."""
    home = tmp_path / "mistyped"
    answer = CliRunner().invoke(main, ["devices", "code", "--home", str(home)])
    assert answer.exit_code == 1
    assert "There is no store in the folder" in answer.output
    assert not home.exists()


def test_a_catalogue_is_imported_and_counted(store_edge) -> None:
    """The second time nothing is new."""
    assert "66 products read, 66 new" in store_edge("products", "import", str(CATALOGUE)).output
    assert "66 products read, 0 new" in store_edge("products", "import", str(CATALOGUE)).output


def test_a_broken_catalogue_is_refused_with_its_rows(store_edge, tmp_path) -> None:
    """In words, with the number of the row; exit code 1."""
    broken = tmp_path / "broken.csv"
    broken.write_text(f"{','.join(COLUMNS)}\nSKU-1,1,Rice,,1,1,0,shelf,ambient\n")
    answer = store_edge("products", "import", str(broken))
    assert answer.exit_code == 1
    assert "row 2: gtin is '1'" in answer.output


def test_a_file_that_is_no_text_is_refused(store_edge, tmp_path) -> None:
    """A spreadsheet saved in its own format."""
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8" in store_edge("products", "import", str(broken)).output


def test_a_person_is_added_with_a_pin_that_is_shown_once(store_edge) -> None:
    """Listed afterwards without it."""
    added = store_edge("staff", "add", "Ken", "--role", "manager").output
    staff_id, pin = added.split("id ")[1].split()[0], added.split("PIN ")[1].strip()
    assert len(pin) == 6
    listed = store_edge("staff", "list").output
    assert staff_id in listed
    assert "Ken" in listed
    assert pin not in listed


def test_a_person_gets_a_new_pin_or_leaves(store_edge) -> None:
    """Both by their id."""
    staff_id = store_edge("staff", "add", "Ken").output.split("id ")[1].split()[0]
    assert "615283" in store_edge("staff", "pin", staff_id, "--pin", "615283").output
    assert store_edge("staff", "disable", staff_id).exit_code == 0
    assert store_edge("staff", "list").output == ""
    assert "Nobody here has the id" in store_edge("staff", "disable", "NOBODY").output


def test_a_simple_pin_is_refused_in_words(store_edge) -> None:
    """123456 is nobody's PIN."""
    answer = store_edge("staff", "add", "Ken", "--pin", "123456")
    assert answer.exit_code == 1
    assert "not in a row" in answer.output


def test_a_device_code_is_made_and_an_unknown_device_not_revoked(store_edge) -> None:
    """Sixteen signs in fours."""
    assert [len(part) for part in store_edge("devices", "code").output.strip().split("-")] == [
        4
    ] * 4
    assert store_edge("devices", "list").output == ""
    assert "No device here" in store_edge("devices", "revoke", "nowhere").output


def test_a_refused_command_leaves_nothing(tmp_path) -> None:
    """The same function serves the running service."""
    from edge.staff import store

    edge = open_edge(tmp_path, [store.migrations])
    with pytest.raises(PinTooSimple):
        add_person(edge, {"name": "Ken", "pin": "000000"})
    assert edge.log.durable_seq == 0
    edge.close()


def test_every_writing_command_of_ours_is_known_to_the_service() -> None:
    """So that it works while the store is open."""
    names = {"products.import", "staff.add", "staff.pin", "staff.disable", "devices.code"}
    assert names <= set(COMMANDS)
