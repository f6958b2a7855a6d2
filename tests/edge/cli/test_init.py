"""From an empty folder to a store: by flags, by questions, again and again, and never over what is there."""

from __future__ import annotations

import configparser
import json
import shutil
import subprocess

import pytest

from edge.base import certificates, sync_store
from edge.base.peek import peek
from edge.base.store_record import load
from edge.cli.unit import NAME
from edge.settings import load as settings_of
from tests.edge.cli.opened import HARBOUR, set_up, store_edge
from tests.world import open_edge

PINS = ("--pin", "35.4437,139.6380", "--bay", "3:35.4438,139.6381", "--time-zone", "Asia/Tokyo")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store with everything that init makes, and what it said."""
    home = tmp_path_factory.mktemp("init") / "store"
    said = store_edge(
        home, "init", *HARBOUR, *PINS, "--currency", "eur", "--language", "ja", "--manager", "Ann",
        "--local-ca", "--systemd", "--unit-folder", str(home), "--json",
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    return home, json.loads(said.output)


def record(home):
    with peek(home) as reader:
        return load(reader)


def files(home):
    """Every file that holds a secret or a person's word, with its content."""
    names = (
        "pepper",
        "store-edge.toml",
        "tls/ca.pem",
        "tls/ca-key.pem",
        "tls/key.pem",
        "tls/certificate.pem",
        NAME,
    )
    return {name: (home / name).read_bytes() for name in names}


def test_everything_is_made_in_one_command(made):
    """Who, where, in which language, with a manager and a certificate."""
    home, told = made
    here = record(home)
    assert (here.code, here.currency, here.time_zone) == ("HL", "EUR", "Asia/Tokyo")
    assert (here.north, here.bays[0].number) == (35.4437, "3")
    assert settings_of(home, {}).language == "ja"
    assert len(told["manager"]["pin"]) >= 6
    assert told["manager"]["pin"] not in "".join(str(each) for each in files(home).values())
    assert "harbour-lane.localhost" in certificates.read(home / "tls/certificate.pem").names


def test_all_that_is_secret_is_private(made):
    """Folder, keys, settings."""
    home, _ = made
    secret = [home, *(home / name for name in files(home) if name != NAME)]
    assert [path for path in secret if path.stat().st_mode & 0o077] == []


def test_a_second_time_nothing_is_overwritten(made):
    """It says what was there; neither key nor PIN changes."""
    home, _ = made
    before = files(home)
    said = store_edge(
        home,
        "init",
        *HARBOUR,
        "--manager",
        "Bob",
        "--local-ca",
        "--systemd",
        "--unit-folder",
        str(home),
        "--json",
    )
    told = json.loads(said.output)
    assert said.exit_code == 0
    assert told["manager"] is None
    assert any("manager Ann" in each for each in told["kept"])
    assert files(home) == before


def test_what_a_person_wrote_into_the_settings_stays(tmp_path):
    """Only what is missing is added."""
    home = set_up(tmp_path / "store")
    (home / "store-edge.toml").write_text('language = "en"  # ours')
    said = store_edge(home, "init", "--language", "ja", "--local-ca")
    assert "settings language" in said.output
    text = (home / "store-edge.toml").read_text()
    assert text.startswith('language = "en"  # ours\n')
    assert settings_of(home, {}).certificate_file == "tls/certificate.pem"


def test_another_store_is_not_put_over_this_one(made):
    """Its id differs."""
    said = store_edge(made[0], "init", *HARBOUR, "--store-id", "hill-top")
    assert said.exit_code == 1
    assert "is Harbour Lane (harbour-lane) already" in said.output


def test_a_store_of_ones_own_can_be_changed(tmp_path):
    """Only what is given; the rest stays."""
    home = set_up(tmp_path / "store", "--currency", "EUR")
    assert store_edge(home, "init", "--change", "--name", "Harbour", *PINS).exit_code == 0
    here = record(home)
    assert (here.name, here.currency, here.revision, len(here.bays)) == ("Harbour", "EUR", 2, 1)


