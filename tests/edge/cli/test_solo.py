"""A single shop in its two honest ways: HQ elsewhere, command by command, or all of it on one box."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from edge.cli import main
from edge.rehearsal.processes import answers, free_port
from tests.edge.cli.opened import set_up, store_edge

PINS = ("--pin", "35.4437,139.6380", "--bay", "3:35.4438,139.6381", "--time-zone", "Asia/Tokyo")


def test_a_store_that_is_not_set_up_is_refused(tmp_path):
    """With the command that sets it up."""
    assert "store-edge init --home" in store_edge(tmp_path / "none", "solo").output


def test_the_advised_way_prints_commands_that_exist(tmp_path):
    """Each command and each of its options is one of ours, and the store is described whole."""
    said = store_edge(set_up(tmp_path / "store", *PINS), "solo", "--hq-host", "hq.example").output
    lines = [line.strip() for line in said.replace("\\\n", " ").splitlines()]
    ours = [shlex.split(line.rstrip("&")) for line in lines if line.startswith("store-edge ")]
    assert len(ours) == 5
    for words in ours:
        names = [word for word in words[1:3] if re.fullmatch(r"[a-z-]+", word)]
        help_text = (
            CliRunner()
            .invoke(main, [*names[: 2 if words[1] in {"hq", "frontdoor"} else 1], "--help"])
            .output
        )
        options = [word for word in words if word.startswith("--")]
        assert [option for option in options if option not in help_text] == []
    assert "--pin 35.4437,139.638 --bay 3:35.4438,139.6381" in said


def test_a_store_of_another_hq_is_not_taken_over(tmp_path):
    """It has one already."""
    from edge.base import facts, sync_store
    from tests.world import open_edge

    edge = open_edge(tmp_path / "store", [sync_store.migrations])
    edge.write(lambda unit: sync_store.enrol(unit, "harbour-lane"))
    edge.write(lambda unit: facts.put(unit, "hq_url", "https://hq.example"))
    edge.close()
    assert (
        "belongs to the HQ at https://hq.example" in store_edge(tmp_path / "store", "solo").output
    )


@pytest.mark.journey
def test_one_command_runs_a_whole_shop_and_one_ctrl_c_ends_it(tmp_path):
    """HQ, front door and store; enrolled by itself; what is off is said; nothing is left running."""
    home = set_up(tmp_path / "store", *PINS)
    store_port, hq_port, door_port = free_port(), free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "edge", "solo", "--home", str(home), "--hq-port", str(hq_port),
         "--front-door", "--front-door-port", str(door_port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        env={**os.environ, "STORE_EDGE_PORT": str(store_port), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        said = ""
        while "With HQ on a small public host" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        assert "Web shops cannot send orders here" in said
        assert all(answers(port) for port in (store_port, hq_port, door_port))
        assert '"enrolled' not in said
        told = store_edge(home, "doctor", "--json").output
        assert re.search(r'"check": "hq",\s+"level": "(fine|off)"', told)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    finally:
        # Politely first: who is killed leaves its children behind.
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0, said + rest
    assert not any(answers(port) for port in (store_port, hq_port, door_port))
