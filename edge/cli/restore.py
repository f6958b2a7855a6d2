"""`store-edge restore`: see `edge/cli/backup.py`, which it shares everything with."""

from edge.cli.backup import restore_command as command

__all__ = ["command"]
