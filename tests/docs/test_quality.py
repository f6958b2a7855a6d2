"""Every feature says how good it is: a line in docs/quality.md, with what is done, to do and exempt."""

import re

import pytest

from tests.docs.tables import ROOT

SECTIONS = {"The store": ROOT / "edge", "HQ": ROOT / "sync" / "hq"}
# Rules or a store of its own make a folder a feature.
ROOMS = ("rules.py", "rules", "store.py", "store")


def features(folder):
    return {
        each.name for each in folder.iterdir() if any((each / room).exists() for room in ROOMS)
    }


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_feature_has_its_line(heading):
    """And a feature that is gone is gone there too."""
    text = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    told = set(re.findall(r"^\| `(\w+)` \| .+ \| .+ \| .+ \|$", section, re.MULTILINE))
    assert told == features(SECTIONS[heading])
