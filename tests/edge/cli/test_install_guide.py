"""docs/install.md speaks of commands, options and settings that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from edge.cli import main
from edge.settings import Settings
from sync.hq.settings import Settings as HqSettings

GUIDE = (Path(__file__).parents[3] / "docs" / "install.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)).replace("\\\n", " ")
LINES = [line.strip() for line in BLOCKS.splitlines() if line.startswith("store-edge ")]
INLINE = re.findall(r"`(store-edge [a-z][^`]*)`", GUIDE)


@pytest.mark.parametrize("line", [*LINES, *INLINE])
def test_every_command_of_the_guide_exists_with_its_options(line):
    """A guide that was right once is wrong now."""
    words = shlex.split(line)[1:]
    command: click.Command = main
    while (
        isinstance(command, click.Group)
        and words
        and words[0] in command.list_commands(click.Context(command))
    ):
        command = command.get_command(click.Context(command), words.pop(0))
    assert command is not main, line
    known = {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {word for word in words if word.startswith("--")} <= known | {"--help"}


def test_every_setting_of_the_guide_exists():
    """In backticks, with an underscore."""
    named = {
        name
        for name in re.findall(r"`([a-z]+_[a-z_]+)`", GUIDE)
        if not name.startswith("store_edge")
    }
    known = {*Settings.__struct_fields__, *HqSettings.__struct_fields__}
    assert named - {"version", "level", "job", "state"} <= known
