"""Writing settings: keys that are not there yet are added to the file, what a person wrote is left alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from edge.base import private_files
from edge.settings import FILE_NAME


def add(home: Path, wanted: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """Add settings to the store's file; returns the names that were added and those that say something else already."""
    file = home / FILE_NAME
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    there = tomllib.loads(text)
    fresh = {name: value for name, value in wanted.items() if name not in there}
    if fresh:
        # JSON's strings, numbers and booleans are TOML's as well.
        lines = "".join(
            f"{name} = {msgspec.json.encode(value).decode()}\n" for name, value in fresh.items()
        )
        joined = text if not text or text.endswith("\n") else f"{text}\n"
        private_files.write(file, (joined + lines).encode())
    other = [name for name, value in wanted.items() if name in there and there[name] != value]
    return list(fresh), other
