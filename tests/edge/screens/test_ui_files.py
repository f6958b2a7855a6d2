"""What every file of the screens keeps to: text as text, nothing inline or from elsewhere, no rule in a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[3] / "kiosk_ui"
SCRIPTS = sorted(file for file in UI.rglob("*.js") if "vendor" not in file.parts)
PAGES = sorted(UI.rglob("*.html"))
SHEETS = sorted(file for file in UI.rglob("*.css") if "vendor" not in file.parts)
BANNED_IN_SCRIPTS = {
    "markup from text": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write",
    "code from text": r"\beval\(|new Function\(|setTimeout\(\s*[\"']",
    "another host": r"https?://(?!www\.w3\.org/2000/svg)",
    # Which state allows what is the server's to say: a script that compares states has begun to decide.
    "a rule about orders": r"[\"'](?:accepted|picking|picked|staged|handed_over|no_show|en_route|near)[\"']",
}
BANNED_IN_PAGES = {
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an inline style": r"<style|\sstyle=",
    "an inline handler": r"\son[a-z]+=",
    "unescaped text": r"\|\s*safe\b|autoescape\s+false",
    "another host": r"https?://",
}


def found(file: Path, banned: dict[str, str]) -> list[str]:
    text = file.read_text(encoding="utf-8")
    return [name for name, pattern in banned.items() if re.search(pattern, text)]


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: str(file.relative_to(UI)))
def test_a_script_only_draws(file):
    """It builds elements from what the server said, and decides nothing."""
    assert found(file, BANNED_IN_SCRIPTS) == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(UI)))
def test_a_page_holds_under_the_strict_policy(file):
    """Everything from this host, nothing inline, everything escaped."""
    assert found(file, BANNED_IN_PAGES) == []


@pytest.mark.parametrize("file", SHEETS, ids=lambda file: str(file.relative_to(UI)))
def test_a_sheet_loads_nothing(file):
    """No font, no picture from elsewhere."""
    assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", [*SCRIPTS, *PAGES], ids=lambda file: str(file.relative_to(UI)))
def test_no_file_grows_out_of_hand(file):
    """One screen high is the aim; 400 lines are the end."""
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_screen_is_a_folder_of_its_own():
    """A page for each; its script and sheet beside it when it has them."""
    for folder in (UI / "screens").iterdir():
        assert (folder / "page.html").exists(), folder.name
