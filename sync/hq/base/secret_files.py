"""Secrets live in files of their own, readable by the service alone; never in the database or a log."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from sync.core.errors import Refusal
from sync.doors.ids import Ids


class SecretTooOpen(Refusal):
    """A secret file can be read by others."""

    code = "secret_too_open"
    status = 500
    sentence = "{path} can be read by others. Make it private first: chmod 600 {path}"


def secret(path: Path, ids: Ids) -> bytes:
    """The 32 bytes in `path`, made at first use; of several workers that start at once, one makes them."""
    if not path.exists():
        fresh = _written(path, ids.bytes(32).hex())
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return bytes.fromhex(lines(path)[0])


def store(path: Path, text: str) -> None:
    """Write a secret file with mode 0600, durable before it has its name."""
    _written(path, text).replace(path)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    # A bare os.write may stop half-way on a full disk and say nothing.
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(handle)
    return Path(name)


def lines(path: Path) -> list[str]:
    """The lines of a secret file; refused when others can read it."""
    if path.stat().st_mode & 0o077:
        raise SecretTooOpen(path=path)
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]
