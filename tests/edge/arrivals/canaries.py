"""Numbers that nobody would write by chance, in every shape they could be written in."""

from __future__ import annotations

import struct
from base64 import b64encode
from pathlib import Path


def shapes(number: float) -> dict[str, bytes]:
    """How a number could end up in a file."""
    found: dict[str, bytes] = {
        f"text {digits}": f"{number:.{digits}f}".encode() for digits in range(3, 8)
    }
    for scale in (1e5, 1e6, 1e7):
        whole = round(number * scale)
        found[f"integer {scale:.0e}"] = str(whole).encode()
        found[f"int64 {scale:.0e}"] = struct.pack("<q", whole)
        found[f"int64 big {scale:.0e}"] = struct.pack(">q", whole)
    for name, kind in (("float64", "d"), ("float32", "f")):
        found[name] = struct.pack(f"<{kind}", number)
        found[f"{name} big"] = struct.pack(f">{kind}", number)
    text = f"{number:.4f}".encode()
    found["url"] = text.replace(b".", b"%2E")
    found["hex"] = text.hex().encode()
    for shift in range(3):
        # The same text stands in three ways in base64, by where it begins; only whole letters count.
        coded = b64encode(b"x" * shift + text + b"xx")
        found[f"base64 +{shift}"] = coded[-(-shift * 8 // 6) : (shift + len(text)) * 8 // 6]
    return found


def hits(content: bytes, number: float) -> list[str]:
    """The shapes of a number that stand in these bytes."""
    return [name for name, shape in shapes(number).items() if shape in content]


def in_folder(folder: Path, numbers: list[float]) -> list[str]:
    """Where in a folder any of the numbers stands."""
    return [
        f"{path.name}: {number} as {name}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for number in numbers
        for name in hits(path.read_bytes(), number)
    ]
