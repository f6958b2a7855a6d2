"""The command line: one file per command, loaded only when asked for."""

from __future__ import annotations

from importlib import import_module

import click

# Command -> module. A module has a click command or group of its last name's word called `command`.
COMMANDS = {
    "init": "edge.cli.init",
    "serve": "edge.cli.serve",
    "enrol": "edge.cli.enrol",
    "solo": "edge.cli.solo",
    "doctor": "edge.cli.doctor",
    "backup": "edge.cli.backup",
    "restore": "edge.cli.restore",
    "export": "edge.cli.export",
    "sync": "edge.cli.sync",
    "products": "edge.cli.products",
    "staff": "edge.cli.staff",
    "devices": "edge.cli.devices",
    "qr": "edge.cli.qr",
    "hq": "edge.cli.hq",
    "frontdoor": "edge.cli.frontdoor",
    "demo": "edge.cli.demo",
    "simulate": "edge.cli.simulate",
}


class _Lazy(click.Group):
    """Loads a command's module when the command is used, so that starting costs only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(COMMANDS[cmd_name]).command
        return found


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="store-edge")
def main() -> None:
    """Store-edge: orders for pickup, ready exactly when their customer arrives."""