def test_what_hq_says_is_changed_at_hq(tmp_path):
    """And not here, where the next word of HQ would undo it."""
    edge = open_edge(tmp_path / "store", [sync_store.migrations])
    edge.write(lambda unit: sync_store.enrol(unit, "harbour-lane"))
    edge.close()
    said = store_edge(tmp_path / "store", "init", "--change", "--name", "X")
    assert "hq enrol-store" in said.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--public-host", "pickup.harbour-lane.example"), "27 characters"),
        (("--public-host", "https://a.example/"), "without https://"),
        (("--public-host", "a b"), "not a host name"),
        (("--time-zone", "Asia/Tokio"), "Asia/Tokyo"),
        (("--currency", "yen!"), "three letters"),
        (("--code", "H"), "2 to 6"),
        (("--store-id", "Harbour Lane"), "such as harbour-lane"),
        (("--pin", "139.6380,35.4437"), "try 35.4437,139.638"),
        (("--pin", "here"), "NORTH,EAST"),
        (("--pin", "0,0"), "in the sea"),
        (("--pin", "35.4437,139.6380", "--bay", "3"), "LABEL:NORTH,EAST"),
        (("--pin", "35.4437,139.6380", "--bay", "3:35.4537,139.6380"), "bay 3"),
        (("--pin", "52.1,5.1", "--bay", "3:5.1,52.1", "--time-zone", "UTC"), "try 52.1,5.1"),
        (("--pin", "5.1,52.1", "--time-zone", "Europe/Amsterdam"), "try 52.1,5.1"),
        (("--bay", "3:35.4437,139.6380"), "own pin too"),
        (("--pin", "35,139", "--bay", "3:35,139", "--bay", "3:35,139"), "same label"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(tmp_path, words, said):
    """In a sentence; and no half of a store is left that could be served."""
    answer = store_edge(tmp_path / "store", "init", *HARBOUR, "--time-zone", "Asia/Tokyo", *words)
    assert answer.exit_code == 1
    assert said in answer.output
    assert "holds no store yet" in store_edge(tmp_path / "store", "serve").output


def test_a_script_is_told_what_is_missing(tmp_path):
    """All of it at once, and nothing is made."""
    said = store_edge(tmp_path / "store", "init", "--name", "Harbour Lane")
    assert said.exit_code == 2
    assert "--store-id, --code, --public-host" in said.output
    assert not (tmp_path / "store").exists()


def test_a_person_is_asked_and_asked_again(tmp_path):
    """Suggestions where they help; a wrong answer is explained and repeated."""
    home = tmp_path / "store"
    answers = "Harbour Lane\n\n\npickup.harbour-lane.example\nhl.example\nAsia/Tokyo\n\n139.6,35.4\n35.4,139.6\nAnn\n"
    said = store_edge(home, "init", "--ask", given=answers)
    assert said.exit_code == 0, said.output
    assert "27 characters" in said.output
    assert "looks swapped" in said.output
    assert "Ann signs in with PIN" in said.output
    here = record(home)
    assert (here.store_id, here.code, here.public_host, here.currency) == (
        "harbour-lane",
        "HL",
        "hl.example",
        "JPY",
    )


def test_a_certificate_of_ones_own_is_looked_at_first(made, tmp_path):
    """Its key, its names, its end."""
    folder = made[0] / "tls"
    good, key = folder / "certificate.pem", folder / "key.pem"

    def given(certificate, its_key, host="harbour-lane.localhost"):
        words = ("--certificate", str(certificate), "--key", str(its_key), "--public-host", host)
        return store_edge(tmp_path / "store", "init", *HARBOUR, *words).output

    assert "is not the key of" in given(good, folder / "ca-key.pem")
    assert "cannot be read" in given(NAME, key)
    assert "good until" in given(good, key)
    assert settings_of(tmp_path / "store", {}).certificate_file == str(good)
    assert "Give both" in store_edge(tmp_path / "store", "init", "--key", str(key)).output
    other = set_up(tmp_path / "other", "--public-host", "other.example")
    said = store_edge(other, "init", "--certificate", str(good), "--key", str(key))
    assert "not for other.example" in said.output


def test_the_unit_is_one_that_systemd_takes(made):
    """By its own checker where there is one; its hardening is counted in any case."""
    unit = made[0] / NAME
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read_string(unit.read_text())
    service = read["Service"]
    for name, value in (
        ("NoNewPrivileges", "true"), ("ProtectSystem", "strict"), ("Restart", "always"),
        ("Type", "notify"), ("UMask", "0077"), ("ReadWritePaths", str(made[0])),
    ):  # fmt: skip
        assert service[name] == value, name
    assert service["ExecStart"].endswith(f"store-edge serve --home {made[0]}")
    if checker := shutil.which("systemd-analyze"):
        done = subprocess.run(
            [checker, "verify", str(unit)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_a_unit_that_a_person_changed_stays(tmp_path):
    """And that is said."""
    home = set_up(tmp_path / "store")
    (home / NAME).write_text("[Unit]\n")
    said = store_edge(home, "init", "--systemd", "--unit-folder", str(home))
    assert "differs from what would be written" in said.output
    assert (home / NAME).read_text() == "[Unit]\n"
