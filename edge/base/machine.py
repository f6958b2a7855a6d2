"""What this machine says of itself: memory, heat, power, open files, installed packages, a printer's answer.

Linux tells these in files; where one is missing the answer is None or 0, never a guess.
"""

from __future__ import annotations

import fcntl
import re
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from edge.base import private_files

ROOT = Path("/")
PRINTER_SECONDS = 2.0
# linux/sockios.h: the address of an interface.
_SIOCGIFADDR = 0x8915
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_LINE = re.compile(r"^(\w+):\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Memory:
    """Bytes: what programs may still take, and all there is."""

    free: int
    total: int


def memory(root: Path = ROOT) -> Memory:
    """The machine's memory."""
    found = _kilobytes(root / "proc/meminfo")
    return Memory(found.get("MemAvailable", 0), found.get("MemTotal", 0))


def own_memory(root: Path = ROOT) -> int:
    """Bytes that this process has in memory."""
    return _kilobytes(root / "proc/self/status").get("VmRSS", 0)


def celsius(root: Path = ROOT) -> float | None:
    """The processor's temperature."""
    said = _text(root / "sys/class/thermal/thermal_zone0/temp")
    return int(said) / 1000 if said.lstrip("-").isdigit() else None


def throttled(root: Path = ROOT) -> int | None:
    """A Pi's own word on low voltage and heat, as `vcgencmd get_throttled` gives it."""
    said = _text(root / "sys/devices/platform/soc/soc:firmware/get_throttled")
    try:
        return int(said, 16)
    except ValueError:
        return None


def clock_set_by_network(root: Path = ROOT) -> bool | None:
    """Whether systemd has set the clock since the start; None where something else does."""
    folder = root / "run/systemd/timesync"
    return (folder / "synchronized").exists() if folder.is_dir() else None


def open_to_others(home: Path, names: Iterable[str]) -> list[str]:
    """Which of these files and folders anybody but their owner may use; "" is the home folder itself."""
    there = ((name, home / name) for name in names)
    return [
        name or str(home)
        for name, path in there
        if path.exists() and private_files.is_open_to_others(path)
    ]


def unlike_lock(lock: Path) -> tuple[str, ...] | None:
    """Packages whose version is not locked, as "name 1 (locked: 2)"; None without a lock file.

    A lock for several Pythons names some packages more than once: each of those versions was tested.
    """
    if not lock.exists():
        return None
    locked: dict[str, list[str]] = {}
    for name, pin in _PIN.findall(lock.read_text(encoding="utf-8")):
        locked.setdefault(name, []).append(pin)
    return tuple(
        f"{name} {installed} (locked: {' or '.join(pins)})"
        for name, pins in locked.items()
        if (installed := _installed(name)) not in {None, *pins}
    )


def answers(address: str) -> str:
    """Why a device at HOST:PORT does not answer; "" when it does."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=PRINTER_SECONDS):
            return ""
    except (OSError, ValueError, OverflowError) as problem:
        return getattr(problem, "strerror", None) or str(problem)


def addresses() -> list[str]:
    """The IPv4 addresses of this machine's own interfaces; nothing is sent to find them."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            try:
                asked = struct.pack("256s", name.encode()[:15])
                told = fcntl.ioctl(asking.fileno(), _SIOCGIFADDR, asked)
            except OSError:
                continue  # an interface without an address
            found.append(socket.inet_ntoa(told[20:24]))
    return found


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _kilobytes(file: Path) -> dict[str, int]:
    return {name: int(value) * 1024 for name, value in _LINE.findall(_text(file))}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
