"""What the machine says is read from its files; what is missing is not guessed."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from edge.base import machine


@pytest.fixture
def root(tmp_path):
    """A machine that tells what a Pi tells."""
    told = {
        "proc/meminfo": "MemTotal:        3884000 kB\nMemFree: 1 kB\nMemAvailable:    2000000 kB\n",
        "proc/self/status": "Name:\tpython\nVmRSS:\t   61000 kB\n",
        "sys/class/thermal/thermal_zone0/temp": "51234\n",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
        "run/systemd/timesync/synchronized": "",
    }
    for name, text in told.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_pi_tells_memory_heat_and_power(root):
    """In bytes, degrees and its own flags."""
    assert machine.memory(root) == machine.Memory(2_000_000 * 1024, 3_884_000 * 1024)
    assert machine.own_memory(root) == 61_000 * 1024
    assert machine.celsius(root) == 51.234
    assert machine.throttled(root) == 0x50005
    assert machine.clock_set_by_network(root)


def test_what_a_machine_does_not_tell_is_not_guessed(tmp_path):
    """None or nothing, never zero degrees."""
    assert machine.memory(tmp_path) == machine.Memory(0, 0)
    assert machine.celsius(tmp_path) is None
    assert machine.throttled(tmp_path) is None
    assert machine.clock_set_by_network(tmp_path) is None


def test_a_clock_that_nobody_set_yet_is_told(root):
    """systemd is there and has not done it."""
    (root / "run/systemd/timesync/synchronized").unlink()
    assert machine.clock_set_by_network(root) is False


def test_files_that_others_may_use_are_named(tmp_path):
    """The folder itself too; missing ones are no fault."""
    tmp_path.chmod(0o700)
    (tmp_path / "pepper").touch(mode=0o600)
    assert machine.open_to_others(tmp_path, ["", "pepper", "store.db"]) == []
    (tmp_path / "pepper").chmod(0o640)
    tmp_path.chmod(0o755)
    assert machine.open_to_others(tmp_path, ["", "pepper"]) == [str(tmp_path), "pepper"]


def test_packages_unlike_the_lock_are_named(tmp_path):
    """What is not installed here belongs to another platform."""
    lock = tmp_path / "runtime.txt"
    assert machine.unlike_lock(lock) is None
    lock.write_text(
        "click==0.1 \\\n    --hash=sha256:00\nnot-there==1 ; sys_platform == 'win32' \\\n"
    )
    (only,) = machine.unlike_lock(lock)
    assert only.startswith("click ")
    assert only.endswith("(locked: 0.1)")


def test_a_package_locked_twice_is_well_with_either(tmp_path):
    """One version for each Python; whoever installed from the lock must not be told to do it again."""
    lock = tmp_path / "runtime.txt"
    mine = machine.version("click")
    lock.write_text(
        f"click=={mine} ; python_version < '4' \\\nclick==9 ; python_version >= '4' \\\n"
    )
    assert machine.unlike_lock(lock) == ()
    lock.write_text("click==0.1 ; python_version < '4'\nclick==9 ; python_version >= '4'\n")
    (only,) = machine.unlike_lock(lock)
    assert only.endswith("(locked: 0.1 or 9)")


def test_a_printer_answers_or_says_why_not():
    """A listening port is enough; nothing is printed."""
    with closing(socket.create_server(("127.0.0.1", 0))) as printer:
        address = f"127.0.0.1:{printer.getsockname()[1]}"
        assert machine.answers(address) == ""
    assert machine.answers(address) == "Connection refused"
    assert machine.answers("127.0.0.1:99999")


def test_this_machine_knows_its_own_addresses():
    """The loopback at least; nobody is asked for them."""
    assert "127.0.0.1" in machine.addresses()
