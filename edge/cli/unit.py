"""The systemd unit: starts without a network, restarts what hangs, and lets the service touch its own folder only."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from edge.settings import Settings

NAME = "store-edge.service"
SYSTEM_FOLDER = Path("/etc/systemd/system")

# HQ needs more than the store.
_MEMORY = {"serve": "400M", "solo": "900M"}

_TEXT = """\
[Unit]
Description=store-edge, the store's own pickup computer
# Not after network-online: the store must open with the internet down.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
User={user}
ExecStart={command}
Environment=STORE_EDGE_HOME={home} MALLOC_ARENA_MAX=2 PYTHONUNBUFFERED=1
Restart=always
RestartSec=2
TimeoutStartSec=120
TimeoutStopSec=15
# Fed only while the writer lives: one that hangs is restarted.
WatchdogSec=60
KillMode=mixed
LimitNOFILE=4096
MemoryMax={memory}
UMask=0077

# Port 443, and nothing else that root may do.
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}
PrivateTmp=true
PrivateDevices=true
ProtectClock=true
ProtectControlGroups=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectProc=invisible
LockPersonality=true
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
RemoveIPC=true
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def text(settings: Settings, *, words: str = "serve") -> str:
    """The unit of the store with these settings; `words` is what store-edge is told to do."""
    home = Path(settings.home).absolute()
    beside = [settings.path("backup_folder"), settings.path("log_file")]
    folders = [home, *(each if each.suffix == "" else each.parent for each in beside if each)]
    writable = sorted(
        {str(each.absolute()) for each in folders if not each.is_relative_to(home) or each == home}
    )
    program = Path(sys.executable).with_name("store-edge")
    return _TEXT.format(
        user=_owner(home),
        command=f"{program} {words} --home {home}",
        home=home,
        memory=_MEMORY[words],
        writable=" ".join(writable),
    )


def install(written: str, home: Path, folder: Path = SYSTEM_FOLDER) -> tuple[Path, bool]:
    """Write the unit where systemd finds it, or into the home folder when we may not; a different one stays.

    Returns where it is, and whether it was written now.
    """
    target = (folder if folder.is_dir() and os.access(folder, os.W_OK) else home) / NAME
    if target.exists():
        return target, target.read_text(encoding="utf-8") == written
    target.write_text(written, encoding="utf-8")
    return target, True


def _owner(home: Path) -> str:
    return home.owner() if home.exists() else getpass.getuser()
