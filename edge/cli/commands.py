"""Every command that writes, by name: what the service does for the command line."""

from __future__ import annotations

from edge.cli import init
from edge.cli.service import Command

COMMANDS: dict[str, Command] = {
    "init": init.init,
}
