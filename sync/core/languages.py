"""The languages that store and HQ speak, and which of them a caller wants."""

from __future__ import annotations

LANGUAGES = {"en": "English", "ja": "日本語"}
DEFAULT = "en"


def choose(*wishes: str | None) -> str:
    """The first wish we speak. A wish is a tag ("ja-JP") or a browser's list ("fr, ja;q=0.8")."""
    for wish in wishes:
        for tag in (wish or "").split(","):
            code = tag.split(";")[0].strip().lower().split("-")[0]
            if code in LANGUAGES:
                return code
    return DEFAULT
