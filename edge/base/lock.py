"""The folder's lock: one store-edge a folder. The kernel frees it when the process dies, so none goes stale."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sync.core.errors import Refusal


class FolderInUse(Refusal):
    """Another store-edge works on this folder."""

    code = "folder_in_use"
    status = 409
    sentence = (
        "Another store-edge is already running on {folder}. "
        "Stop it first, or use another folder with --home."
    )


class FolderLock:
    """Held from construction until `release` or the end of the process."""

    def __init__(self, home: Path) -> None:
        self._handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise FolderInUse(folder=str(home)) from None

    def release(self) -> None:
        """Give the folder free; a second time changes nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
