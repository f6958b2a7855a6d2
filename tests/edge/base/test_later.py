"""A module that is loaded later is the module itself, for everybody, once."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEFORE = """
import sys, threading
from edge.base.later import load_later
load_later("wsgiref", "no_such_module", "sys")
import wsgiref
"""
CASES = {
    "nothing is loaded by an import alone": """
assert "wsgiref.util" not in sys.modules and "no_such_module" not in sys.modules
assert sys.modules["sys"] is sys
""",
    "the first use loads it, and it takes its place": """
kept = wsgiref
import wsgiref.util
assert kept.util.FileWrapper is wsgiref.util.FileWrapper
assert type(sys.modules["wsgiref"]).__name__ == "module"
""",
    "names can be imported from it": """
from wsgiref import util
assert util.FileWrapper
""",
    "many at once load it once": """
load_later("sqlite3")
import sqlite3
found = []
threads = [threading.Thread(target=lambda: found.append(sqlite3.Row)) for _ in range(8)]
[each.start() for each in threads], [each.join() for each in threads]
assert len(found) == 8 and len(set(found)) == 1
""",
    "what it has not is missed by name": """
try:
    wsgiref.nowhere
except AttributeError as problem:
    assert "nowhere" in str(problem)
else:
    raise AssertionError
""",
}


@pytest.mark.parametrize("case", CASES)
def test_a_module_loaded_later(case):
    """In a process of its own: what is loaded here was loaded long ago."""
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + CASES[case]], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
