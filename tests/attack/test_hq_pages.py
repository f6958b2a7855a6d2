"""HQ's pages asked for what is on no calendar and in no list."""

from __future__ import annotations

from pathlib import Path

from tests.hq.world import World

DAYS = ("0001-01-01", "9999-12-31", "9999-12-30", "0000-00-00", "1e9", "", "2026-W01-1")
ODD = ("page=%00", "page=9" * 300, "q=%25%27%22%00", "store=%F0%9F%92%A9", "lang=../../x")


def test_no_question_makes_a_page_fall_over(tmp_path: Path) -> None:
    """Days without a neighbour in another zone are no days."""
    world = World(tmp_path / "hq")
    world.add_stores()
    admin = world.sign_in("admin")
    asked = [f"{path}?day={day}" for path in ("/", "/waits") for day in DAYS]
    asked += [f"{path}?{odd}" for path in ("/", "/people/deeds") for odd in ODD]
    answers = {path[:60]: admin.get(path).status_code for path in asked}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    world.close()
