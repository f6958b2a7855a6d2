"""The demo itself, on real processes: a good day passes, and every planted fault is found by name."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from edge.rehearsal import day as days
from edge.rehearsal.day import Day, Person

pytestmark = pytest.mark.journey


def demo(tmp_path, *words: str) -> tuple[int, dict]:
    """Run the command as people do; its exit code and what it wrote."""
    file = tmp_path / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", "edge", "demo", "--once", "--json", str(file), *words],
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    assert file.exists(), done.stderr[-2000:]
    return done.returncode, msgspec.json.decode(file.read_bytes())


def short_day() -> Day:
    """Two hours with a handful of orders, two of them placed while the line is cut."""
    orders = [
        msgspec.structs.replace(
            one,
            placed_s=60.0 + 900 * n,
            leaves_s=1500.0 + 900 * n,
            opt_in=n != 3,
            page=("live", "live", "first_minute", "never")[n % 4],
            no_show=n == 5,
            double_tap=n == 1,
            turn_back_s=None,
            cancel_s=None,
        )
        for n, one in enumerate(days.small().orders[:7])
    ]
    staff = [Person(f"s{n}", -600.0, 7200.0, []) for n in range(2)]
    return Day(seed="short", opens_s=0, closes_s=7200, orders=orders, staff=staff)


@pytest.fixture
def short(tmp_path) -> str:
    """The short day as a file."""
    path = tmp_path / "day.json"
    path.write_bytes(msgspec.json.encode(short_day()))
    return str(path)


def test_a_whole_day_is_played_and_everything_agrees(tmp_path):
    """Ten hours: orders, phones, staff, shoppers, a cut line, a night; exit 0 and no violation."""
    code, said = demo(tmp_path)
    assert said["violations"] == []
    assert code == 0
    orders = said["orders"]
    assert orders["received"] >= 40
    assert orders["open"] == 0
    assert orders["handed_over"] + orders["cancelled"] + orders["no_show"] == orders["received"]
    assert said["outage_s"] == 12_000
    assert said["digests_equal"] is said["truth_agrees"] is True
    assert said["redemptions"] > 0
    assert said["add_ons"] > 0
    assert said["reports_sent"] > 100
    assert said["events_synced"] > 500
    assert said["on_board_max_s"] < 2
    assert set(said["wait_s"]) == {"p50", "p90", "under_120s"}
    assert set(said["dwell_s"]) == {"p50", "p90"}


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        ("", ""),
        ("skip-pick", "nobody fetched line"),
        ("flip-row-at-hq", "the night found that order_status"),
        ("double-handover", "was handed over 2 times"),
    ],
)
def test_a_planted_fault_is_found_and_named(tmp_path, short, plant, found):
    """Without a plant the same day has nothing to say but that it is short."""
    code, said = demo(tmp_path, "--day", short, *(["--plant", plant] if plant else []))
    assert code == 1
    others = [one for one in said["violations"] if not one.startswith("only 7 orders")]
    assert any(found in one for one in others) if plant else others == []
