"""Which fonts a sheet is written with: what the computer has installed, embedded as far as it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Folders of Debian, Fedora, macOS and Windows. Files that hold several fonts begin with the Japanese one.
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
LATIN = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("Inter-Regular.otf", "Inter-Bold.otf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
)
JAPANESE = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKjp-Regular.otf",
    "NotoSansJP-Regular.otf",
    "NotoSansJP-Regular.ttf",
    "ipaexg.ttf",
    "ipag.ttf",
    "fonts-japanese-gothic.ttf",
    "TakaoGothic.ttf",
    "VL-Gothic-Regular.ttf",
    "YuGothM.ttc",
    "msgothic.ttc",
)


@dataclass(frozen=True)
class Fonts:
    """Files to embed; None where this computer has none. Without Latin ones the PDF's own Helvetica serves."""

    latin: Path | None = None
    latin_bold: Path | None = None
    japanese: Path | None = None


@lru_cache
def installed(folders: Sequence[Path] = FOLDERS) -> Fonts:
    """What is there, found by name; looked for once."""
    there = {
        path.name: path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.rglob("*.[ot]t[cf]"))
    }
    latin = next((pair for pair in LATIN if pair[0] in there), None)
    japanese = next((name for name in JAPANESE if name in there), None)
    return Fonts(
        latin=there[latin[0]] if latin else None,
        latin_bold=there.get(latin[1]) if latin else None,
        japanese=there[japanese] if japanese else None,
    )


def needs_japanese(text: str) -> bool:
    """Whether a text has letters that no Latin font draws."""
    return any(ord(each) >= 0x2E80 for each in text)
