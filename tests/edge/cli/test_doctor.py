"""The doctor on real folders: running, stopped, damaged; each planted fault changes what it says."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from types import SimpleNamespace

import pytest

from edge.base import upkeep
from edge.settings import Settings
from sync.doors.clock import FixedClock, SystemClock
from tests.edge.cli.opened import set_up, store_edge


def findings(home):
    """What the doctor says, by check, and its exit code."""
    answer = store_edge(home, "doctor", "--json")
    told = json.loads(answer.output)
    assert told["exit_code"] == answer.exit_code
    return {each["check"]: each for each in told["findings"]}, answer.exit_code


@pytest.fixture
def home(tmp_path):
    return set_up(tmp_path / "store")


def damage(path):
    content = bytearray(path.read_bytes())
    content[2048 * 3 : 2048 * 20] = os.urandom(2048 * 17)
    path.write_bytes(bytes(content))


def test_a_running_store_is_asked_through_its_private_door(running):
    """It knows its jobs, its writer and its memory."""
    told, _ = findings(running.home)
    assert told["service"]["level"] == "fine"
    assert "nightly next" in told["jobs"]["said"]
    assert "The service takes" in told["memory"]["said"]
    assert "trial authority" in told["certificate"]["said"]
    assert told["hq"]["level"] == "off"


def test_a_stopped_store_is_read_and_left_as_it_is(home):
    """In plain words, with what to do."""
    before = (home / "store.db").read_bytes()
    answer = store_edge(home, "doctor")
    assert answer.exit_code == 1
    assert "WARNING  service" in answer.output
    assert "-> systemctl start store-edge" in answer.output
    assert (home / "store.db").read_bytes() == before


def test_a_folder_without_a_store_is_broken_and_stays_empty(tmp_path):
    """It says how to set one up."""
    told, code = findings(tmp_path / "nowhere")
    assert code == 2
    assert "store-edge init" in told["store"]["todo"]
    assert not (tmp_path / "nowhere").exists()


def test_a_damaged_file_is_found_while_the_service_is_stopped(home):
    """And the way back is named."""
    damage(home / "store.db")
    told, code = findings(home)
    assert code == 2
    assert told["database"]["level"] == "broken"
    assert "store-edge restore" in told["database"]["todo"]


def test_a_file_that_is_no_database_is_found(home):
    """Not a traceback."""
    (home / "store.db").write_bytes(b"hello" * 1000)
    for beside in home.glob("store.db-*"):
        beside.unlink()
    assert findings(home)[0]["database"]["level"] == "broken"


def test_a_key_that_others_may_read_is_found(home):
    """With the command that mends it."""
    (home / "pepper").chmod(0o644)
    told, _ = findings(home)
    assert "pepper" in told["files"]["said"]
    assert told["files"]["todo"] == f"chmod -R go= {home}"


def test_a_wrong_setting_is_a_finding_and_not_an_end(home):
    """Everything else is still looked at."""
    (home / "store-edge.toml").write_text('bimd = "x"\n')
    told, code = findings(home)
    assert code == 2
    assert "bimd" in told["settings"]["said"]
    assert told["disk"]["said"]


@pytest.mark.parametrize(
    ("setting", "check", "said"),
    [
        ('certificate_file = "none.pem"', "certificate", "cannot be read"),
        ('printer = "127.0.0.1:9"', "printer", "does not answer"),
        ("cookies_secure = false", "settings", "plain HTTP"),
    ],
)
def test_what_the_settings_name_is_tried(home, setting, check, said):
    """The certificate is read, the printer is called."""
    (home / "store-edge.toml").write_text(f"{setting}\n")
    assert said in findings(home)[0][check]["said"]


def test_a_backup_and_its_drill_are_seen(home):
    """And a backup that has become bad since."""
    assert "No backup yet" in findings(home)[0]["backup"]["said"]
    assert store_edge(home, "backup").exit_code == 0
    assert "is good: restored and proved" in store_edge(home, "backup", "drill").output
    told, _ = findings(home)
    assert (told["backup"]["level"], told["drill"]["level"]) == ("fine", "fine")
    (database,) = home.glob("backups/*/store.db")
    damage(database)
    answer = store_edge(home, "backup", "drill")
    assert answer.exit_code == 1
    assert "has changed since it was made" in answer.output
    assert findings(home)[0]["drill"]["level"] == "broken"


def test_a_backup_of_a_running_store_is_drilled_beside_it(running):
    """The service remembers the result."""
    assert store_edge(running.home, "backup").exit_code == 0
    answer = store_edge(running.home, "backup", "drill")
    assert "is good" in answer.output, answer.output
    assert findings(running.home)[0]["drill"]["level"] == "fine"


def test_the_nightly_drill_tries_the_newest_backup_in_a_process_of_its_own(running):
    """Beside the service, which hears the result; nothing of it stays in the folder."""
    store_edge(running.home, "backup")
    clock = FixedClock(SystemClock().wall() + timedelta(hours=2))
    night = SimpleNamespace(
        home=running.home, clock=clock, settings=Settings(home=str(running.home))
    )
    assert "is good: restored and proved" in upkeep.drill(night)
    assert list((running.home / "backups").glob(".*")) == []


def test_a_running_store_is_not_restored(running):
    """In words."""
    store_edge(running.home, "backup")
    answer = store_edge(running.home, "restore", "--yes")
    assert answer.exit_code == 1
    assert "already running" in answer.output


def test_a_restored_store_says_so(home):
    """With what it lost, what lies aside, and what HQ may make of it."""
    store_edge(home, "backup")
    store_edge(home, "staff", "add", "Ken")
    answer = store_edge(home, "restore", given="y\n")
    assert "1 events happened after the backup" in answer.output
    told, _ = findings(home)
    assert "Restored from" in told["history"]["said"]
    assert told["leftovers"]["level"] == "warning"
    assert store_edge(home, "staff", "list").output == ""


def test_a_restore_that_is_not_confirmed_changes_nothing(home):
    """It asks first."""
    store_edge(home, "backup")
    assert store_edge(home, "restore", given="n\n").exit_code == 1
    assert not list(home.glob("before-restore-*"))


def test_an_unknown_backup_is_said_with_where_it_looked(home):
    """And how to see what there is."""
    assert "backup list" in store_edge(home, "restore", "0042").output
    assert "There is no backup yet" in store_edge(home, "backup", "list").output
